import Testing
import Vault

@Suite struct PermissionTests {
    @Test(arguments: [
        "", ":", "accounts", "accounts:", ":get", "accounts:GET", "accounts:get ", "accounts:use",
        "connector:get", "members:create:x",
    ])
    func `a text that is no permission is refused`(text: String) {
        #expect(Permission(text) == nil)
    }

    @Test func `every permission has a text and a bit of its own`() {
        let texts = Permission.allCases.map(\.text)
        #expect(Set(texts).count == texts.count)
        for permission in Permission.allCases {
            #expect(Permission(permission.text) == permission)
            #expect(PermissionMask([permission]).permissions == [permission])
        }
        #expect(Permission.integrationPointsGet.text == "integration_points:get")
        #expect(Permission.providersDelete.text == "providers:delete")
        #expect(Permission.tokensRemoveSecondary.text == "tokens:remove_secondary")
        #expect(Permission.connectorUse.text == "connector:use")
    }

    /// Product page 1.4, by hand.
    @Test func `the built-in sets hold what the product says`() {
        let all = Set(Permission.allCases)
        func held(_ set: PermissionSet) -> Set<Permission> { Set(set.mask.permissions) }
        func named(_ apis: Set<String>, _ actions: Set<String>) -> Set<Permission> {
            all.filter {
                let parts = $0.text.split(separator: ":").map(String.init)
                return apis.contains(parts[0]) && actions.contains(parts[1])
            }
        }
        let five: Set = ["list", "get", "create", "update", "delete"]
        #expect(held(.administrator) == all.subtracting([.connectorUse, .credentialsUse]))
        #expect(
            held(.viewer) == all.filter { $0.text.hasSuffix(":list") || $0.text.hasSuffix(":get") })
        #expect(
            held(.accountManager)
                == named(["accounts", "integrations", "credentials", "providers"], five)
                .union([.integrationPointsList, .integrationPointsGet]))
        #expect(
            held(.connectUI)
                == named(["providers", "integration_points"], ["list", "get"])
                .union(
                    named(["integrations", "credentials"], ["list", "get", "create", "delete"])))
        #expect(held(.tokenIssuer) == [.tokensCreateIntegration])
        #expect(held(.integration) == [.connectorUse, .credentialsUse])
    }

    @Test func `an intersection holds what both hold`() {
        let left = PermissionMask([.accountsGet, .accountsList])
        let right = PermissionMask([.accountsGet, .auditGet])
        #expect(left.intersection(right).permissions == [.accountsGet])
        #expect(!left.contains(right) && left.contains(PermissionMask([.accountsList])))
        #expect(PermissionMask.none.text == "-")
        #expect(right.text == "accounts:get audit:get")
    }
}
