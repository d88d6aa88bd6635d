import Crypto
import Support
import Vault

/// A vault over SQLite, and what is asked of it in vain.
struct Subjects {
    static let inputCount = 64

    private let fixture: Fixture
    private let asker: Principal
    /// Texts with a secret that is nobody's: of selectors that nobody has, of tokens that live, and
    /// of some that were revoked.
    private let unknown: [[UInt8]]
    private let alsoUnknown: [[UInt8]]
    private let wrong: [[UInt8]]
    private let alsoWrong: [[UInt8]]
    private let ended: [[UInt8]]
    private let foreign: [AccountID]
    private let absent: [AccountID]

    init(seed: UInt64) throws {
        let fixture = try Fixture(.sqlite, seed: seed)
        let elsewhere = try Fixture(seed: ~seed)
        func tokens(_ name: String, in fixture: Fixture) throws -> [MintedToken] {
            try (0..<Self.inputCount).map { try fixture.makeOrganization("\(name)-\($0)").token }
        }
        let mine = try fixture.makeOrganization("mine")
        let other = try fixture.makeOrganization("other")
        let (living, dead) = (try tokens("living", in: fixture), try tokens("dead", in: fixture))
        let others = try tokens("other", in: fixture)
        let strangers = try tokens("stranger", in: elsewhere).map(\.access)
        foreign = try (0..<Self.inputCount).map { number in
            try fixture.makeAccount("account-\(number)", in: other.organization.id).id
        }
        let entropy = fixture.entropy
        absent = (0..<Self.inputCount).map { _ in AccountID(entropy.uint128()) }
        let grant = try fixture.operatorGrant()
        let vault = fixture.vault
        for minted in dead {
            try vault.step { () throws(Refusal) in try vault.end(grant, minted.token) }
        }
        try vault.commit()
        unknown = strangers
        alsoUnknown = try tokens("also-stranger", in: elsewhere).map(\.access)
        alsoWrong = zip(others, strangers).map { $0.access.with(secretOf: $1) }
        wrong = zip(living, strangers).map { $0.access.with(secretOf: $1) }
        ended = zip(dead, strangers).map { $0.access.with(secretOf: $1) }
        asker = try fixture.principal(mine.token)
        self.fixture = fixture
    }

    var comparisons: [Comparison] {
        Compared.comparisons + [
            judging("unknown selector / another one", unknown, alsoUnknown, .same),
            judging("wrong secret / another's", wrong, alsoWrong, .same),
            judging("unknown selector / wrong secret", unknown, wrong),
            judging("wrong secret / wrong secret of a revoked token", wrong, ended),
            asking("absent account / another organization's", absent, foreign),
        ]
    }

    private func judging(
        _ name: String, _ first: [[UInt8]], _ second: [[UInt8]],
        _ kind: Comparison.Kind = .subject
    ) -> Comparison {
        let vault = fixture.vault
        let place = Place<DetachedToken>()
        return Comparison(name: name, kind: kind) { isSecond, number in
            place.content = nil
            place.content = try detached((isSecond ? second : first)[number])
        } work: {
            guard let token = place.content else { return true }
            do {
                if case .deny = try vault.judge(token, .none).verdict { return false }
                return true
            } catch {
                return true
            }
        }
    }

    private func asking(_ name: String, _ first: [AccountID], _ second: [AccountID]) -> Comparison {
        let (vault, asker) = (fixture.vault, asker)
        let place = Place<AccountID>()
        return Comparison(name: name) { isSecond, number in
            place.content = (isSecond ? second : first)[number]
        } work: {
            guard let account = place.content else { return true }
            do {
                let found = try vault.find(account, in: asker.organization)
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

/// Where the input of a measurement lies.
private final class Place<Content> {
    var content: Content?
}

/// The comparison of hashes, and what it must not be.
private enum Compared {
    private static let hash = [UInt8](repeating: 7, count: MAC.byteCount)

    static var comparisons: [Comparison] {
        var control = differing(
            "control: a comparison that ends at the first difference", by: isSame)
        control.kind = .control
        return [control, differing("first byte of a hash differs / last byte", by: matches)]
    }

    private static func differing(
        _ name: String, by isEqual: @escaping ([UInt8], [UInt8]) -> Bool
    ) -> Comparison {
        let place = Place<[UInt8]>()
        place.content = hash
        return Comparison(name: name) { isSecond, _ in
            // In place: both bytes are written, whichever of them then differs.
            place.content?[0] = isSecond ? hash[0] : hash[0] ^ 1
            place.content?[MAC.byteCount - 1] = isSecond ? hash[0] ^ 1 : hash[0]
        } work: {
            guard let other = place.content else { return true }
            // One comparison is shorter than the clock is fine.
            var isTrue = false
            for _ in 0..<64 where isEqual(hash, other) { isTrue = true }
            return isTrue
        }
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
