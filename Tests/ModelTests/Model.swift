import Vault

/// The vault as the product's page has it: no storage, no cache, no secrets, no hurry.
///
/// Every answer is worked out from the beginning, so that nothing here can be stale.
struct Model {
    private(set) var now: Instant
    private(set) var organizations: [OrganizationID: Tenancy] = [:]

    init(at start: Instant) { now = start }

    /// - Parameter news: what the vault made up when it was asked the same.
    mutating func answer(_ request: Request, _ news: News) -> Outcome {
        do throws(Denial) {
            return try outcome(of: request, news)
        } catch {
            return .refused(error.status)
        }
    }

    private mutating func outcome(of request: Request, _ news: News) throws(Denial) -> Outcome {
        switch request {
        case .createOrganization, .setOrganization, .deleteOrganization, .rotateDefault,
            .resetDefault, .removeDefaultSecondary:
            return try operate(request, news)
        case .call(let key, let call): return try perform(call, by: key, news)
        case .logOn(let id, let member, let isRight, let span):
            guard let tenancy = organizations[id] else { throw .unauthorized }
            return try tenancy.logOn(member, isRight: isRight, span, news, at: now)
        case .verify(let key, let requirement): return try verify(key, requirement)
        case .release(let key): return try release(key)
        case .revoke(let key): return revoke(key)
        case .pass(let span): now = now.advanced(by: span)
        case .tidyUp: tidyUp()
        case .restart: break
        }
        return .nothing
    }

    private mutating func operate(_ request: Request, _ news: News) throws(Denial) -> Outcome {
        switch request {
        case .createOrganization(let name): return try create(name, news)
        case .setOrganization(let id, let isDisabled):
            try tenancy(id).isDisabled = isDisabled
            return .done(id)
        case .deleteOrganization(let id):
            guard organizations.removeValue(forKey: id) != nil else { throw .absent }
            return .done(id)
        case .rotateDefault(let id, let grace):
            let tenancy = try tenancy(id)
            return try tenancy.rotate(try tenancy.byDefault(), grace: grace, at: now)
        case .resetDefault(let id):
            let tenancy = try tenancy(id)
            return try tenancy.reset(try tenancy.byDefault(), at: now)
        case .removeDefaultSecondary(let id, let isForced):
            let tenancy = try tenancy(id)
            return try tenancy.removeSecondary(
                of: try tenancy.byDefault(), isForced: isForced, at: now)
        default: return .nothing
        }
    }

    private mutating func create(_ name: Name, _ news: News) throws(Denial) -> Outcome {
        guard !organizations.values.contains(where: { $0.name == name }) else { throw .conflict }
        let tenancy = Tenancy(id: news.organization, name: name, defaultToken: news.token)
        organizations[tenancy.id] = tenancy
        tenancy.addDefault(
            news.token, level: .organization, account: nil, integration: nil, at: now)
        return Outcome(status: 200, objects: [Named(tenancy.id), Named(news.token)])
    }

    private func tenancy(_ id: OrganizationID) throws(Denial) -> Tenancy {
        guard let tenancy = organizations[id] else { throw .absent }
        return tenancy
    }

    private func perform(_ call: Call, by key: Key, _ news: News) throws(Denial) -> Outcome {
        guard let tenancy = organizations[key.organization] else { throw .unauthorized }
        let bearer = try tenancy.bearer(key, isRefreshWanted: key.isRefresh, at: now)
        // Whatever becomes of the call, the secret was used.
        if !key.isRefresh { tenancy.tokens[key.token]?.noteUse(bearer.slot, at: now) }
        return try tenancy.perform(call, by: bearer, news)
    }

    /// A gateway is told 403 for a disabled organization too.
    private func verify(_ key: Key, _ requirement: Requirement) throws(Denial) -> Outcome {
        guard let tenancy = organizations[key.organization] else { throw .unauthorized }
        do throws(Denial) {
            let bearer = try tenancy.bearer(key, isRefreshWanted: false, at: now)
            guard bearer.meets(requirement) else { throw .forbidden }
            tenancy.tokens[key.token]?.noteUse(bearer.slot, at: now)
            return .done(
                key.token, bearer.slot == .primary ? "primary" : "secondary",
                "expires \(bearer.end.microseconds)")
        } catch {
            throw error.status == 402 ? .forbidden : error
        }
    }

    private func release(_ key: Key) throws(Denial) -> Outcome {
        guard let tenancy = organizations[key.organization] else { throw .unauthorized }
        let bearer = try tenancy.bearer(key, isRefreshWanted: key.isRefresh, at: now)
        if !key.isRefresh { tenancy.tokens[key.token]?.noteUse(bearer.slot, at: now) }
        guard !key.isRefresh else { throw .unauthorized }
        guard let integration = bearer.integration else { throw .forbidden }
        guard let id = integration.credential, let credential = tenancy.credentials[id],
            credential.expires.map({ now < $0 }) ?? true
        else { throw .absent }
        return .done(id, "version \(credential.version)", credential.secret)
    }

    /// RFC 7009: the answer is the same whatever there was to revoke.
    private func revoke(_ key: Key) -> Outcome {
        guard let tenancy = organizations[key.organization], let token = tenancy.tokens[key.token]
        else { return .nothing }
        switch token.slot(of: key.generation) {
        case .primary: tenancy.end(token, at: now)
        case .secondary: tenancy.tokens[token.id]?.secondary = nil
        case nil: break
        }
        return .nothing
    }

    private func tidyUp() {
        for tenancy in organizations.values { tenancy.tidyUp(at: now) }
        let limit = now.advanced(by: TimeSpan(microseconds: -Rulebook.grave.microseconds))
        let all = organizations.values.flatMap { tenancy in
            tenancy.tokens.values.map { (tenancy, $0) }
        }
        let old = all.filter { $0.1.sweepTime < limit }
            .sorted { ($0.1.sweepTime, $0.1.id) < ($1.1.sweepTime, $1.1.id) }
        for (tenancy, token) in old where tenancy.mayRemove(token, before: limit) {
            tenancy.tokens[token.id] = nil
        }
    }
}

/// What a gateway's configuration demands, judged on the objects that it names.
extension Bearer {
    func meets(_ wanted: Requirement) -> Bool {
        guard wanted.level.map({ $0 == token.level }) ?? true,
            wanted.permission.map(mayUse) ?? true
        else { return false }
        guard
            wanted.account != nil || wanted.integration != nil || wanted.connector != nil
                || wanted.provider != nil
        else { return true }
        guard
            let account = wanted.account.map({ tenancy.find($0, in: tenancy.accounts) })
                ?? account ?? accountOf(wanted.integration)
        else { return false }
        guard wanted.integration != nil || wanted.connector != nil || wanted.provider != nil else {
            // A token of the account is the account's, whatever it may do there.
            guard token.account == nil else { return isOwn(account) }
            return reaches(.account(account), with: wanted.permission)
        }
        guard let integration = meant(by: wanted, in: account) else { return false }
        return wanted.connector.map { $0 == Rulebook.connector(integration.provider) } ?? true
            && wanted.provider.map { $0 == integration.provider } ?? true
            && isOwn(account)
            && reaches(.integration(account, integration), with: wanted.permission)
    }

    /// Given, and for something that the bearer's parts leave of the organization.
    private func mayUse(_ permission: Permission) -> Bool {
        guard gives(permission) else { return false }
        guard Rulebook.ofWholeOrganization.contains(permission) else { return true }
        return isWhole
            && members.allSatisfy { member in
                roles(of: member).contains { $0.resources == nil && gives($0.set, permission) }
            }
    }

    /// An identifier alone says which account an integration is in.
    private func accountOf(_ reference: Reference<IntegrationKind>?) -> KnownAccount? {
        guard case .identifier(let id) = reference else { return nil }
        return tenancy.integrations[id].flatMap { tenancy.accounts[$0.account] }
    }

    private func isOwn(_ account: KnownAccount) -> Bool {
        token.account == nil || token.account == account.id
    }

    private func meant(
        by wanted: Requirement, in account: KnownAccount
    ) -> KnownIntegration? {
        guard let reference = wanted.integration else { return integration }
        let path = IntegrationPath(account: .identifier(account.id), integration: reference)
        return tenancy.find(path)?.1
    }
}
