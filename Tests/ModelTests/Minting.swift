import Vault

/// New tokens: scope and lifetime only shrink.
extension Tenancy {
    /// What comes with an organization or an integration.
    func addDefault(
        _ id: TokenID, level: Token.Level, account: AccountID?, integration: IntegrationID?,
        at now: Instant
    ) {
        tokens[id] = KnownToken(
            id: id, level: level, origin: .byDefault, account: account, integration: integration,
            parent: nil, parentResets: 0, member: nil,
            set: level == .organization ? .administrator : .integration, resources: nil,
            span: Rulebook.defaultToken, end: nil, createdAt: now,
            primary: KnownGeneration(
                number: 1, expires: now.advanced(by: Rulebook.defaultToken)))
    }

    func mint(_ call: Call, by bearer: Bearer, _ news: News) throws(Denial) -> Outcome {
        switch call {
        case .mint(let request, let key):
            try bearer.require(.tokensCreate, on: .ownPart)
            guard bearer.token.level == .organization else { throw .forbidden }
            let wish = Wish(request, level: .organization)
            return try mint(wish, key, by: bearer, news)
        case .mintForAccount(let reference, let request):
            let account = try account(reference, .tokensCreate, by: bearer)
            var wish = Wish(request, level: .account)
            wish.account = account.id
            return try mint(wish, nil, by: bearer, news)
        case .mintForIntegration(let path, let request):
            let found = find(path)
            try bearer.require(
                .tokensCreateIntegration, on: found.map { .integration($0.0, $0.1) })
            var wish = Wish(request, level: .integration)
            wish.account = found?.0.id
            wish.integration = found?.1.id
            return try mint(wish, nil, by: bearer, news)
        case .mintForMember(let reference, let request):
            return try mint(request, for: reference, by: bearer, news)
        default: return .nothing
        }
    }

    private func mint(
        _ request: Vault.MemberTokenRequest, for reference: Reference<MemberKind>,
        by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        let member = try member(reference, .tokensCreate, by: bearer)
        guard !member.isDisabled else { throw .conflict }
        let span = request.timeToLive ?? member.span
        guard span > .seconds(0), span <= member.span else { throw .invalid }
        var adhoc = AdhocRequest(permissionSet: request.permissionSet ?? .administrator)
        adhoc.resources = request.resources
        adhoc.timeToLive = span
        var wish = Wish(adhoc, level: .organization)
        wish.member = member.id
        wish.isAsLent = request.permissionSet == nil
        return try mint(wish, nil, by: bearer, news)
    }

    private func mint(
        _ wish: Wish, _ key: String?, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        let resources = try permitted(wish, by: bearer)
        let answer = key.map { AnswerKey(caller: bearer.token.id, target: nil, key: $0) }
        if let repeated = try repeated(answer, wish.text, at: bearer.now) { return repeated }
        let parent = bearer.token
        // Whoever asks with the older generation lends no more than what is left of that.
        let newest = bearer.links.map(\.primary.expires)
        let end = newest.reduce(min(bearer.end, bearer.now.advanced(by: wish.span))) {
            min($0, $1)
        }
        let token = KnownToken(
            id: news.token, level: wish.level, origin: .adhoc, account: wish.account,
            integration: wish.integration, parent: parent.id, parentResets: parent.resets,
            member: wish.member ?? parent.member, set: wish.request.permissionSet,
            resources: resources, span: wish.span, end: end, createdAt: bearer.now,
            primary: KnownGeneration(number: 1, expires: end))
        tokens[token.id] = token
        remember(answer, wish.text, token.id, at: bearer.now)
        return token.outcome
    }

    /// What narrows the new token, if it may be made at all.
    private func permitted(_ wish: Wish, by bearer: Bearer) throws(Denial) -> Resources? {
        let set = wish.request.permissionSet
        guard (set == .integration) == (wish.level == .integration) else { throw .invalid }
        guard wish.level == .integration || wish.isAsLent || bearer.gives(all: set) else {
            throw .forbidden
        }
        guard set != .connectUI || wish.level == .account else { throw .invalid }
        guard bearer.links.count <= Rulebook.ancestors else { throw .conflict }
        guard wish.span > .seconds(0), wish.span <= Rulebook.longest else { throw .invalid }
        return try narrowing(wish.request)
    }

    private func narrowing(_ request: AdhocRequest) throws(Denial) -> Resources? {
        guard request.integrationPoint != nil || request.isSingleUse else {
            return request.resources
        }
        guard request.permissionSet == .connectUI else { throw .invalid }
        let point = request.integrationPoint.flatMap { find($0, in: points) }
        guard request.integrationPoint == nil || point != nil else { throw .invalid }
        var resources = request.resources ?? Resources()
        resources.connect = Resources.Connect(
            point: point?.id, isSingleUse: request.isSingleUse)
        return resources
    }
}

/// A token that somebody wants.
struct Wish {
    let request: AdhocRequest
    let level: Token.Level
    let span: TimeSpan
    var account: AccountID?
    var integration: IntegrationID?
    var member: MemberID?
    /// Whether it is to be whatever the member's roles and the lender leave.
    var isAsLent = false

    init(_ request: AdhocRequest, level: Token.Level) {
        self.request = request
        self.level = level
        span =
            request.timeToLive
            ?? (level == .integration ? Rulebook.adhocIntegration : Rulebook.adhoc)
    }

    /// The same for the same wish.
    var text: String {
        "\(request.permissionSet.text) \(span.microseconds) \(request.resources.hashValue)"
    }
}
