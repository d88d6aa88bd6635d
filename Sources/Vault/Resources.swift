/// What narrows a token or role below its permission set; present members are ANDed.
///
/// An absent member says nothing; a present but empty list matches nothing.
package struct Resources: Hashable, Sendable {
    package struct Accounts: Hashable, Sendable {
        package var ids: [AccountID]?
        package var labels: [String]?
        package var environments: [Account.Environment]?

        package init(
            ids: [AccountID]? = nil, labels: [String]? = nil,
            environments: [Account.Environment]? = nil
        ) {
            self.ids = ids
            self.labels = labels
            self.environments = environments
        }

        func admits(_ account: AccountFacts) -> Bool {
            if let ids, !ids.contains(account.id) { return false }
            if let labels, !labels.contains(where: account.labels.contains) { return false }
            if let environments, !environments.contains(account.environment) { return false }
            return true
        }
    }

    package struct Integrations: Hashable, Sendable {
        package var ids: [IntegrationID]?
        package var connectors: [ConnectorID]?

        package init(ids: [IntegrationID]? = nil, connectors: [ConnectorID]? = nil) {
            self.ids = ids
            self.connectors = connectors
        }

        func admits(_ integration: IntegrationFacts) -> Bool {
            if let ids, !ids.contains(integration.id) { return false }
            if let connectors, !connectors.contains(integration.connector) { return false }
            return true
        }
    }

    package static let listCountMax = 100

    package var accounts: Accounts?
    package var integrations: Integrations?
    package var connect: Connect?

    package init(accounts: Accounts? = nil, integrations: Integrations? = nil) {
        self.accounts = accounts
        self.integrations = integrations
    }

    func admits(_ account: AccountFacts) -> Bool { accounts?.admits(account) ?? true }

    func admits(_ integration: IntegrationFacts) -> Bool {
        (integrations?.admits(integration) ?? true) && admits(integration.point)
    }
}

/// What a narrowing may look at in an account.
package struct AccountFacts: Hashable, Sendable {
    package let id: AccountID
    package let labels: [String]
    package let environment: Account.Environment

    package init(_ account: Account) {
        id = account.id
        labels = account.labels
        environment = account.environment
    }
}

/// What a narrowing may look at in an integration.
package struct IntegrationFacts: Hashable, Sendable {
    package let id: IntegrationID
    package let connector: ConnectorID
    package let point: IntegrationPointID?

    package init(
        id: IntegrationID, connector: ConnectorID, point: IntegrationPointID? = nil
    ) {
        self.id = id
        self.connector = connector
        self.point = point
    }
}
