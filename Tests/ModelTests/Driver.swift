import Crypto
import Support
import Vault

/// Asks the vault what the model is asked, the way the routes of the API do: authenticate, look
/// up in the caller's organization, authorize, act.
final class Driver {
    let fixture: Fixture
    private(set) var vault: Vault
    private(set) var texts: [Key: [UInt8]] = [:]
    /// What members log on with, and what they do not: hashed once, because that takes long.
    let rightSecret: StretchedSecret
    private let wrongSecret: StretchedSecret
    var news = News()

    init(_ engine: Fixture.Engine, seed: UInt64) throws {
        fixture = try Fixture(engine, seed: seed)
        vault = fixture.vault
        let cost = vault.newSecretCost()
        rightSecret = try Driver.stretched("correct horse battery", cost)
        wrongSecret = try Driver.stretched("incorrect horse battery", cost)
    }

    private static func stretched(_ text: String, _ cost: SecretCost) throws -> StretchedSecret {
        let bytes = Array(text.utf8)
        let shown = ShownSecret(try unsafe Secret(copying: bytes.span.bytes))
        return try shown.stretched(cost)
    }

    /// What is answered, and what the vault made up on the way.
    func perform(_ request: Request) throws -> (Outcome, News) {
        news = News()
        let outcome: Outcome
        do throws(Refusal) {
            outcome = try vault.step { () throws(Refusal) in try self.outcome(of: request) }
        } catch {
            outcome = .refused(try status(of: error, request))
        }
        try vault.commit()
        try vault.scrub()
        return (outcome, news)
    }

    private func outcome(of request: Request) throws(Refusal) -> Outcome {
        switch request {
        case .createOrganization, .setOrganization, .deleteOrganization, .rotateDefault,
            .resetDefault, .removeDefaultSecondary:
            return try operate(request)
        case .call(let key, let call):
            let actor = try vault.authenticate(try present(key)) { _, _ in }
            return try Caller(driver: self, actor: actor).perform(call)
        case .logOn(let organization, let member, let isRight, let span):
            return try logOn(organization, member, isRight ? rightSecret : wrongSecret, span)
        case .verify(let key, let requirement): return try verify(key, requirement)
        case .release(let key): return try release(key)
        case .revoke(let key): _ = try vault.revoke(try present(key))
        case .pass(let span): fixture.clock.advance(by: span)
        case .tidyUp: try tidyUp()
        case .restart: try restart()
        }
        return .nothing
    }

    private func operate(_ request: Request) throws(Refusal) -> Outcome {
        let grant = try authorize(.peer(uid: 0), .operators, on: .vault)
        switch request {
        case .createOrganization(let name):
            let made = try vault.createOrganization(
                grant, name: name, fullname: nil, contact: nil, remembering: nil)
            news.organization = made.organization.id
            _ = learn(made.token)
            return Outcome(
                status: 200, objects: [Named(made.organization.id), Named(made.token.token.id)])
        case .setOrganization(let id, let isDisabled):
            var change = Vault.OrganizationChange()
            change.state = isDisabled ? .disabled : .enabled
            return .done(try vault.update(grant, try organization(id), change).id)
        case .deleteOrganization(let id):
            try vault.delete(grant, try organization(id))
            return .done(id)
        case .rotateDefault(let id, let grace):
            let token = try vault.defaultToken(of: try organization(id))
            return learn(try vault.rotate(grant, token, grace: grace, remembering: nil))
        case .resetDefault(let id):
            let token = try vault.defaultToken(of: try organization(id))
            return learn(try vault.reset(grant, token, remembering: nil))
        case .removeDefaultSecondary(let id, let isForced):
            let token = try vault.defaultToken(of: try organization(id))
            return try vault.removeSecondary(grant, token, force: isForced).outcome
        default: return .nothing
        }
    }

    private func organization(_ id: OrganizationID) throws(Refusal) -> Organization {
        guard let organization = try vault.find(id) else { throw .absent }
        return organization
    }

    private func logOn(
        _ organization: OrganizationID, _ member: Reference<MemberKind>,
        _ secret: StretchedSecret, _ span: TimeSpan?
    ) throws(Refusal) -> Outcome {
        let name =
            switch member {
            case .identifier(let id): id.text
            case .name(let name): name.text
            }
        let peer = LogonPeer(uid: 1, remoteAddress: 0)
        var request = LogonRequest(at: organization.text, name: name, from: peer)
        request.timeToLive = span
        return learn(try vault.finishLogon(request, secret) { _, _ in })
    }

    private func verify(_ key: Key, _ requirement: Requirement) throws(Refusal) -> Outcome {
        let judgement = try vault.judge(try present(key), requirement)
        guard let record = judgement.record else { throw .unknownToken }
        switch judgement.verdict {
        case .deny(let refusal, _): throw refusal
        case .lookup: throw .badRequirement
        case .allow(let slot):
            vault.note(record, slot)
            return .done(
                record.token, slot == .primary ? "primary" : "secondary",
                "expires \(record.expires(slot).microseconds)")
        }
    }

    private func release(_ key: Key) throws(Refusal) -> Outcome {
        let actor = try vault.authenticate(try present(key)) { _, _ in }
        if case .refreshSecret = actor { throw .wrongKind }
        guard let principal = actor.principal, let accountID = principal.account,
            let integrationID = principal.integration,
            let account = try vault.find(accountID, in: principal.organization)
        else { throw .wrongPlane }
        let scope = AccountScope(organization: principal.organization, account: accountID)
        guard let integration = try vault.find(integrationID, in: scope) else { throw .ownerGone }
        let place = Resource.integration(
            principal.organization, AccountFacts(account), vault.facts(of: integration))
        let released = try vault.release(
            try authorize(actor, .data(.credentialsUse), on: place))
        var secret = ""
        released.value.payload.forEachField { field, bytes in
            if field == .secret { secret = String(decoding: bytes.copied, as: UTF8.self) }
        }
        return .done(released.credential, "version \(released.version)", secret)
    }

    private func tidyUp() throws(Refusal) {
        try vault.flushUses()
        try vault.forgetOldAnswers()
        _ = try vault.removeDead(after: nil, count: 100_000)
    }

    /// The same store under a vault that remembers nothing.
    private func restart() throws(Refusal) {
        try vault.flushUses()
        do {
            try vault.commit()
            vault = try Vault(
                store: fixture.store, ring: fixture.ring, clock: fixture.clock,
                entropy: fixture.entropy, lifetimes: Lifetimes(), catalogue: .small,
                cache: TokenCache(byteCount: 1 << 20), rowByteCount: 1 << 20)
        } catch {
            throw Refusal(error)
        }
    }

    func present(_ key: Key) throws(Refusal) -> DetachedToken {
        do {
            let text = texts[key] ?? []
            var presented = try PresentedToken()
            guard presented.read(text.span) else { throw Refusal.malformedToken }
            return try presented.detached()
        } catch {
            throw .malformedToken
        }
    }

    /// Keeps a token's secrets, to present them later.
    ///
    /// - Parameter isShown: whether the one who asked is given them.
    func learn(_ minted: MintedToken, isShown: Bool = true) -> Outcome {
        let token = minted.token
        news.token = token.id
        if isShown {
            keep(minted.accessText.withBytes { $0.copied }, of: token, isRefresh: false)
            keep(minted.refreshText.withBytes { $0.copied }, of: token, isRefresh: true)
        }
        return token.outcome
    }

    private func keep(_ text: [UInt8], of token: Token, isRefresh: Bool) {
        let key = Key(
            organization: token.organization, token: token.id,
            generation: token.primary.number, isRefresh: isRefresh)
        let before = texts.updateValue(text, forKey: key)
        // An answer that is given again holds the same secrets as before.
        if let before, before != text { secretsThatChanged.append(key) }
        if before == nil { freshKeys.append(key) }
    }

    private(set) var secretsThatChanged: [Key] = []
    /// Those that came since they were last asked for.
    private var freshKeys: [Key] = []

    func takeFreshKeys() -> [Key] {
        defer { freshKeys = [] }
        return freshKeys
    }

    func forget(_ keys: some Sequence<Key>) {
        for key in keys { texts[key] = nil }
    }
}

extension Token {
    var outcome: Outcome {
        .token(
            id, generation: primary.number, expires: primary.expires,
            secondary: secondary?.expires)
    }
}
