package import Crypto

/// A text and signatures below it (C2SP signed-note): the text ends in a newline, then an empty
/// line, then a line `— <name> <base64 of key id and signature>` for every signature.
package struct SignedNote: Sendable {
    /// With its last newline.
    package let text: [UInt8]
    private let signatures: [Line]

    package static let byteCountMax = 8192
    static let signatureCountMax = 16

    private struct Line {
        let name: [UInt8]
        let keyID: UInt32
        let signature: [UInt8]
    }

    /// Nil for anything that is not a note. Says nothing about who signed it.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.byteCountMax, bytes.last == Self.newline,
            bytes.allSatisfy({ $0 >= 0x20 || $0 == Self.newline }),
            String(validating: bytes, as: UTF8.self) != nil,
            let split = Self.lastEmptyLine(bytes)
        else { return nil }
        var lines: [Line] = []
        for line in bytes[(split + 2)..<(bytes.count - 1)].split(
            separator: Self.newline, omittingEmptySubsequences: false)
        {
            guard lines.count < Self.signatureCountMax, let line = Self.line(line) else {
                return nil
            }
            lines.append(line)
        }
        text = Array(bytes[...split])
        signatures = lines
    }

    /// Whether `verifier` signed the text. Signatures of others say nothing and are passed over;
    /// two of the same key, or one that does not hold, make the note worthless.
    package func isSigned(by verifier: VerifierKey) -> Bool {
        let name = Array(verifier.name.utf8)
        let own = signatures.filter { $0.name == name && $0.keyID == verifier.keyID }
        guard own.count == 1, let line = own.first else { return false }
        return unsafe verifier.key.verifies(line.signature, of: text.span.bytes)
    }

    private static let newline: UInt8 = 0x0a

    /// An em dash and a space.
    static let signatureMark: [UInt8] = [0xe2, 0x80, 0x94, 0x20]

    /// The position of the newline that ends the text.
    private static func lastEmptyLine(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...bytes.count - 3).last { index in
            bytes[index] == newline && bytes[index + 1] == newline
        }
    }

    private static func line(_ line: ArraySlice<UInt8>) -> Line? {
        guard line.starts(with: signatureMark) else { return nil }
        let parts = line.dropFirst(signatureMark.count).split(
            separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2,
            VerifierKey.isName(String(decoding: parts[0], as: UTF8.self)),
            let bytes = unsafe Base64.decode(Array(parts[1]).span.bytes), bytes.count > 4
        else { return nil }
        let keyID = bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Line(name: Array(parts[0]), keyID: keyID, signature: Array(bytes[4...]))
    }
}

/// A log's name and the key that signs for it.
package final class NoteSigner: Sendable {
    package let verifier: VerifierKey
    private let key: SigningKey

    /// Throws `.malformed` for a name that no note can carry.
    package init(
        name: String, seed: borrowing Key<AuditSigningPurpose>
    ) throws(CryptoError) {
        key = try SigningKey(seed: seed)
        guard let verifier = VerifierKey(name: name, key: key.publicKey) else { throw .malformed }
        self.verifier = verifier
    }

    /// A note of one signature; `text` ends in a newline.
    package func sign(_ text: [UInt8]) -> [UInt8] {
        var signature: [UInt8] = []
        signature.append(bigEndian: verifier.keyID)
        signature.append(contentsOf: unsafe key.sign(text.span.bytes))
        var note = text
        note.append(0x0a)
        note.append(contentsOf: SignedNote.signatureMark)
        note.append(contentsOf: verifier.name.utf8)
        note.append(0x20)
        note.append(contentsOf: unsafe Base64.encode(signature.span.bytes))
        note.append(0x0a)
        return note
    }
}
