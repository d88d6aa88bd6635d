import Foundation
import Linux
import StrongroomClient

/// The two streams that the program writes to.
struct Output: Sendable {
    /// Whether notes on standard error are unwanted.
    let isQuiet: Bool

    var isTerminal: Bool { Terminal.isTerminal(1) }

    /// What was asked for, on standard output.
    func print(_ line: String) throws(Failure) {
        let bytes = Array((line + "\n").utf8)
        try write(bytes.span)
    }

    func print(_ lines: [String]) throws(Failure) {
        if !lines.isEmpty { try print(lines.joined(separator: "\n")) }
    }

    /// Bytes as they are; a line's end is added for people only.
    func print(exactly text: SecretText) throws(Failure) {
        try text.withBytes { (bytes) throws(Failure) in
            try write(bytes)
            let needsEnd = isTerminal && !bytes.isEmpty && bytes[bytes.count - 1] != 10
            if needsEnd { try write([10].span) }
        }
    }

    /// A text that may be secret, on a line of its own.
    func print(line secret: SecretText) throws(Failure) {
        let line = WipedBuffer(capacity: secret.byteCount + 1)
        line.append(secret)
        line.append(10)
        try line.withBytes { (bytes) throws(Failure) in try write(bytes) }
    }

    /// Before a secret goes to standard output: takes a file that others may read away from them.
    func keepPrivate() {
        let output = Descriptor(owning: dup(1))
        // What cannot be looked at cannot be written either, which is told then.
        guard let status = try? output.status(), status.isRegular, status.permissions & 0o077 != 0
        else { return }
        do throws(Errno) {
            guard status.owner == ProcessHygiene.ownUID else { throw .accessDenied }
            try output.setPermissions(0o600)
            warn("others could read the file on standard output: its mode is 0600 from here on")
        } catch {
            warn("others may read the file on standard output, and its mode cannot be changed")
        }
    }

    /// Something beside what was asked for, on standard error.
    func note(_ line: String) {
        if !isQuiet { ProcessHygiene.writeError(line) }
    }

    /// A warning is shown even to those who want quiet.
    func warn(_ line: String) { ProcessHygiene.writeError("strongroom: " + line) }

    private func write(_ bytes: Span<UInt8>) throws(Failure) {
        let output = Descriptor(owning: dup(1))
        do {
            try unsafe output.writeAll(bytes.bytes)
        } catch {
            throw .refused("standard output cannot be written: \(error)")
        }
    }
}
