import Audit
import Crypto
import Vault
import Wire

/// The audit log over the API: an organization sees its own events, an account its own, operators
/// all of them.
enum AuditRoutes {
    static let table: [Route] = [
        .management(.get, "/v1/audit", .auditList, .auditList, query: Call.listQuery, own),
        OperatorRoutes.route(.get, "audit", .auditList, query: Call.listQuery, all),
        OperatorRoutes.route(.get, "audit/checkpoint", .auditCheckpoint, checkpoint),
        OperatorRoutes.route(.get, "audit/verify", .auditList, query: ["checkpoint"], verify),
    ]

    @Sendable private static func own(_ call: Call) throws(Refusal) -> Reply {
        let organization = try call.organization()
        let grant = try call.grant(on: .ownPart(organization))
        var wanted = try EventQueryReading.read(call)
        var query = wanted.query
        // The scope comes from the token; a filter can only narrow it further.
        guard query.organization == nil || query.organization == organization else {
            throw .absent
        }
        query.organization = organization
        query.reasons = query.reasons.map(told)
        let numbers = EventNumbers(of: organization, call.vault.ring)
        query.startAfter = try query.startAfter.map { (number) throws(Refusal) in
            guard let place = numbers.place(of: number) else {
                throw .invalidValue("start_after is the sequence number of the last event seen")
            }
            return place
        }
        if let principal = grant.principal {
            try requireWhole(principal, organization, call)
            if let own = principal.account {
                guard query.account == nil || query.account == own else { throw .absent }
                query.account = own
            }
        }
        wanted.query = query
        return try call.search(wanted, grant, numbers)
    }

    /// A tenant is told of what is out of reach as of what is not there (1.4), here as everywhere.
    private static func told(_ asked: Set<AuditEvent.Reason>) -> Set<AuditEvent.Reason> {
        asked.contains(.absent) ? asked.union([.foreign]) : asked.subtracting([.foreign])
    }

    /// Events are not told apart by what a narrowing admits: all of an organization or of an
    /// account, or nothing.
    private static func requireWhole(
        _ principal: Principal, _ organization: OrganizationID, _ call: Call
    ) throws(Refusal) {
        guard let own = principal.account else {
            _ = try call.grant(on: .organization(organization))
            return
        }
        guard let account = try call.vault.find(own, in: organization) else { throw .absent }
        _ = try call.grant(on: .account(organization, AccountFacts(account)))
        let mask = PermissionMask([.auditList])
        guard principal.covers(mask, where: { $0.integrations == nil }) else {
            throw .insufficientScope
        }
    }

    @Sendable private static func all(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        return try call.search(try EventQueryReading.read(call), grant, nil)
    }

    /// The newest signed note; made now if records came after the last one.
    @Sendable private static func checkpoint(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        try call.desk.signIfNeeded(at: call.request.receivedAt)
        return Reply(grant, "text/plain; charset=utf-8", call.desk.log.head.checkpoint)
    }

    /// The whole log, against its own checkpoint and one that the asker has kept.
    @Sendable private static func verify(_ call: Call) throws(Refusal) -> Reply {
        let grant = try call.grant(on: .vault)
        let earlier = try earlierCheckpoint(call)
        guard !call.desk.isHotEndTaken else {
            throw .conflict("a seal or another verification is under way; try again in a moment")
        }
        try call.desk.signIfNeeded(at: call.request.receivedAt)
        call.desk.isHotEndTaken = true
        call.deferred = .verifyLog(call.desk.log.head, earlier)
        return Reply(grant) { $0.null() }
    }

    /// A note that this log's key has signed.
    private static func earlierCheckpoint(_ call: Call) throws(Refusal) -> [Checkpoint] {
        guard let text = try call.query("checkpoint") else { return [] }
        let verifier = call.desk.log.signer.verifier
        guard let checkpoint = Checkpoint(note: Array(text.utf8), verifier: verifier) else {
            throw .invalidValue("checkpoint is not a note that this log's key has signed")
        }
        return [checkpoint]
    }
}
