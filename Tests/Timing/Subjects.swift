import Crypto
import Support
import Vault

/// A vault over SQLite, and what is asked of it in vain.
struct Subjects {
    static let inputCount = 64

    private let fixture: Fixture
    private let asker: Principal
    /// Texts with a secret that is nobody's: of selectors that nobody has, of a token that lives,
    /// and of one that was revoked.
    private let unknown: [DetachedToken]
    private let wrong: [DetachedToken]
    private let ended: [DetachedToken]
    private let foreign: [AccountID]
    private let absent: [AccountID]

    init(seed: UInt64) throws {
        let fixture = try Fixture(.sqlite, seed: seed)
        let mine = try fixture.makeOrganization("mine")
        let other = try fixture.makeOrganization("other")
        let gone = try fixture.makeOrganization("gone")
        let elsewhere = try Fixture(seed: ~seed)
        let strangers = try (0..<Self.inputCount).map { number in
            try elsewhere.makeOrganization("stranger-\(number)").token.access
        }
        foreign = try (0..<Self.inputCount).map { number in
            try fixture.makeAccount("account-\(number)", in: other.organization.id).id
        }
        let entropy = fixture.entropy
        absent = (0..<Self.inputCount).map { _ in AccountID(entropy.uint128()) }
        let grant = try fixture.operatorGrant()
        let vault = fixture.vault
        try vault.step { () throws(Refusal) in try vault.end(grant, gone.token.token) }
        try vault.commit()
        unknown = try strangers.map(detached)
        wrong = try strangers.map { try detached(mine.token.access.with(secretOf: $0)) }
        ended = try strangers.map { try detached(gone.token.access.with(secretOf: $0)) }
        asker = try fixture.principal(mine.token)
        self.fixture = fixture
    }

    var comparisons: [Comparison] {
        Compared.comparisons + [
            Comparison(
                name: "unknown selector / wrong secret", first: judging(unknown),
                second: judging(wrong)),
            Comparison(
                name: "wrong secret / wrong secret of a revoked token", first: judging(wrong),
                second: judging(ended)),
            Comparison(
                name: "absent account / another organization's", first: asking(absent),
                second: asking(foreign)),
        ]
    }

    private func judging(_ tokens: [DetachedToken]) -> (Int) -> Bool {
        let vault = fixture.vault
        return { input in
            do {
                if case .deny = try vault.judge(tokens[input], .none).verdict { return false }
                return true
            } catch {
                return true
            }
        }
    }

    private func asking(_ accounts: [AccountID]) -> (Int) -> Bool {
        let (vault, asker) = (fixture.vault, asker)
        return { input in
            do {
                let found = try vault.find(accounts[input], in: asker.organization)
                let resource = found.map { Resource.account($0.organization, AccountFacts($0)) }
                _ = try authorize(
                    .token(asker), .management(.accountsGet), on: resource ?? .absent)
                return true
            } catch {
                return false
            }
        }
    }
}

/// The comparison of hashes, and what it must not be.
private enum Compared {
    private static let hash = [UInt8](repeating: 7, count: MAC.byteCount)

    static var comparisons: [Comparison] {
        let (early, late) = (hash.differing(at: 0), hash.differing(at: MAC.byteCount - 1))
        return [
            Comparison(
                name: "control: a comparison that ends at the first difference", isControl: true,
                first: { _ in repeated { isSame(hash, early) } },
                second: { _ in repeated { isSame(hash, late) } }),
            Comparison(
                name: "first byte of a hash differs / last byte",
                first: { _ in repeated { matches(hash, early) } },
                second: { _ in repeated { matches(hash, late) } }),
        ]
    }

    /// One comparison is shorter than the clock is fine.
    private static func repeated(_ body: () -> Bool) -> Bool {
        var isTrue = false
        for _ in 0..<64 where body() { isTrue = true }
        return isTrue
    }

    @inline(never)
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    @inline(never)
    private static func matches(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        do {
            let left = unsafe try MAC(copying: left.span.bytes)
            return left.matches(unsafe try MAC(copying: right.span.bytes))
        } catch {
            return true
        }
    }
}

extension [UInt8] {
    fileprivate func differing(at index: Int) -> [UInt8] {
        var copy = self
        copy[index] ^= 1
        return copy
    }

    /// A token's text with its own selector, another's secret, and a checksum that fits.
    fileprivate func with(secretOf other: [UInt8]) -> [UInt8] {
        var text = Array(self[..<21] + other[21..<64])
        let sum = unsafe CRC32.checksum(text.span.bytes)
        Base62.append(UInt128(sum), width: 6, to: &text)
        return text
    }
}

/// As a connection reads it.
private func detached(_ text: [UInt8]) throws -> DetachedToken {
    var presented = try PresentedToken()
    guard presented.read(text.span) else { throw Refusal.malformedToken }
    return try presented.detached()
}

extension MintedToken {
    fileprivate var access: [UInt8] { accessText.withBytes { $0.copied } }
}
