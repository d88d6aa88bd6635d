import Audit
import Vault
import Wire

/// The shipped catalogue and the built-in permission sets: the same for everybody.
enum CatalogueRoutes {
    static let table: [Route] = [
        .management(
            .get, "/v1/connectors", .providersList, .connectorList, query: Call.listQuery,
            connectors),
        .management(
            .get, "/v1/providers", .providersList, .providerList, query: Call.listQuery, providers),
        .management(.get, "/v1/providers/{provider}", .providersGet, .providerGet, provider),
        .management(
            .get, "/v1/permissionsets", .rolesList, .permissionSetList, query: Call.listQuery,
            permissionSets),
        .management(.get, "/v1/permissionsets/{name}", .rolesGet, .permissionSetGet, permissionSet),
    ]

    @Sendable private static func connectors(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .catalogue)
        let offered = Set(try call.vault.offeredProviders(to: grant).map(\.connector))
        let connectors = call.vault.catalogue.connectors.filter { offered.contains($0.id) }
        let page = try CatalogueList.page(call, of: connectors, .connectors, id: \.id.text)
        return Reply(grant) { $0.list(page) { $1.connector($0) } }
    }

    @Sendable private static func providers(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .catalogue)
        let providers = try call.vault.offeredProviders(to: grant)
        let page = try CatalogueList.page(call, of: providers, .providers, id: \.id.text)
        return Reply(grant) { $0.list(page) { $1.provider($0) } }
    }

    @Sendable private static func provider(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .catalogue)
        let id = ProviderID(call.request.parameters[0])
        let offered = try call.vault.offeredProviders(to: grant)
        guard let provider = offered.first(where: { $0.id == id }) else { throw .absent }
        return Reply(grant) { $0.provider(provider) }
    }

    @Sendable private static func permissionSets(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .catalogue)
        let page = try CatalogueList.page(
            call, of: PermissionSet.allCases, .permissionSets, id: \.text)
        return Reply(grant) { $0.list(page) { $1.permissionSet($0) } }
    }

    @Sendable private static func permissionSet(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .catalogue)
        // The names of two sets have a hyphen, which a path may hold.
        guard let set = PermissionSet(call.request.parameters[0]) else { throw .absent }
        return Reply(grant) { $0.permissionSet(set) }
    }
}
