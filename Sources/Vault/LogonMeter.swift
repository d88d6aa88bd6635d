/// Whoever tries to log on, for the delays: the user of the socket and the address behind it.
package struct LogonPeer: Hashable, Sendable {
    package let uid: UInt32
    /// Of IPv6 the network only, within which everybody has as many addresses as he likes; 0 when
    /// the gateway did not say.
    private let remoteNetwork: UInt128

    package init(uid: UInt32, remoteAddress: UInt128) {
        self.uid = uid
        let isIPv4 = remoteAddress >> 32 == 0xFFFF
        remoteNetwork = isIPv4 ? remoteAddress : (remoteAddress >> 64) << 64
    }
}

/// Makes those wait who guess: after a few failures each further one doubles the time until the
/// next attempt is looked at, for the member that is tried and for the peer that tries.
///
/// An attempt counts as failed from its beginning until it is known to be right, so that many at
/// once are no more than many in a row. Nobody is held up meanwhile: who comes too early is told
/// when to come again. It makes no difference whether the member is there.
struct LogonMeter {
    /// Failures that cost nothing: a member's typing, and a peer's many members.
    static let freeForMember = 5
    static let freeForPeer = 50
    static let delayMax = TimeSpan.minutes(5)
    /// After so long without an attempt all is forgiven.
    static let memory = TimeSpan.minutes(15)
    static let countMax = 16_384

    private var members = Failures<UInt128>(freeCount: freeForMember)
    private var peers = Failures<LogonPeer>(freeCount: freeForPeer)

    /// Begins an attempt, or says when there may be one.
    mutating func begin(
        member: UInt128, by peer: LogonPeer, at now: Instant
    ) throws(Refusal) {
        let wait = max(members.wait(for: member, at: now), peers.wait(for: peer, at: now))
        guard wait <= .seconds(0) else {
            let seconds = (wait.microseconds + 999_999) / 1_000_000
            throw .tooManyAttempts(retryAfterSeconds: Int(seconds))
        }
        members.note(member, at: now)
        peers.note(peer, at: now)
    }

    /// The attempt was right: the member's failures are forgotten, of the peer's this one only, so
    /// that a member of one's own is no way to go on guessing at others.
    mutating func succeed(member: UInt128, by peer: LogonPeer) {
        members.forget(member)
        peers.takeBack(peer)
    }
}

/// Counted by whom, and how long each has to wait.
private struct Failures<Key: Hashable> {
    private struct Entry {
        var count = 0
        var last: Instant
    }

    private let freeCount: Int
    private var entries: [Key: Entry] = [:]

    init(freeCount: Int) { self.freeCount = freeCount }

    func wait(for key: Key, at now: Instant) -> TimeSpan {
        guard let entry = entries[key], entry.count >= freeCount, !isForgotten(entry, at: now)
        else { return .seconds(0) }
        let doublings = min(entry.count - freeCount, 20)
        let delay = min(TimeSpan.seconds(1 << doublings), LogonMeter.delayMax)
        let end = entry.last.advanced(by: delay).microseconds
        // A clock that was put back makes nobody wait longer than the delay.
        let (left, overflow) = end.subtractingReportingOverflow(now.microseconds)
        return overflow ? delay : min(delay, TimeSpan(microseconds: left))
    }

    mutating func note(_ key: Key, at now: Instant) {
        var entry = entries[key] ?? Entry(last: now)
        if isForgotten(entry, at: now) { entry.count = 0 }
        entry.count += 1
        entry.last = now
        if entries[key] == nil { makeRoom(at: now) }
        entries[key] = entry
    }

    mutating func forget(_ key: Key) { entries[key] = nil }

    mutating func takeBack(_ key: Key) {
        guard let count = entries[key]?.count else { return }
        entries[key]?.count = count - 1
    }

    private func isForgotten(_ entry: Entry, at now: Instant) -> Bool {
        now >= entry.last.advanced(by: LogonMeter.memory)
    }

    /// First what is forgotten goes, then what was tried least often.
    private mutating func makeRoom(at now: Instant) {
        guard entries.count >= LogonMeter.countMax else { return }
        entries = entries.filter { !isForgotten($0.value, at: now) }
        guard entries.count >= LogonMeter.countMax else { return }
        let least = entries.values.reduce(Int.max) { min($0, $1.count) }
        entries = entries.filter { $0.value.count > least }
    }
}
