/// What the product says about one cell of the matrix: the rules of 1.3, 1.4 and 1.6 in order.
struct Expectation {
    let row: Row
    let holder: Holder
    let state: TokenState
    let target: Target

    /// The status of the answer.
    var status: Int {
        switch row.plane {
        case .operators: operatorStatus
        case .management: refusedByState ?? managementStatus
        case .data: dataStatus
        case .own: ownStatus
        }
    }

    /// Whether the answer is the one for all that is not there for the asker.
    var isHidden: Bool {
        switch row.plane {
        case .management: status == 404 || (!target.isMine && !isBarred(giving))
        case .own: !target.isMine || (row.names == .logon && status == 401)
        case .operators, .data: !target.isMine
        }
    }

    // MARK: - Planes

    /// The peer's uid is all that counts; a bearer is not even looked at.
    private var operatorStatus: Int {
        guard target.isMine else { return 404 }
        let isEnded = state == .revoked || state == .revokedRefresh
        guard isEnded, holder.origin == .byDefault, holder.level == .organization,
            target.relation == .itself
        else { return row.status }
        // The token that is shown is the organization's default one.
        if row.pattern.hasSuffix("/rotate") { return 409 }
        return row.pattern.hasSuffix("/secondary") ? 404 : row.status
    }

    private var refusedByState: Int? {
        if state == .organizationDisabled { return 402 }
        if state.isGood { return nil }
        guard state.isRefresh, row.refreshSecretMay else { return 401 }
        guard target.kin == .itself else { return 404 }
        return state == .refresh ? row.status : 409
    }

    private var managementStatus: Int {
        guard holder.level != .integration else { return 403 }
        if row.rule == .session { return holder.origin == .byDefault ? 409 : row.status }
        if row.holderMay, target.kin == .itself { return row.status }
        guard !giving.isEmpty, !isBarred(giving) else { return 403 }
        guard giving.contains(where: reaches) else {
            let isToldNothing = isCollection && !giving.contains(where: isConfinedByNothing)
            return isToldNothing ? 403 : 404
        }
        return ruledStatus(giving)
    }

    private var giving: [Holder.Lent] {
        lent.filter { lent in
            row.needs.map { PermissionTable.sets[lent.set]?.contains($0) == true } ?? false
        }
    }

    /// From what an account owns; whether there is such a thing is not looked at any more.
    private func isBarred(_ giving: [Holder.Lent]) -> Bool {
        target.isUnderAccount && concernsAllBelow && !giving.isEmpty
            && giving.allSatisfy { $0.narrowing == .ticketing }
    }

    private var dataStatus: Int {
        if state.isRefresh { return 401 }
        if state == .organizationDisabled { return 403 }
        guard state.isGood else { return 401 }
        return holder.level == .integration ? row.status : 403
    }

    private var ownStatus: Int {
        switch row.pattern {
        case "/v1/verify":
            if state == .organizationDisabled { return 403 }
            guard state.isGood else { return 401 }
            return meetsRequirement ? 200 : 403
        case "/v1/introspect", "/v1/revoke": return state == .none || state == .multiple ? 400 : 200
        case "/v1/auth/logon/{}":
            // Whatever else is shown: the member's secret is all that counts.
            return target.relation == .itself && state != .organizationDisabled ? 201 : 401
        default: return 200
        }
    }

    private var meetsRequirement: Bool {
        if target.relation == .whole { return true }
        if holder.level != .organization { return target.isMine && target.place == .home }
        return target.isMine && lent.contains(where: reaches)
    }

    /// What is left of what was lent.
    private var lent: [Holder.Lent] { state == .unbound ? [] : holder.lent }

    // MARK: - Reach

    private var isCollection: Bool {
        row.scope == .whole || row.scope == .wholeOrAccount || target.isOrganization
    }

    private func reaches(_ lent: Holder.Lent) -> Bool {
        switch row.scope {
        case .part: return true
        case .shared: return target.isMine && (!target.isOtherPoint || lent.narrowing != .desk)
        case .whole: return target.isMine && isConfinedByNothing(lent)
        case .wholeOrAccount: return isConfinedByNothing(lent) || holder.level == .account
        case .object: return sees(lent)
        }
    }

    private func isConfinedByNothing(_ lent: Holder.Lent) -> Bool {
        holder.level == .organization && lent.narrowing == .none && !lent.isOwnOnly
    }

    private func sees(_ lent: Holder.Lent) -> Bool {
        guard target.isMine else { return false }
        if target.kin == .itself { return true }
        if lent.isOwnOnly { return target.kin == .member || target.kin == .childOfMember }
        switch target.place {
        case .everywhere: return isConfinedByNothing(lent)
        case .away:
            if holder.level == .account || lent.narrowing == .gold { return false }
        case .home: break
        }
        if target.isOtherPoint, lent.narrowing == .desk { return false }
        return !target.isOtherCategory || lent.narrowing != .ticketing
    }

    // MARK: - Rules beyond reach

    /// What is done to an account, its credentials and its tokens concerns all its integrations.
    private var concernsAllBelow: Bool {
        guard !target.isOfIntegration, target.level != .integration else { return false }
        switch row.needs {
        case "accounts:update", "accounts:delete", "credentials:update", "credentials:delete",
            "tokens:delete", "tokens:remove_secondary":
            return true
        default: return false
        }
    }

    private func ruledStatus(_ giving: [Holder.Lent]) -> Int {
        let isNarrow = !giving.contains { reaches($0) && $0.narrowing != .ticketing }
        if concernsAllBelow, isNarrow, target.kin != .itself { return 403 }
        switch row.rule {
        case .none: return isUnfit ?? row.status
        case .session: return row.status
        case .ofOrganization: return holder.level == .organization ? row.status : 403
        case .lasting: return holder.origin == .byDefault ? row.status : 403
        case .renewal: return renewalStatus(giving)
        }
    }

    /// New secrets are a way to all that the token may: nobody gets more by them than he has.
    private func renewalStatus(_ giving: [Holder.Lent]) -> Int {
        if target.kin == .itself { return state == .secondary ? 409 : row.status }
        if target.level == .integration { return row.status }
        let covers = giving.contains { !$0.isOwnOnly && $0.narrowing != .ticketing }
        guard covers else { return 403 }
        if holder.level == .organization, target.level == .account { return row.status }
        let isBelow = target.kin == .child || target.kin == .childOfMember
        return holder.origin == .byDefault || isBelow ? row.status : 403
    }

    /// Where authority is not what is missing.
    private var isUnfit: Int? {
        if row.pattern == "/v1/integration-points/{}", row.method == "DELETE" {
            // Integrations were set up there.
            return target.isOtherPoint ? nil : 409
        }
        guard row.pattern == "/v1/credentials/{}/{}", target.isOfIntegration else { return nil }
        // An integration uses it.
        if row.method == "DELETE" { return 409 }
        // Its provider takes no user names.
        return row.method == "PUT" && target.isOtherCategory ? 422 : nil
    }
}
