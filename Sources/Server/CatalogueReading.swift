package import Vault
import Wire

/// The shipped catalogue from its JSON; read once at start.
extension Catalogue {
    /// Nil when the file is not what this program was built with.
    package init?(json bytes: [UInt8]) {
        var limits = JSONLimits()
        limits.byteCountMax = 1 << 20
        let span = bytes.span
        guard let document = try? JSONDocument.parse(span, limits: limits) else {
            // The caller stops the program: there is no catalogue to go on with.
            return nil
        }
        var connectors: [Connector] = []
        for element in document.root.member("connectors", span)?.elements ?? document.root.elements
        {
            guard let connector = Connector(element, span) else { return nil }
            connectors.append(connector)
        }
        var providers: [Provider] = []
        for element in document.root.member("providers", span)?.elements ?? document.root.elements {
            guard let provider = Provider(element, span) else { return nil }
            providers.append(provider)
        }
        self.init(connectors: connectors, providers: providers)
    }
}

extension Connector {
    fileprivate init?(_ value: JSONValue, _ bytes: Span<UInt8>) {
        guard let id = value.member("id", bytes)?.string(bytes),
            let fullname = value.member("fullname", bytes)?.string(bytes),
            let summary = value.member("summary", bytes)?.string(bytes)
        else { return nil }
        self.init(id: ConnectorID(id), fullname: fullname, summary: summary)
    }
}

extension Provider {
    fileprivate init?(_ value: JSONValue, _ bytes: Span<UInt8>) {
        guard let id = value.member("id", bytes)?.string(bytes),
            let fullname = value.member("fullname", bytes)?.string(bytes),
            let connector = value.member("connector", bytes)?.string(bytes),
            let types = value.member("credential_types", bytes)
        else { return nil }
        let texts = types.elements.compactMap { $0.string(bytes) }
        let known = texts.compactMap(CredentialType.init)
        guard known.count == types.count else { return nil }
        self.init(
            id: ProviderID(id), fullname: fullname, connector: ConnectorID(connector),
            credentialTypes: known)
    }
}
