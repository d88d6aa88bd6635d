package import Vault

/// By which fields each route's list can be narrowed and ordered; for whoever describes the API.
package enum ListCatalogue {
    package struct Fields: Sendable {
        package let all: [String]
        package let orderable: [String]

        private let parse: @Sendable (String) throws(Refusal) -> Void

        init<Element>(_ description: ListDescription<Element>) {
            parse = { (text) throws(Refusal) in _ = try ListFilter(text, description) }
            all = description.fields.map(\.name)
            orderable = description.fields.filter(\.isOrderable).map(\.name)
        }

        /// Reads a filter as the list itself does.
        package func check(filter: String) throws(Refusal) { try parse(filter) }
    }

    /// By the patterns of the routes.
    package static let fields: [String: Fields] = [
        "/v1/operator/organizations": Fields(ListDescription<Organization>.organizations),
        "/v1/accounts": Fields(ListDescription<Account>.accounts),
        "/v1/integrations": Fields(ListDescription<Integration>.integrations),
        "/v1/integrations/{account}": Fields(ListDescription<Integration>.integrations),
        "/v1/integration-points": Fields(ListDescription<IntegrationPoint>.integrationPoints),
        "/v1/credentials/{owner}": Fields(ListDescription<Credential>.credentials),
        "/v1/tokens": Fields(ListDescription<Token>.tokens),
        "/v1/members": Fields(ListDescription<Member>.members),
        "/v1/roles": Fields(ListDescription<Role>.roles),
        "/v1/connectors": Fields(ListDescription<Connector>.connectors),
        "/v1/providers": Fields(ListDescription<Provider>.providers),
        "/v1/permissionsets": Fields(ListDescription<PermissionSet>.permissionSets),
    ]
}
