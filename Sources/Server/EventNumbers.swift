import Crypto
import Vault

/// The numbers that an organization's own events have in its lists.
///
/// An event's place in the log counts everybody's events: whoever saw two places would know how
/// much went on elsewhere in between (I4). An organization is therefore shown a permutation of the
/// places, under a key of the vault: good to go on from, and telling nothing.
package struct EventNumbers {
    /// Numbers in JSON are exact below 2^53 wherever they are read.
    private static let halfBitCount: UInt64 = 26
    private static let halfMask: UInt64 = (1 << halfBitCount) - 1
    private static let roundCount: UInt64 = 6

    private let organization: OrganizationID
    private let ring: KeyRing

    init(of organization: OrganizationID, _ ring: KeyRing) {
        self.organization = organization
        self.ring = ring
    }

    /// A Feistel network: each round is its own inverse, taken in the other order.
    func number(at place: UInt64) -> UInt64 {
        var (left, right) = (place >> Self.halfBitCount, place & Self.halfMask)
        for round in 0..<Self.roundCount {
            (left, right) = (right, left ^ scrambled(right, round))
        }
        return left << Self.halfBitCount | right
    }

    /// Nil for what no event can have as its number.
    func place(of number: UInt64) -> UInt64? {
        var (left, right) = (number >> Self.halfBitCount, number & Self.halfMask)
        guard left <= Self.halfMask else { return nil }
        for round in (0..<Self.roundCount).reversed() {
            (left, right) = (right ^ scrambled(left, round), left)
        }
        return left << Self.halfBitCount | right
    }

    private func scrambled(_ half: UInt64, _ round: UInt64) -> UInt64 {
        var context = Context("strongroom/event-number/v1")
        context.append(organization.value)
        context.append(round)
        context.append(half)
        let mac = unsafe ring.pseudonym.key.pseudonym(context.bytes.span.bytes)
        return mac & Self.halfMask
    }
}
