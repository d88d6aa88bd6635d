import Vault

/// An object that an answer names.
struct Named: Hashable, CustomStringConvertible {
    let kind: ObjectKind
    let value: UInt128

    init<Kind: IdentifiedKind>(_ id: Identifier<Kind>) {
        kind = Kind.kind
        value = id.value
    }

    var description: String { IdentifierText.text(kind, value) }
}

/// What became of a request: the status that the API gives it, and what its answer says.
struct Outcome: Equatable, CustomStringConvertible {
    let status: Int
    /// In the answer's order.
    var objects: [Named] = []
    /// What else has to be the same, such as an end or a version.
    var facts: [String] = []

    static func refused(_ status: Int) -> Outcome { Outcome(status: status) }

    static func done<Kind: IdentifiedKind>(_ id: Identifier<Kind>, _ facts: String...) -> Outcome {
        Outcome(status: 200, objects: [Named(id)], facts: facts)
    }

    static func list<Kind: IdentifiedKind>(_ ids: [Identifier<Kind>]) -> Outcome {
        Outcome(status: 200, objects: ids.map(Named.init))
    }

    static let nothing = Outcome(status: 200)

    /// A token's answer, the same from the model and from the vault.
    static func token(
        _ id: TokenID, generation: UInt32, expires: Instant, secondary: Instant?
    ) -> Outcome {
        .done(
            id, "generation \(generation)", "expires \(expires.microseconds)",
            "secondary \(secondary.map { "\($0.microseconds)" } ?? "none")")
    }

    var description: String {
        ([String(status)] + objects.map(\.description) + facts).joined(separator: " ")
    }
}

/// Why the model says no.
struct Denial: Error {
    let status: Int

    init(_ status: Int) { self.status = status }

    /// No token, or none that is good.
    static let unauthorized = Denial(401)
    static let forbidden = Denial(403)
    /// Absent and foreign alike.
    static let absent = Denial(404)
    static let conflict = Denial(409)
    static let invalid = Denial(422)
}

/// What the vault has made up while it did what was asked: the model cannot know these.
struct News {
    var organization = OrganizationID(0)
    var account = AccountID(0)
    var point = IntegrationPointID(0)
    var integration = IntegrationID(0)
    var credential = CredentialID(0)
    var role = RoleID(0)
    var member = MemberID(0)
    var token = TokenID(0)
}
