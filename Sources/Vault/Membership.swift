/// What the members along a token's chain leave of its authority, as of now.
struct MembershipBounds {
    /// Of each list one allowance must allow.
    var alternatives: [[Allowance]] = []
    var end = Instant(microseconds: .max)
    var fault: Refusal?
    /// Those of `alternatives` that admit what the token speaks for; nil where that is everything.
    private var reaching: [[Allowance]]?
    private var seen: Set<MemberID> = []

    fileprivate mutating func add(_ token: Token, of member: Member?) -> Bool {
        guard let member else {
            fault = fault ?? .ownerGone
            return false
        }
        if member.state == .disabled { fault = fault ?? .memberDisabled }
        if token.origin == .logon, let setAt = member.secretSetAt, token.createdAt < setAt {
            fault = fault ?? .revoked
        }
        end = min(end, token.createdAt.advanced(by: member.timeToLive))
        return seen.insert(member.id).inserted
    }
}

extension Vault {
    /// Takes in one token of a chain: its own set where that holds for its holder only, and what
    /// the roles of its member give.
    func bind(_ bounds: inout MembershipBounds, _ token: Token) throws(Refusal) {
        if token.permissionSet == .member { bounds.alternatives.append([Allowance(.member)]) }
        guard let id = token.member else { return }
        let member = try find(id, in: token.organization)
        guard bounds.add(token, of: member), let member else { return }
        bounds.alternatives.append(try allowances(of: member))
    }

    /// A role that is gone gives nothing.
    func allowances(of member: Member) throws(Refusal) -> [Allowance] {
        var allowances: [Allowance] = []
        for id in member.roles {
            if let set = Role.builtInSet(id) {
                allowances.append(Allowance(set))
            } else if let role = try look({ () throws(StoreError) in
                try store.role(id, in: member.organization)
            }) {
                allowances.append(role.allowance)
            }
        }
        return allowances
    }
}

extension MembershipBounds {
    /// Fits what is given to the object that the token speaks for; where nothing of it admits that,
    /// the token is dead.
    ///
    /// Roles that do not admit it stay among the alternatives: who changes the object must not make
    /// it one of theirs.
    mutating func confine(to owner: OwnerFacts, _ level: Token.Level) {
        guard let account = owner.account else { return }
        let reaching = alternatives.map { alternative in
            alternative.filter { allowance in
                guard let resources = allowance.resources else { return true }
                return resources.admits(account)
                    && (owner.integration.map(resources.admits) ?? true)
            }
        }
        guard level == .integration else {
            if reaching.contains(where: \.isEmpty) { fault = fault ?? .parentDead }
            self.reaching = reaching
            return
        }
        // Across the planes a member lends what it may issue, not what it may do.
        let mayIssue = reaching.allSatisfy { alternative in
            alternative.contains { $0.gives(.tokensCreateIntegration) && !$0.isOwnOnly }
        }
        if !mayIssue { fault = fault ?? .parentDead }
        alternatives = []
    }

    /// What all of the members give somewhere, or to the object that the token speaks for.
    var permissions: PermissionMask {
        (reaching ?? alternatives).reduce(PermissionMask(bits: .max)) { common, alternative in
            common.intersection(
                alternative.reduce(.none) { $0.union($1.permissions) })
        }
    }
}
