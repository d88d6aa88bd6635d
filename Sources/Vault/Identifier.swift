/// The kinds of object that have an identifier of their own.
package enum ObjectKind: UInt8, CaseIterable, Sendable {
    case organization = 1
    case member, role, account, integrationPoint, integration, credential, token

    /// Four ASCII characters in front of the 22 digits.
    package var prefix: StaticString {
        switch self {
        case .organization: "org_"
        case .member: "mem_"
        case .role: "rol_"
        case .account: "acc_"
        case .integrationPoint: "ipt_"
        case .integration: "int_"
        case .credential: "crd_"
        case .token: "tok_"
        }
    }

    /// The singular noun of the API.
    package var noun: StaticString {
        switch self {
        case .organization: "organization"
        case .member: "member"
        case .role: "role"
        case .account: "account"
        case .integrationPoint: "integration_point"
        case .integration: "integration"
        case .credential: "credential"
        case .token: "token"
        }
    }
}

/// Ties an identifier type to its kind.
package protocol IdentifiedKind: Sendable {
    static var kind: ObjectKind { get }
}

/// A 16-byte random identifier; a name of an object, never an authority over it.
///
/// Text form: the kind's prefix and 22 base62 digits, 26 characters.
package struct Identifier<Kind: IdentifiedKind>: Hashable, Comparable, Sendable {
    package let value: UInt128

    package init(_ value: UInt128) { self.value = value }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    /// Parses the text form; nil for anything not canonical or of another kind.
    package init?(text: Span<UInt8>) {
        guard let (kind, value) = IdentifierText.parse(text), kind == Kind.kind else { return nil }
        self.value = value
    }

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(text: bytes.span)
    }

    package var text: String { IdentifierText.text(Kind.kind, value) }
}

/// The text form that all kinds share.
package enum IdentifierText {
    package static let characterCount = 4 + Base62.width16

    package static func append(_ kind: ObjectKind, _ value: UInt128, to text: inout [UInt8]) {
        kind.prefix.withUTF8Buffer { prefix in unsafe text.append(contentsOf: prefix) }
        Base62.append(value, width: Base62.width16, to: &text)
    }

    package static func text(_ kind: ObjectKind, _ value: UInt128) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characterCount)
        append(kind, value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Kind and number of an identifier's text; nil for anything not canonical, and for zero,
    /// which stands for "absent" in records.
    package static func parse(_ text: Span<UInt8>) -> (kind: ObjectKind, value: UInt128)? {
        guard text.count == characterCount, let kind = kind(of: text) else { return nil }
        guard let value = Base62.uint128(text.extracting(4..<characterCount)), value != 0 else {
            return nil
        }
        return (kind, value)
    }

    /// The kind whose prefix `text` begins with.
    static func kind(of text: Span<UInt8>) -> ObjectKind? {
        guard text.count >= 4 else { return nil }
        return ObjectKind.allCases.first { kind in
            kind.prefix.withUTF8Buffer { prefix in
                for index in 0..<4 where unsafe prefix[index] != text[index] { return false }
                return true
            }
        }
    }
}

package enum OrganizationKind: IdentifiedKind { package static let kind = ObjectKind.organization }
package enum MemberKind: IdentifiedKind { package static let kind = ObjectKind.member }
package enum RoleKind: IdentifiedKind { package static let kind = ObjectKind.role }
package enum AccountKind: IdentifiedKind { package static let kind = ObjectKind.account }
package enum IntegrationPointKind: IdentifiedKind {
    package static let kind = ObjectKind.integrationPoint
}
package enum IntegrationKind: IdentifiedKind { package static let kind = ObjectKind.integration }
package enum CredentialKind: IdentifiedKind { package static let kind = ObjectKind.credential }
package enum TokenKind: IdentifiedKind { package static let kind = ObjectKind.token }

package typealias OrganizationID = Identifier<OrganizationKind>
package typealias MemberID = Identifier<MemberKind>
package typealias RoleID = Identifier<RoleKind>
package typealias AccountID = Identifier<AccountKind>
package typealias IntegrationPointID = Identifier<IntegrationPointKind>
package typealias IntegrationID = Identifier<IntegrationKind>
package typealias CredentialID = Identifier<CredentialKind>
package typealias TokenID = Identifier<TokenKind>
