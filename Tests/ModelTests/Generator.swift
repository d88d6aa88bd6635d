import Support
import Vault

/// Makes up requests: by whoever holds a secret, on whatever there is, mostly sensible.
struct Generator {
    private(set) var keys: [Key] = []
    var chooser: Chooser

    init(seed: UInt64) { chooser = Chooser(generator: SeededGenerator(seed: seed)) }

    mutating func add(_ fresh: [Key]) { keys += fresh }

    /// Forgets the oldest of the dead secrets, but for some: who is revoked comes back to try.
    ///
    /// - Returns: those that are forgotten.
    mutating func prune(_ model: Model) -> [Key] {
        let gone = keys.filter { !model.isAlive($0) }.dropLast(40)
        keys.removeAll { gone.contains($0) }
        return Array(gone)
    }

    mutating func next(_ model: Model) -> Request {
        switch chooser.number(0...99) {
        case 0...4: return operators(model)
        case 5...9: return time(model)
        case 10...11: return logOn(model)
        case 12...19: return gateway(model)
        default: return call(model)
        }
    }

    private mutating func operators(_ model: Model) -> Request {
        guard let tenancy = chooser.tenancy(of: model), !chooser.once(in: 8) else {
            return .createOrganization(chooser.name())
        }
        switch chooser.number(0...20) {
        case 0: return .deleteOrganization(tenancy.id)
        case 1: return .setOrganization(tenancy.id, isDisabled: true)
        case 2...9: return .setOrganization(tenancy.id, isDisabled: false)
        case 10...12:
            return .rotateDefault(tenancy.id, grace: chooser.once(in: 2) ? grace() : nil)
        case 13: return .removeDefaultSecondary(tenancy.id, isForced: chooser.once(in: 2))
        default: return .resetDefault(tenancy.id)
        }
    }

    private mutating func time(_ model: Model) -> Request {
        switch chooser.number(0...11) {
        case 0: return .restart
        case 1, 2: return .tidyUp
        case 3...6: return .pass(toAnEnd(model))
        default:
            let spans: [TimeSpan] = [
                TimeSpan(microseconds: 1), .seconds(1), .minutes(1), .minutes(10), .minutes(11),
                .hours(1), .hours(5),
            ]
            return .pass(chooser.once(in: 15) ? .days(31) : chooser.one(of: spans))
        }
    }

    /// To a moment when something ends, or just before or after.
    private mutating func toAnEnd(_ model: Model) -> TimeSpan {
        guard
            let token = chooser.tenancy(of: model).flatMap({ tenancy in
                tenancy.tokens[chooser.token(in: tenancy, of: model)]
            })
        else { return .minutes(1) }
        let end = chooser.once(in: 2) ? token.primary.expires : token.secondary?.expires
        let left = (end?.microseconds ?? 0) - model.now.microseconds + Int64(chooser.number(-1...1))
        let isNear = left > 0 && left < TimeSpan.hours(30).microseconds
        return isNear ? TimeSpan(microseconds: left) : .minutes(2)
    }

    mutating func grace() -> TimeSpan {
        chooser.span([.seconds(0), .minutes(5), .hours(1), .hours(24), .days(7), .days(8)])
    }

    private mutating func logOn(_ model: Model) -> Request {
        let tenancy = chooser.tenancy(of: model)
        let span = chooser.once(in: 3) ? chooser.span([.minutes(10), .hours(1), .hours(24)]) : nil
        return .logOn(
            tenancy?.id ?? OrganizationID(1),
            chooser.reference(\.members, in: tenancy, of: model),
            isRight: !chooser.once(in: 5), span)
    }

    /// Secrets of all kinds come to a gateway, integration tokens most of the time.
    private mutating func gateway(_ model: Model) -> Request {
        guard let key = key(model, where: { $0.level == .integration }) else {
            return .createOrganization(chooser.name())
        }
        switch chooser.number(0...8) {
        case 0...3: return .release(key)
        case 4:
            let any = chooser.one(of: keys)
            return chooser.once(in: 2) ? .revoke(any) : .verify(any, Requirement())
        default:
            let any = self.key(model) { _ in true } ?? key
            let presented = chooser.once(in: 2) ? any : key
            return .verify(
                presented, requirement(model, model.organizations[presented.organization]))
        }
    }

    private mutating func requirement(_ model: Model, _ own: Tenancy?) -> Requirement {
        var wanted = Requirement()
        if chooser.once(in: 3) {
            wanted.level = chooser.one(of: [.organization, .account, .integration])
        }
        if chooser.once(in: 3) { wanted.permission = chooser.one(of: Permission.allCases) }
        if chooser.once(in: 3) {
            wanted.account = chooser.reference(\.accounts, in: own, of: model)
        }
        if chooser.once(in: 4) {
            wanted.integration = chooser.reference(\.integrations, in: own, of: model)
        }
        if chooser.once(in: 6) { wanted.provider = chooser.provider() }
        if chooser.once(in: 6) {
            wanted.connector = ConnectorID(chooser.one(of: ["ticketing", "siem"]))
        }
        return wanted
    }

    /// A secret that may be dead by now, but seldom is, of a token of some kind if there is one.
    private mutating func key(_ model: Model, where fits: (KnownToken) -> Bool) -> Key? {
        guard !keys.isEmpty else { return nil }
        if chooser.once(in: 25) { return chooser.one(of: keys) }
        var second: Key?
        for _ in 0..<24 {
            let key = chooser.one(of: keys)
            guard model.isAlive(key), let token = model.token(of: key) else { continue }
            // Refresh secrets are good for one thing only, and come seldom.
            if key.isRefresh, !chooser.once(in: 6) { continue }
            if fits(token) { return key }
            second = second ?? key
        }
        return second ?? chooser.one(of: keys)
    }

    private mutating func call(_ model: Model) -> Request {
        guard let key = key(model, where: { $0.level != .integration }) else {
            return .createOrganization(chooser.name())
        }
        let own = model.organizations[key.organization]
        if key.isRefresh, !chooser.once(in: 4) {
            return .call(key, .refresh(key.token, grace: nil))
        }
        return .call(key, call(by: key, in: own, of: model))
    }
}

extension Model {
    func token(of key: Key) -> KnownToken? { organizations[key.organization]?.tokens[key.token] }

    func isAlive(_ key: Key) -> Bool {
        do {
            let tenancy = organizations[key.organization]
            return try tenancy?.bearer(key, isRefreshWanted: key.isRefresh, at: now) != nil
        } catch {
            return false
        }
    }
}
