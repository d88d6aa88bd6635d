/// Which providers of one connector an organization lets its tenants set up, by environment.
package struct IntegrationPoint: Equatable, Sendable {
    package let organization: OrganizationID
    package let id: IntegrationPointID
    package var name: Name
    package var fullname: String
    package let connector: ConnectorID
    package var environments: ProviderRules
    package let createdAt: Instant
    package var updatedAt: Instant
    package var revision: UInt64

    /// From a row that was authenticated.
    package init(
        organization: OrganizationID, id: IntegrationPointID, name: Name, fullname: String,
        connector: ConnectorID, environments: ProviderRules, createdAt: Instant,
        updatedAt: Instant, revision: UInt64
    ) {
        self.organization = organization
        self.id = id
        self.name = name
        self.fullname = fullname
        self.connector = connector
        self.environments = environments
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }

    /// Whether an account of that environment may have an integration with the provider here.
    package func allows(_ provider: Provider, in environment: Account.Environment) -> Bool {
        provider.connector == connector
            && (environments[environment]?.allows(provider.id) ?? false)
    }
}

/// One rule for each environment; where there is none, nothing is allowed.
package struct ProviderRules: Equatable, Sendable {
    private var prod: ProviderRule?
    private var test: ProviderRule?

    package init() {}

    package subscript(environment: Account.Environment) -> ProviderRule? {
        get {
            switch environment {
            case .prod: prod
            case .test: test
            }
        }
        set {
            switch environment {
            case .prod: prod = newValue
            case .test: test = newValue
            }
        }
    }
}

/// Deny wins; what is not allowed is denied.
package struct ProviderRule: Equatable, Sendable {
    package var allow: ProviderList
    package var deny: ProviderList

    package init(allow: ProviderList = .only([]), deny: ProviderList = .only([])) {
        self.allow = allow
        self.deny = deny
    }

    package func allows(_ provider: ProviderID) -> Bool {
        allow.contains(provider) && !deny.contains(provider)
    }
}

/// Providers of the point's connector.
package enum ProviderList: Equatable, Sendable {
    /// Those that later versions of the catalogue add, too.
    case all
    case only([ProviderID])

    /// How `all` is written.
    package static let wildcard = "*"

    package var texts: [String] {
        switch self {
        case .all: [Self.wildcard]
        case .only(let ids): ids.map(\.text)
        }
    }

    /// Nil for a list that says something twice, or more beside the wildcard.
    package init?(_ texts: [String]) {
        guard Set(texts).count == texts.count else { return nil }
        if texts == [Self.wildcard] {
            self = .all
        } else {
            guard !texts.contains(Self.wildcard) else { return nil }
            self = .only(texts.map(ProviderID.init))
        }
    }

    func contains(_ provider: ProviderID) -> Bool {
        switch self {
        case .all: true
        case .only(let ids): ids.contains(provider)
        }
    }
}
