package import Linux
package import Vault

/// One request from hand to answer, apart from the batch that makes it durable.
extension Call {
    /// The route's handler as one step: whole, or nothing of it is left behind.
    package func handle() throws(Refusal) -> Reply {
        try vault.step { () throws(Refusal) in try request.route.handler(self) }
    }

    /// What the asker is told of a refusal, at the socket that the request came in by.
    package func problem(_ refusal: Refusal) -> Problem {
        request.surface == .gateway
            ? Problem.onGateway(refusal, request) : Problem(refusal)
    }
}

extension Router {
    /// Forward authentication is matched before the table is looked at: it takes any method and
    /// any path below its own.
    package static var verify: Route { GatewayRoutes.verify }
}

extension Request {
    /// A request that no connection brought.
    package init(
        _ route: Route, on surface: Surface, parameters: [String] = [],
        query: [(name: String, value: String)] = [], bearer: PresentedBearer = .none,
        requirement: Requirement? = nil, limitStatus: Int = 429, body: RequestBody? = nil,
        idempotencyKey: String? = nil,
        from peer: PeerCredentials, id: UInt128, at receivedAt: Instant
    ) {
        self.init(
            surface: surface, route: route, parameters: parameters,
            query: query.map { QueryField(name: $0.name, value: $0.value) }, bearer: bearer,
            requirement: requirement, limitStatus: limitStatus, body: body, basic: nil,
            idempotencyKey: idempotencyKey, ifMatch: nil, peer: peer, remoteAddress: 0, id: id,
            receivedAt: receivedAt)
    }
}
