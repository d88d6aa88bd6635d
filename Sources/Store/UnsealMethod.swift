import Linux

/// Where the master key comes from; the value of `--unseal`.
package enum UnsealMethod: Equatable, Sendable {
    case keyFile(path: String)
    /// A systemd credential of that name.
    case credential(name: String)
    /// Asked for, and stretched with Argon2id.
    case passphrase

    /// `key-file:PATH`, `credential:NAME` or `passphrase`; nil for any other text.
    package init?(_ text: String) {
        if text == "passphrase" {
            self = .passphrase
        } else if let path = Self.rest(of: text, after: "key-file:") {
            self = .keyFile(path: path)
        } else if let name = Self.rest(of: text, after: "credential:"), Self.isName(name) {
            self = .credential(name: name)
        } else {
            return nil
        }
    }

    package var text: String {
        switch self {
        case .keyFile(let path): "key-file:\(path)"
        case .credential(let name): "credential:\(name)"
        case .passphrase: "passphrase"
        }
    }

    /// What `init` takes when it is told nothing.
    package static func standard(for directory: String) -> UnsealMethod {
        .keyFile(path: directory + "/master.key")
    }

    /// What the operator has to know of a key that lies on the vault's own disk; nil elsewhere.
    package func warning(for directory: String) -> String? {
        guard case .keyFile(let path) = self,
            // What cannot be looked at is reported when it is used.
            let key = try? FileStatus.of(path), let data = try? FileStatus.of(directory),
            key.device == data.device
        else { return nil }
        return "the master key lies on the same disk as the vault: that protects a stolen backup, "
            + "not a stolen disk"
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else { return nil }
        return String(text.dropFirst(prefix.count))
    }

    /// A file name without a way out of its directory.
    private static func isName(_ name: String) -> Bool {
        guard (1...255).contains(name.utf8.count), name != ".", name != ".." else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95: true
            default: false
            }
        }
    }
}
