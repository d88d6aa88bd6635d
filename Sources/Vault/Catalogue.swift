/// The identifier of a provider in the shipped catalogue, such as `jira`.
package struct ProviderID: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// The identifier of a category of providers in the shipped catalogue, such as `ticketing`.
package struct ConnectorID: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// A unified interface to the providers of one category.
package struct Connector: Equatable, Sendable {
    package let id: ConnectorID
    package let fullname: String
    package let summary: String

    package init(id: ConnectorID, fullname: String, summary: String) {
        self.id = id
        self.fullname = fullname
        self.summary = summary
    }
}

/// A third-party service and the types of credential it takes.
package struct Provider: Equatable, Sendable {
    package let id: ProviderID
    package let fullname: String
    package let connector: ConnectorID
    package let credentialTypes: [CredentialType]

    package init(
        id: ProviderID, fullname: String, connector: ConnectorID, credentialTypes: [CredentialType]
    ) {
        self.id = id
        self.fullname = fullname
        self.connector = connector
        self.credentialTypes = credentialTypes
    }
}

/// The shipped catalogue: data, read once at start, never changed over the API.
package struct Catalogue: Sendable {
    /// When what is shipped was last changed: the time of every object in it, and of the permission
    /// sets. 2026-11-25T00:00:00Z.
    package static let changedAt = Instant(microseconds: 1_795_564_800_000_000)

    /// Sorted by identifier.
    package let connectors: [Connector]
    /// Sorted by identifier.
    package let providers: [Provider]
    private let byProvider: [ProviderID: Provider]

    package init(connectors: [Connector], providers: [Provider]) {
        self.connectors = connectors.sorted { $0.id.text < $1.id.text }
        self.providers = providers.sorted { $0.id.text < $1.id.text }
        byProvider = Dictionary(
            providers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func provider(_ id: ProviderID) -> Provider? { byProvider[id] }

    package func connector(_ id: ConnectorID) -> Connector? {
        connectors.first { $0.id == id }
    }
}
