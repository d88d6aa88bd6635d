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
