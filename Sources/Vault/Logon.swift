import Crypto

/// Who wants to log on, where, and for how long.
package struct LogonRequest: Sendable {
    /// Nil for a text that no organization or member can be called.
    package var organization: Reference<OrganizationKind>?
    package var member: Reference<MemberKind>?
    /// Recognizes names that are nobody's, so that they are slowed down as those of members are.
    package var pseudonym: UInt64
    package var peer: LogonPeer
    package var timeToLive: TimeSpan?

    package init(pseudonym: UInt64, peer: LogonPeer) {
        self.pseudonym = pseudonym
        self.peer = peer
    }
}

/// Logging on takes two steps, between which the secret is hashed on another thread. The same is
/// done for a member who is not there, has no secret, or is disabled.
extension Vault {
    /// What the secret that was shown is to be hashed with; refused to those who come too often.
    package func beginLogon(_ request: LogonRequest) throws(Refusal) -> SecretCost {
        let member = try claimed(request).member
        try logons.begin(member: key(request, member), by: request.peer, at: clock.now())
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
        logons.succeed(member: key(request, member), by: request.peer)
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
        guard let reference = request.organization, let organization = try find(reference) else {
            return (nil, nil)
        }
        guard let name = request.member else { return (organization, nil) }
        return (organization, try find(name, in: organization.id))
    }

    private func key(_ request: LogonRequest, _ member: Member?) -> UInt128 {
        member?.id.value ?? UInt128(request.pseudonym)
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
