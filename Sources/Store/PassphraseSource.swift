package import Crypto
import Linux

/// Where a passphrase is asked for.
package protocol PassphraseSource {
    /// One for a new vault may be asked for twice, so that a slip of the finger is noticed.
    func passphrase(isNew: Bool) throws(VaultDirectoryError) -> Secret
}

/// File descriptor 3 if the process was started with one, else the terminal.
package struct StandardPassphraseSource: PassphraseSource {
    private static let byteCountMax = 1024
    private let channel: InheritedChannel

    /// Before anything else is opened: a file of our own could be given the number.
    package init() { channel = InheritedChannel() }

    package func passphrase(isNew: Bool) throws(VaultDirectoryError) -> Secret {
        var line = try read("Passphrase of the vault: ")
        defer { Wiping.wipe(&line) }
        guard !line.isEmpty else { throw .unseal("the passphrase is empty: give one") }
        if isNew, !channel.isOpen {
            var again = try read("Once more: ")
            defer { Wiping.wipe(&again) }
            guard again == line else {
                throw .unseal("the two passphrases differ: try again")
            }
        }
        do {
            return try unsafe Secret(copying: line.span.bytes)
        } catch {
            throw .unseal("no locked memory for the passphrase: raise RLIMIT_MEMLOCK")
        }
    }

    private func read(_ prompt: String) throws(VaultDirectoryError) -> [UInt8] {
        do throws(Errno) {
            if let line = try channel.line(byteCountMax: Self.byteCountMax) { return line }
            let line = try Terminal.secretLine(prompt: prompt, byteCountMax: Self.byteCountMax)
            if let line { return line }
        } catch {
            throw .unseal("the passphrase could not be read: \(error)")
        }
        throw .unseal(
            "there is neither a terminal nor file descriptor 3 to ask for the passphrase on")
    }
}

/// File descriptor 3, if the process was started with it.
private final class InheritedChannel {
    private let descriptor: Descriptor?

    init() { descriptor = Descriptor.inherited(3) }

    var isOpen: Bool { descriptor != nil }

    func line(byteCountMax: Int) throws(Errno) -> [UInt8]? {
        switch descriptor {
        case .none: nil
        case .some(let descriptor): try Terminal.line(from: descriptor, byteCountMax: byteCountMax)
        }
    }
}
