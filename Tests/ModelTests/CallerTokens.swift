import Vault

/// Calls about tokens.
extension Caller {
    func performOnTokens(_ call: Call) throws(Refusal) -> Outcome {
        switch call {
        case .mint, .mintForAccount, .mintForIntegration, .mintForMember: return try mint(call)
        case .getToken(let id): return try token(id, .tokensGet, holderMay: true).1.outcome
        case .refresh(let id, let grace):
            let (grant, found) = try token(id, .tokensRefresh, refreshSecretMay: true)
            return driver.learn(try vault.rotate(grant, found, grace: grace, remembering: nil))
        case .rotate(let id, let grace, let key):
            let (grant, found) = try token(id, .tokensRotate)
            let body = "\(grace.map { "\($0.microseconds)" } ?? "")"
            return driver.learn(
                try vault.rotate(
                    grant, found, grace: grace,
                    remembering: repetition(key, "rotate", [found.id.value], body)))
        case .reset(let id):
            let (grant, found) = try token(id, .tokensReset)
            return driver.learn(try vault.reset(grant, found, remembering: nil))
        case .removeSecondary(let id, let isForced):
            let (grant, found) = try token(id, .tokensRemoveSecondary, holderMay: true)
            return try vault.removeSecondary(grant, found, force: isForced).outcome
        case .deleteToken(let id):
            let (grant, found) = try token(id, .tokensDelete, holderMay: true)
            try vault.end(grant, found)
            return .done(found.id)
        case .logOff: return try logOff()
        default: return try listTokens()
        }
    }

    private func logOff() throws(Refusal) -> Outcome {
        guard let own = actor.principal else { throw .wrongPlane }
        let place = Resource.token(own.token, own.organization, nil, nil, of: own.member)
        let grant = try grant(.tokensDelete, on: place, holderMay: true)
        return .done(try vault.logOff(grant).id)
    }

    private func listTokens() throws(Refusal) -> Outcome {
        let organization = try organization()
        let grant = try grant(.tokensList, on: .ownPart(organization))
        let source = actor.principal?.account.map(TokenSource.account) ?? .organization
        return try page(vault.tokens(grant, in: organization, from: source)) { Named($0.id) }
    }

    private func token(
        _ id: TokenID, _ permission: Permission, holderMay: Bool = false,
        refreshSecretMay: Bool = false
    ) throws(Refusal) -> (Grant, Token) {
        let row = try vault.find(id, in: try organization())
        let found = row.flatMap { $0.isGone ? nil : $0 }
        let grant = try grant(
            permission, on: try found.map(vault.resource), holderMay: holderMay,
            refreshSecretMay: refreshSecretMay)
        guard let found else { throw .absent }
        return (grant, found)
    }

    private func mint(_ call: Call) throws(Refusal) -> Outcome {
        switch call {
        case .mint(let request, let key):
            let grant = try grant(.tokensCreate, on: .ownPart(try organization()))
            let body = Wish(request, level: .organization).text
            return driver.learn(
                try vault.mintOrganizationToken(
                    grant, request, remembering: repetition(key, "mint", [], body)))
        case .mintForAccount(let reference, let request):
            let (grant, account) = try account(reference, .tokensCreate)
            return driver.learn(
                try vault.mintAccountToken(grant, account, request, remembering: nil))
        case .mintForIntegration(let path, let request):
            let (grant, integration) = try integration(path, .tokensCreateIntegration)
            return driver.learn(
                try vault.mintIntegrationToken(grant, integration, request, remembering: nil))
        case .mintForMember(let reference, let request):
            let (grant, member) = try member(reference, .tokensCreate)
            return driver.learn(
                try vault.mintMemberToken(grant, member, request, remembering: nil))
        default: return .nothing
        }
    }

    private func repetition(
        _ key: String?, _ operation: StaticString, _ target: [UInt128], _ body: String
    ) -> IdempotencyRequest? {
        guard let key else { return nil }
        let bytes = Array(body.utf8)
        return unsafe vault.idempotency(
            key, actor: actor, operation: operation, target: target, body: bytes.span.bytes)
    }
}
