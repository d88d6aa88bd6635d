import Server
import Testing
import Vault
import Wire

@Suite struct `The table of routes` {
    @Test func `no two routes answer the same method and path on one socket`() {
        var seen: Set<String> = []
        for route in Router.table {
            let shape = route.pattern.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : $0 }
            for surface in route.surfaces {
                let key = "\(surface) \(route.method) \(shape.joined(separator: "/"))"
                #expect(seen.insert(key).inserted, "\(key)")
            }
        }
        #expect(seen.count > 60)
    }

    @Test func `every route but the protocols' own names its operation`() {
        let own = [
            "/v1/introspect", "/v1/revoke", "/healthz", "/v1/verify/batch", "/v1/epoch",
        ]
        // A member who logs on has a secret to show, and no token yet.
        let logon = "/v1/auth/logon/{organization}"
        for route in Router.table where route.pattern != logon {
            switch route.access {
            case .protocolOwn:
                #expect(own.contains(route.pattern) && route.surfaces == [.gateway])
            case .operation(let operation):
                switch operation.plane {
                case .operators:
                    #expect(route.surfaces == [.admin] && operation.permission == nil)
                case .management:
                    #expect(!route.surfaces.contains(.gateway) && operation.permission != nil)
                    #expect(!route.pattern.hasPrefix("/v1/operator"))
                case .data:
                    #expect(route.surfaces == [.gateway] && operation.permission != nil)
                }
            }
        }
    }

    @Test func `a reading route takes no body and a route without a body changes by DELETE only`() {
        for route in Router.table {
            switch route.method {
            case .get: #expect(route.body == .none, "\(route.pattern)")
            case .post where route.pattern == "/v1/auth/logoff":
                #expect(route.body == .none)
            case .post, .put, .patch: #expect(route.body != .none, "\(route.pattern)")
            case .delete: #expect(route.body == .none, "\(route.pattern)")
            case .head, .options, .other: Issue.record("\(route.pattern)")
            }
        }
    }

    @Test func `only health and metrics are not recorded`() {
        let unrecorded = Router.table.filter { !$0.isRecorded }.map(\.pattern)
        #expect(Set(unrecorded) == ["/healthz", "/metrics"])
    }
}
