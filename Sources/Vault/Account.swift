/// One tenant of an organization; the boundary of isolation, with a key pair of its own.
package struct Account: Equatable, Sendable {
    package enum Environment: UInt8, CaseIterable, Sendable { case prod = 1, test }

    package let organization: OrganizationID
    package let id: AccountID
    package var name: Name
    package var fullname: String
    package var environment: Environment
    package var labels: [String]
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64

    /// From a row that was authenticated.
    package init(
        organization: OrganizationID, id: AccountID, name: Name, fullname: String,
        environment: Environment, labels: [String], createdAt: Instant, updatedAt: Instant,
        revision: UInt64
    ) {
        self.organization = organization
        self.id = id
        self.name = name
        self.fullname = fullname
        self.environment = environment
        self.labels = labels
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }
}

extension Account {
    package var scope: AccountScope { AccountScope(organization: organization, account: id) }
}

extension Account.Environment {
    package var text: StaticString {
        switch self {
        case .prod: "prod"
        case .test: "test"
        }
    }

    package init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.text.description == text }) else {
            return nil
        }
        self = match
    }
}
