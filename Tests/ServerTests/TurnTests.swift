import Server
import Testing
import Vault

@Suite struct `Whose turn it is` {
    private final class Member: TurnTaking {
        let name: String
        let turn: PeerTurn<Member>
        var isGreedy: Bool
        var isQueued = false
        var underWayCount = 0
        /// Requests that it has left.
        var left: Int

        init(_ name: String, _ turn: PeerTurn<Member>, _ left: Int, isGreedy: Bool = false) {
            (self.name, self.turn, self.left, self.isGreedy) = (name, turn, left, isGreedy)
        }
    }

    /// Serves as a loop does, at most 32 requests of one at a time; names of who was served.
    private static func serve(_ members: [Member]) -> [String] {
        var queue = ReadyQueue<Member>()
        for member in members { queue.append(member) }
        var served: [String] = []
        while let member = queue.next() {
            let count = min(member.left, ServerLimits.shareRequestCount)
            served += Array(repeating: member.name, count: count)
            member.left -= count
            member.isGreedy = member.left > 0
            if member.isGreedy { queue.append(member) }
            queue.note(member, served: count, underWay: 0)
        }
        return served
    }

    /// One wake-up where there are others; who was served, whose requests are under way then.
    private static func serveRound(_ queue: inout ReadyQueue<Member>) -> [Member] {
        var served: [Member] = []
        queue.beginRound(isShared: true)
        while let member = queue.next() {
            let count = min(member.left, ServerLimits.smallShareRequestCount)
            member.left -= count
            member.isGreedy = member.left > 0
            queue.note(member, served: count, underWay: count)
            served.append(member)
        }
        return served
    }

    @Test func `one question is served before a flooding connection's thousandth`() throws {
        let peer = PeerTurn<Member>()
        let flood = Member("flood", peer, 5000)
        let served = Self.serve([flood, Member("one", peer, 1)])
        let place = try #require(served.firstIndex(of: "one"))
        #expect(place <= 2 * ServerLimits.shareRequestCount)
        #expect(served.count == 5001 && Set(served.suffix(4000)) == ["flood"])
    }

    @Test func `one question waits for one share of a hundred floods, not for each of them`() throws
    {
        let peer = PeerTurn<Member>()
        let floods = (0..<100).map { Member("flood \($0)", peer, 1000, isGreedy: true) }
        let served = Self.serve(floods + [Member("one", peer, 1)])
        let place = try #require(served.firstIndex(of: "one"))
        #expect(place <= ServerLimits.shareRequestCount)
        #expect(served.count == 100_001)
    }

    @Test func `a process with a thousand connections comes no sooner than one with one`() throws {
        let (many, few) = (PeerTurn<Member>(), PeerTurn<Member>())
        let crowd = (0..<1000).map { _ in Member("crowd", many, 1) }
        let served = Self.serve(crowd + [Member("one", few, 1)])
        #expect(served.firstIndex(of: "one") == ServerLimits.turnRequestCount)
        #expect(served.count == 1001)
    }

    @Test
    func `a crowd's further requests wait for those that are under way, and nobody else's do`() {
        var queue = ReadyQueue<Member>()
        let (many, few) = (PeerTurn<Member>(), PeerTurn<Member>())
        for _ in 0..<256 { queue.append(Member("crowd", many, 1)) }
        let first = Self.serveRound(&queue)
        #expect(first.count == ServerLimits.turnRequestCount)
        queue.append(Member("one", few, 1))
        let second = Self.serveRound(&queue)
        #expect(second.count { $0.name == "crowd" } == ServerLimits.turnRequestCount)
        #expect(second.count { $0.name == "one" } == 1)
        // It has its share under way: the loop may sleep, and others are served.
        #expect(queue.isEmpty && Self.serveRound(&queue).isEmpty)
        queue.append(Member("another", few, 1))
        #expect(Self.serveRound(&queue).map(\.name) == ["another"])
        // The first batch comes back, and the crowd goes on where it was.
        for member in first { queue.release(member) }
        #expect(!queue.isEmpty)
        let third = Self.serveRound(&queue).map(\.name)
        #expect(third == Array(repeating: "crowd", count: ServerLimits.turnRequestCount))
    }

    @Test func `a pipeline's further requests wait for those that are under way`() {
        var queue = ReadyQueue<Member>()
        let peer = PeerTurn<Member>()
        let floods = (0..<64).map { _ in Member("flood", peer, 64) }
        for flood in floods { queue.append(flood) }
        var underWay = Self.serveRound(&queue) + Self.serveRound(&queue)
        #expect(underWay.map(\.left) == [64 - ServerLimits.peerUnderWayMax] && queue.isEmpty)
        var servedCount = 0
        // A batch of one turn after the other comes back until nothing is left.
        while !underWay.isEmpty {
            let member = underWay.removeFirst()
            servedCount += member.underWayCount
            queue.release(member)
            if member.left > 0 { queue.append(member) }
            underWay += Self.serveRound(&queue)
            #expect(underWay.reduce(0) { $0 + $1.underWayCount } <= ServerLimits.peerUnderWayMax)
        }
        #expect(servedCount == 64 * 64 && floods.allSatisfy { $0.left == 0 })
    }

    @Test func `a peer alone has as much under way as it wants, until another comes`() {
        var queue = ReadyQueue<Member>()
        let peer = PeerTurn<Member>()
        let crowd = (0..<300).map { _ in Member("crowd", peer, 1) }
        for member in crowd { queue.append(member) }
        queue.beginRound(isShared: false)
        for _ in 0..<200 {
            guard let member = queue.next() else { break }
            queue.note(member, served: 1, underWay: 1)
        }
        #expect(crowd.count { $0.underWayCount == 1 } == 200)
        // In the midst of a turn, with more under way than where there are others.
        queue.append(Member("one", PeerTurn<Member>(), 1))
        #expect(Self.serveRound(&queue).map(\.name) == ["one"])
        for member in crowd.prefix(200 - ServerLimits.peerUnderWayMax + 1) { queue.release(member) }
        #expect(Self.serveRound(&queue).count == 1)
    }

    @Test func `those who ask for little do not keep a flood from ever being served`() {
        let peer = PeerTurn<Member>()
        let modest = (0..<640).map { _ in Member("modest", peer, 1) }
        let flood = Member("flood", peer, 320, isGreedy: true)
        let served = Self.serve(modest + [flood])
        // Half of the turns are the flood's.
        #expect(served.prefix(640).count { $0 == "flood" } == 320)
        #expect(served.count == 960)
    }

    @Test
    func `a peer is held to its share beside one that asks for little, not beside an idle one`() {
        var turns = PeerTurns<Member>()
        let (busy, modest) = (turns.enter(1), turns.enter(2))
        turns.noteAsking(busy, at: 5)
        turns.noteBusy(busy, at: 5)
        #expect(!turns.isShared)
        turns.noteAsking(modest, at: 7)
        #expect(turns.isShared)
        let end = 7 + ServerLimits.peerMemoryNanoseconds
        turns.noteBusy(busy, at: end)
        turns.forgetIdle(at: end)
        #expect(turns.isShared)
        turns.forgetIdle(at: end + 1)
        #expect(!turns.isShared)
        turns.noteAsking(modest, at: end + 2)
        #expect(turns.isShared)
    }

    @Test func `peers that all ask for much are held to nothing, until one asks for little`() {
        var turns = PeerTurns<Member>()
        let workers = (1...3).map { turns.enter($0) }
        for worker in workers {
            turns.noteAsking(worker, at: 1)
            turns.noteBusy(worker, at: 1)
        }
        #expect(!turns.isShared)
        turns.noteAsking(workers[0], at: 9)
        for worker in workers.dropFirst() { turns.noteBusy(worker, at: 9) }
        turns.forgetIdle(at: 1 + ServerLimits.peerMemoryNanoseconds)
        #expect(!turns.isShared)
        turns.forgetIdle(at: 2 + ServerLimits.peerMemoryNanoseconds)
        #expect(turns.isShared)
    }

    @Test func `a peer that makes a connection for each request counts as one that asks`() {
        var turns = PeerTurns<Member>()
        let (busy, modest) = (turns.enter(1), turns.enter(2))
        turns.noteAsking(busy, at: 1)
        turns.noteBusy(busy, at: 1)
        turns.noteAsking(modest, at: 1)
        turns.leave(2)
        #expect(turns.isShared && turns.enter(2) === modest)
        turns.leave(2)
        let end = 2 + ServerLimits.peerMemoryNanoseconds
        turns.noteBusy(busy, at: end)
        turns.forgetIdle(at: end)
        #expect(!turns.isShared && turns.enter(2) !== modest)
    }

    @Test func `who waits for a long commit counts as long as it lasts`() {
        var turns = PeerTurns<Member>()
        let (busy, modest) = (turns.enter(1), turns.enter(2))
        var queue = ReadyQueue<Member>()
        queue.beginRound(isShared: false)
        let members =
            (0..<ServerLimits.peerUnderWayMax).map { Member("busy \($0)", busy, 1) }
            + [Member("modest", modest, 1)]
        for member in members { queue.append(member) }
        for _ in members {
            guard let member = queue.next() else { break }
            queue.note(member, served: 1, underWay: 1)
        }
        turns.noteAsking(busy, at: 1)
        turns.noteBusy(busy, at: 1)
        turns.noteAsking(modest, at: 1)
        turns.forgetIdle(at: 2 + ServerLimits.peerMemoryNanoseconds)
        #expect(turns.isShared)
        for member in members { queue.release(member) }
        turns.forgetIdle(at: 2 + ServerLimits.peerMemoryNanoseconds)
        #expect(!turns.isShared)
    }

    @Test func `an organization that reads much waits for itself alone, and operators for nobody`()
    {
        var places = SharedPlaces()
        /// How many of `count` more may be started.
        func ask(_ count: Int, for holder: OrganizationID?) -> Int {
            (0..<count).count { _ in places.ask(for: holder) }
        }
        let own = ServerLimits.ownPlacesMax
        let (mine, other) = (OrganizationID(1), OrganizationID(2))
        #expect(ask(2 * own, for: mine) == own)
        #expect(ask(1, for: other) == 1 && ask(1, for: nil) == 1)
        // Of those that were asked for two are started; the others come to nothing.
        places.forgetAsked()
        for _ in 0..<2 { places.start(of: mine) }
        #expect(ask(own, for: mine) == own - 2)
        places.forgetAsked()
        places.end(of: mine)
        #expect(ask(own, for: mine) == own - 1)
        places.forgetAsked()
        for number in 1..<ServerLimits.tenantPlacesMax {
            places.start(of: OrganizationID(UInt128(number + 10)))
        }
        #expect(ask(1, for: mine) == 0 && ask(1, for: other) == 0)
        #expect(ask(2 * own, for: nil) == own)
    }

    @Test
    func `no more peers are remembered than are worth it, and each that leaves is counted off`() {
        var turns = PeerTurns<Member>()
        let busy = turns.enter(0)
        turns.noteAsking(busy, at: 1)
        turns.noteBusy(busy, at: 1)
        for pid in 1...Int32(2 * ServerLimits.rememberedPeersMax) {
            let turn = turns.enter(pid)
            turns.noteAsking(turn, at: 1)
            turns.leave(pid)
            // What ended a connection is noted after it; who is forgotten is not counted again.
            if pid >= ServerLimits.rememberedPeersMax { turns.noteBusy(turn, at: 1) }
        }
        #expect(turns.count == ServerLimits.rememberedPeersMax && turns.isShared)
        turns.noteBusy(busy, at: 2 + ServerLimits.peerMemoryNanoseconds)
        turns.forgetIdle(at: 2 + ServerLimits.peerMemoryNanoseconds)
        #expect(turns.count == 1 && !turns.isShared)
    }

    @Test func `keys take turns, and each one's elements keep their order`() {
        var queue = FairQueue<String, Int>()
        for number in 0..<100 { queue.append(number, of: "many") }
        queue.append(1000, of: "one")
        for number in 2000..<2003 { queue.append(number, of: "few") }
        #expect(queue.count == 104)
        let first = (0..<8).compactMap { _ in queue.popFirst() }
        #expect(first == [0, 1000, 2000, 1, 2001, 2, 2002, 3])
        queue.removeAll { $0.isMultiple(of: 2) }
        #expect(queue.count == 48)
        var rest: [Int] = []
        while let next = queue.popFirst() { rest.append(next) }
        #expect(rest == Array(stride(from: 5, to: 100, by: 2)))
        #expect(queue.isEmpty && queue.popFirst() == nil)
        queue.append(7, of: "one")
        #expect(queue.popFirst() == 7)
    }
}
