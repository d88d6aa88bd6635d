/// A name of an object: `[a-z0-9_-]{1,64}`, unique per parent, usable wherever an id is.
///
/// What looks like an identifier is refused, so that a name can never stand in for an id.
package struct Name: Hashable, Sendable {
    package let text: String

    package static let characterCountMax = 64
    package static let fullnameByteCountMax = 256

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard Name.isValid(bytes.span) else { return nil }
        self.text = text
    }

    /// Letters fold to lower case and whatever a name cannot hold becomes `-`.
    ///
    /// Nil when nothing usable is left or the outcome looks like an identifier.
    package init?(derivedFrom fullname: String) {
        var bytes: [UInt8] = []
        for byte in fullname.utf8.prefix(Name.characterCountMax) {
            let folded = (65...90).contains(byte) ? byte + 32 : byte
            bytes.append(Name.isAllowed(folded) ? folded : 45)
        }
        guard bytes.contains(where: { $0 != 45 }) else { return nil }
        self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// The name of an object that was given none is its id; only the vault may make such a one.
    init<Kind>(of identifier: Identifier<Kind>) { text = identifier.text }

    /// A name that was stored; it was checked when it was given.
    package init(stored text: String) { self.text = text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 97...122, 48...57, 95, 45: true
        default: false
        }
    }

    private static func isValid(_ bytes: Span<UInt8>) -> Bool {
        guard (1...characterCountMax).contains(bytes.count) else { return false }
        for index in bytes.indices where !isAllowed(bytes[index]) { return false }
        // Any text of an identifier's shape is refused, canonical or not.
        let looksLikeIdentifier =
            bytes.count == IdentifierText.characterCount && IdentifierText.kind(of: bytes) != nil
        return !looksLikeIdentifier
    }
}

/// How a caller points at an object: by its identifier or by its name.
package enum Reference<Kind: IdentifiedKind>: Hashable, Sendable {
    case identifier(Identifier<Kind>)
    case name(Name)

    /// Nil for a text that is neither; such an object cannot exist.
    package init?(_ text: String) {
        if let identifier = Identifier<Kind>(text) {
            self = .identifier(identifier)
        } else if let name = Name(text) {
            self = .name(name)
        } else {
            return nil
        }
    }
}
