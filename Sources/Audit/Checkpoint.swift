package import Crypto

/// What a log says of itself: so many records, under this root (C2SP tlog-checkpoint).
///
/// Text form: origin, size in decimal, base64 of the root, a line each. Lines beyond these three
/// are refused: this log writes none, and what is not understood is not vouched for.
package struct Checkpoint: Equatable, Sendable {
    package let origin: String
    package let size: UInt64
    package let root: Digest

    package init(origin: String, size: UInt64, root: Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    package var text: [UInt8] {
        var text = Array(origin.utf8)
        text.append(0x0a)
        text.append(contentsOf: String(size).utf8)
        text.append(0x0a)
        text.append(contentsOf: unsafe Base64.encode(root.bytes.span.bytes))
        text.append(0x0a)
        return text
    }

    /// Nil for anything but the one text of some checkpoint.
    package init?(text: [UInt8]) {
        let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count == 4, let size = UInt64(String(decoding: lines[1], as: UTF8.self)),
            let bytes = unsafe Base64.decode(Array(lines[2]).span.bytes), let root = Digest(bytes)
        else { return nil }
        self.init(origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root)
        guard VerifierKey.isName(origin), self.text == text else { return nil }
    }

    /// The checkpoint of a note, if `verifier` signed it and it is of that log; nil otherwise.
    package init?(note: [UInt8], verifier: VerifierKey) {
        guard let note = SignedNote(note), note.isSigned(by: verifier),
            let checkpoint = Checkpoint(text: note.text), checkpoint.origin == verifier.name
        else { return nil }
        self = checkpoint
    }
}
