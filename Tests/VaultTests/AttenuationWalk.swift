import Support
import Testing
import Vault

/// A random walk over mints and renewals with a plain model beside it: for each token, by how
/// much authority it may have at most, worked out when it was minted.
struct AttenuationWalk {
    private struct Lent {
        var newest: MintedToken
        let parent: Int?
        let permissions: PermissionMask
        let end: Instant
        let narrowingCount: Int
        var isDead = false
    }

    private let world: World
    private var tokens: [Lent]
    private var generator: SeededGenerator
    private let seed: UInt64

    init(world: World, seed: UInt64) {
        self.world = world
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        tokens = [
            Lent(
                newest: world.root, parent: nil, permissions: PermissionSet.administrator.mask,
                end: .latest, narrowingCount: 0)
        ]
    }

    mutating func step() throws {
        let index = Int.random(in: 0..<tokens.count, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...4: try mint(by: index)
        case 5, 6: try renew(index)
        case 7: try renewAnother(than: index)
        case 8: if index != 0 { try end(index) }
        default: world.clock.advance(by: .minutes(Int64.random(in: 1...90, using: &generator)))
        }
        try check()
    }

    private mutating func mint(by index: Int) throws {
        let sets: [PermissionSet] = [
            .administrator, .viewer, .accountManager, .tokenIssuer, .member,
        ]
        guard let set = sets.randomElement(using: &generator) else { return }
        let isNarrow = Bool.random(using: &generator)
        let resources = isNarrow ? Resources(accounts: .init(labels: ["gold"])) : nil
        let hours = Int64.random(in: 1...48, using: &generator)
        let parent = tokens[index]
        guard
            let child = refusing({
                try world.mint(
                    set, by: parent.newest, resources: resources, timeToLive: .hours(hours))
            })
        else { return }
        let wanted = world.clock.now().advanced(by: .hours(hours))
        tokens.append(
            Lent(
                newest: child, parent: index,
                permissions: parent.permissions.intersection(set.mask),
                end: min(parent.end, wanted),
                narrowingCount: parent.narrowingCount + (isNarrow ? 1 : 0)))
    }

    private mutating func renew(_ index: Int) throws {
        let token = tokens[index].newest
        guard let next = refusing({ try world.rotate(token, by: world.refreshText(token)) })
        else { return }
        tokens[index].newest = next
    }

    /// Whoever gets a token's new secrets had to reach as far already.
    private mutating func renewAnother(than index: Int) throws {
        let other = Int.random(in: 0..<tokens.count, using: &generator)
        let (holder, target) = (tokens[index], tokens[other])
        guard
            let next = refusing({
                try world.rotate(target.newest, by: world.text(holder.newest))
            })
        else { return }
        tokens[other].newest = next
        #expect(holder.permissions.contains(target.permissions), "seed \(seed)")
        #expect(holder.narrowingCount <= target.narrowingCount, "seed \(seed)")
        #expect(index == 0 || holder.end >= target.end, "seed \(seed)")
    }

    private mutating func end(_ index: Int) throws {
        try world.end(tokens[index].newest)
        tokens[index].isDead = true
    }

    private func check() throws {
        for (index, lent) in tokens.enumerated() {
            guard try world.fault(lent.newest) == nil else { continue }
            #expect(!isDead(index), "seed \(seed): token \(index) lives after an ancestor's end")
            let principal = try world.principal(lent.newest)
            #expect(lent.permissions.contains(principal.permissions), "seed \(seed)")
            #expect(principal.expires <= lent.end, "seed \(seed)")
            #expect(world.clock.now() < lent.end, "seed \(seed)")
            #expect(principal.narrowings.count == lent.narrowingCount, "seed \(seed)")
        }
    }

    private func isDead(_ index: Int) -> Bool {
        var index = index
        while !tokens[index].isDead {
            guard let parent = tokens[index].parent else { return false }
            index = parent
        }
        return true
    }

    /// Nil where the vault said no.
    private func refusing(_ body: () throws -> MintedToken) -> MintedToken? {
        do {
            return try body()
        } catch {
            return nil
        }
    }
}
