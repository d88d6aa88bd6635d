import Audit
package import Vault

/// One request from hand to answer, apart from the batch that makes it durable.
extension Call {
    /// The route's handler as one step: whole, or nothing of it is left behind.
    package func handle() throws(Refusal) -> Reply {
        try vault.step { () throws(Refusal) in try request.route.handler(self) }
    }

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
