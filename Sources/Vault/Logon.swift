import Crypto

/// Who wants to log on, where, and for how long.
package struct LogonRequest: Sendable {
    /// As they were typed: names, identifiers, or what nobody can be called.
    package let place: String
    package let name: String
    package let peer: LogonPeer
    package var timeToLive: TimeSpan?

    package init(at place: String, name: String, from peer: LogonPeer) {
        self.place = place
        self.name = name
        self.peer = peer
    }
}

/// Logging on takes two steps, between which the secret is hashed on another thread. The same is
/// done for a member who is not there, has no secret, or is disabled.
extension Vault {
    /// What the secret that was shown is to be hashed with; refused to those who come too often.
    package func beginLogon(_ request: LogonRequest) throws(Refusal) -> SecretCost {
        let (organization, member) = try claimed(request)
        let key = logonKey(request, organization, member)
        try logons.begin(member: key, by: request.peer, at: clock.now())
        return member?.secret?.cost ?? .nobody
    }

    /// A token that may do what the member's roles give; refused with the reason for the log only.
    ///
    /// - Parameter witness: told who it is about as soon as that is known, refused or not.
    package func finishLogon(
        _ request: LogonRequest, _ stretched: StretchedSecret,
        witness: (OrganizationID, MemberID?) -> Void
    ) throws(Refusal) -> MintedToken {
        let (organization, member) = try claimed(request)
        let isRight = try isRight(stretched, of: member)
        if let organization { witness(organization.id, member?.id) }
        guard let organization, let member else { throw .absent }
        guard isRight else { throw .wrongSecret }
        guard organization.state == .enabled else { throw .organizationDisabled }
        guard member.state == .enabled else { throw .memberDisabled }
        logons.succeed(member: member.id.value, by: request.peer)
        var plan = plan(
            organization: organization.id, level: .organization, permissionSet: .administrator,
            timeToLive: try lifetime(request.timeToLive, of: member))
        plan.origin = .logon
        plan.member = member.id
        // A session is no longer than it was when it began, however often it is refreshed.
        plan.end = clock.now().advanced(by: plan.timeToLive)
        return try mint(plan, remembering: nil)
    }

    private func claimed(
        _ request: LogonRequest
    ) throws(Refusal) -> (organization: Organization?, member: Member?) {
        guard let reference = Reference<OrganizationKind>(request.place),
            let organization = try find(reference)
        else { return (nil, nil) }
        guard let name = Reference<MemberKind>(request.name) else { return (organization, nil) }
        return (organization, try find(name, in: organization.id))
    }

    /// By what attempts are counted. A name that is nobody's is slowed down as a member's is, in
    /// whichever way its organization was written: otherwise it could be told apart.
    private func logonKey(
        _ request: LogonRequest, _ organization: Organization?, _ member: Member?
    ) -> UInt128 {
        if let member { return member.id.value }
        return UInt128(pseudonym(of: request, at: organization?.id.text ?? request.place))
    }

    /// Recognizes the name without telling it: somebody may have typed the secret there.
    package func pseudonym(of request: LogonRequest) -> UInt64 {
        pseudonym(of: request, at: request.place)
    }

    private func pseudonym(of request: LogonRequest, at place: String) -> UInt64 {
        let text = Array(place.utf8) + [0] + Array(request.name.utf8)
        return unsafe ring.pseudonym.key.pseudonym(text.span.bytes)
    }

    func lifetime(_ wanted: TimeSpan?, of member: Member) throws(Refusal) -> TimeSpan {
        let longest = min(member.timeToLive, lifetimes.longest)
        let span = wanted ?? longest
        guard span > .seconds(0), span <= longest else {
            throw .invalidValue("token_ttl must be more than 0s and at most the member's own")
        }
        return span
    }

    /// Ends the session, or whatever token was shown but a default one.
    package func logOff(_ grant: Grant) throws(Refusal) -> Token {
        guard let principal = grant.principal,
            let token = try find(principal.token, in: principal.organization)
        else { throw .wrongPlane }
        guard token.origin != .byDefault else {
            throw .conflict("a default token does not log off; it is deleted or reset")
        }
        try end(grant, token)
        return token
    }
}

/// Tokens for members, minted by a token that is there.
extension Vault {
    package struct MemberTokenRequest: Sendable {
        package var name: Name?
        package var fullname: String?
        /// Nil for all that the member's roles give.
        package var permissionSet: PermissionSet?
        package var resources: Resources?
        package var timeToLive: TimeSpan?
        package init() {}
    }

    /// Bound to the member and below the asker's token: it can do what both may.
    package func mintMemberToken(
        _ grant: Grant, _ member: Member, _ request: MemberTokenRequest,
        remembering idempotency: IdempotencyRequest?
    ) throws(Refusal) -> MintedToken {
        try requireOwn(grant, member.organization)
        guard member.state == .enabled else { throw .conflict("the member is disabled") }
        var wanted = AdhocRequest(permissionSet: request.permissionSet ?? .administrator)
        wanted.name = request.name
        wanted.fullname = request.fullname
        wanted.resources = request.resources
        wanted.timeToLive = try lifetime(request.timeToLive, of: member)
        return try mintOnce(
            try adhoc(
                wanted, grant, level: .organization, account: nil, integration: nil,
                of: member, isAsLent: request.permissionSet == nil),
            idempotency)
    }
}
