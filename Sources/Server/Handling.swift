package import Audit
package import Linux
package import Vault

/// One request from hand to answer, apart from the batch that makes it durable.
extension Call {
    /// The route's handler as one step: whole, or nothing of it is left behind.
    package func handle() throws(Refusal) -> Reply {
        try vault.step { () throws(Refusal) in try request.route.handler(self) }
    }

    /// The answer, with everything done at once that a daemon would do between batches; hashing
    /// alone is left to the caller, and waiting.
    package func answer() throws(Refusal) -> Answer {
        let reply = try handle()
        switch deferred {
        case .search(let wanted, let grant, let numbers):
            var search = PendingSearch(
                request: request, loop: 0, wanted: wanted, grant: grant, numbers: numbers)
            while !search.isFinished { try search.take(try page(search.query), vault) }
            return search.answer()
        case .read(let read, _):
            while !read.isFinished { try read.advance(ServerLimits.pieceCount) }
            return try read.reply().answer(to: request)
        case .hash, .open, .verifyLog, .epoch, nil: return reply.answer(to: request)
        }
    }

    private func page(_ query: AuditQuery) throws(Refusal) -> AuditPage {
        do {
            return try desk.search.page(query)
        } catch .storage(let error) {
            throw Refusal(error)
        } catch {
            throw .integrity(table: "audit log")
        }
    }

    /// What goes on the log: the call, or each verification of a batch.
    package var events: [AuditEvent] { verifications.isEmpty ? [event] : verifications }

    /// The request is refused, or answered as its protocol answers what it refuses.
    package func refuse(_ refusal: Refusal) {
        event.outcome = refusal.isOurs ? .error : .deny
        event.reason = AuditEvent.Reason(refusal)
    }

    /// What the asker is told of a refusal, at the socket that the request came in by.
    package func problem(_ refusal: Refusal) -> Problem {
        if request.surface == .gateway { return Problem.onGateway(refusal, request) }
        if request.route.kind == .sessionLogon { return Problem.onLogon(refusal) }
        return Problem(refusal)
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
            idempotencyKey: idempotencyKey, ifMatch: nil, peer: peer, remoteAddress: 0,
            nearestAddress: 0, id: id,
            receivedAt: receivedAt)
    }
}
