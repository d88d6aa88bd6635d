/// Which module may use which; arrows go down only.
///
/// As in the architecture, with four additions: `Audit` speaks the domain's identifiers and writes
/// times and addresses as `Wire` does, `Store` keeps its files through `Linux`, and `Crypto` has its
/// locked memory from there.
enum ImportTable {
    static let allowed: [String: Set<String>] = [
        "Linux": ["CLinux", "Glibc", "Synchronization"],
        "Crypto": ["CSodium", "Linux", "Synchronization"],
        "SQLite": ["CSQLite"],
        "Wire": [],
        "Vault": ["Crypto", "Synchronization"],
        "Audit": ["Vault", "Crypto", "Wire", "Synchronization"],
        "Schema": [],
        "Store": ["Vault", "Audit", "Crypto", "Linux", "SQLite", "Schema", "Synchronization"],
        "Server": ["Vault", "Audit", "Wire", "Linux", "Crypto", "Glibc", "Synchronization"],
        "StrongroomClient": ["Wire", "Linux", "Synchronization"],
        "strongroomd": [
            "Server", "Store", "Vault", "Audit", "Crypto", "Linux", "Wire", "Schema", "Glibc",
            "Synchronization",
        ],
        "strongroom": [
            "StrongroomClient", "Store", "Vault", "Audit", "Crypto", "Linux", "Wire", "Schema",
            "Glibc", "Foundation", "Synchronization",
        ],
        "strongroom-bench": [
            "StrongroomClient", "Server", "Store", "Vault", "Crypto", "Linux", "Wire", "Schema",
            "Glibc", "Synchronization",
        ],
    ]

    static func findings(in file: SourceFile) -> [Finding] {
        let module = file.path.hasPrefix("schema/") ? "Schema" : file.module
        guard let module, let allowed = allowed[module] else {
            return [Finding(path: file.path, line: 1, what: "is in no module of the table")]
        }
        return imports(of: file).filter { !allowed.contains($0.name) }.map {
            Finding(path: file.path, line: $0.line, what: "\(module) may not import \($0.name)")
        }
    }

    static func imports(of file: SourceFile) -> [(line: Int, name: String)] {
        file.code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ").map(String.init)
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count, at <= 2,
                words[..<at].allSatisfy({ isModifier($0) })
            else { return nil }
            // `import struct Module.Type` names the module behind the kind.
            let kinds = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
            let name = kinds.contains(words[at + 1]) ? words.last ?? "" : words[at + 1]
            return (index + 1, String(name.prefix { $0 != "." }))
        }
    }

    private static func isModifier(_ word: String) -> Bool {
        ["package", "public", "internal", "private", "fileprivate"].contains(word)
            || word.hasPrefix("@")
    }
}
