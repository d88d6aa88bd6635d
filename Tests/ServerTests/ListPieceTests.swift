import Audit
import Crypto
import Linux
import Server
import Store
import Support
import Testing
import Vault
import Wire

/// A list goes on between batches; what one piece of it takes, all others wait for.
@Suite struct `The pieces of a list` {
    private let fixture: Fixture
    private let store: MemoryStore
    private let directory: TemporaryDirectory
    private let organization: OrganizationID
    private let root: MintedToken

    init() throws {
        fixture = try Fixture()
        store = try #require(fixture.store as? MemoryStore)
        directory = try TemporaryDirectory()
        let made = try fixture.makeOrganization("acme")
        organization = made.organization.id
        root = made.token
    }

    /// So many members, each with the same 16 roles that somebody has made.
    private func makeMembers(_ count: Int) throws {
        let grant = try fixture.operatorGrant()
        let vault = fixture.vault
        try vault.step { () throws(Refusal) in
            var member = Vault.NewMember()
            for _ in 0..<16 {
                let new = Vault.NewRole(permissionSet: .viewer)
                let role = try vault.createRole(grant, in: organization, new)
                member.roles.append(.identifier(role.id))
            }
            for _ in 0..<count { _ = try vault.createMember(grant, in: organization, member) }
        }
    }

    private func call(_ pattern: String, _ query: [(name: String, value: String)]) throws -> Call {
        let route = try #require(
            Router.table.first { $0.pattern == pattern && $0.method == .get })
        var presented = try PresentedToken()
        let text = root.accessText.withBytes { $0.copied }
        guard presented.read(text.span) else { throw Refusal.malformedToken }
        let request = Request(
            route, on: .admin, query: query, bearer: .token(try presented.detached()),
            from: PeerCredentials(uid: 0, gid: 0, pid: 1), id: 1, at: fixture.clock.now())
        let log = try AuditLog(
            storage: store, signing: fixture.ring.auditSigning, origin: "test.invalid/log")
        let desk = AuditDesk(
            log: log, storage: store, files: SegmentDirectory(path: directory.path),
            published: Published(epoch: 0),
            facts: DaemonFacts(
                version: "test", startedAt: fixture.clock.now(), durability: "disk",
                landlock: "-", seccomp: "-"),
            introspection: IntrospectionPolicy(), injectors: PeerPolicy())
        return Call(request, vault: fixture.vault, desk: desk)
    }

    /// How many rows each piece looks up, and the reply after them.
    private func lookUps(of call: Call) throws -> (pieces: [Int], reply: Int, text: String) {
        var counts: [Int] = []
        func counted<T>(_ body: () throws(Refusal) -> T) throws(Refusal) -> T {
            let before = store.lookUpCount
            defer { counts.append(store.lookUpCount - before) }
            return try body()
        }
        _ = try counted { () throws(Refusal) in try call.handle() }
        guard case .read(let read, _) = call.deferred else { throw Refusal.absent }
        while !read.isFinished {
            try counted { () throws(Refusal) in try read.advance(ServerLimits.pieceCount) }
        }
        let reply = try counted { () throws(Refusal) in try read.reply() }
        let last = counts.removeLast()
        let body = try #require(reply.answer(to: call.request).body)
        let text = body.bytes.withSpan { bytes in
            unsafe String(decoding: bytes.bytes.copied, as: UTF8.self)
        }
        return (counts, last, text)
    }

    @Test(arguments: ["id[asc]", "created_at[desc]"])
    func `look up roles once, however many members have them`(_ order: String) throws {
        try makeMembers(300)
        let call = try call("/v1/members", [("limit", "1000"), ("order", order)])
        let (pieces, reply, text) = try lookUps(of: call)
        #expect(pieces.count >= 3 && reply == 0)
        // The asker's own token is looked at besides.
        #expect(pieces.reduce(0, +) < 32, "\(pieces)")
        #expect(text.split(separator: "role_binding").count == 301)
    }

    @Test(arguments: ["id[asc]", "created_at[desc]"])
    func `show no more tokens at a time than they look at`(_ order: String) throws {
        let account = try fixture.makeAccount("tenant", in: organization)
        for number in 0..<300 { _ = try fixture.makeIntegration("i\(number)", in: account) }
        let call = try call("/v1/tokens", [("limit", "1000"), ("order", order)])
        let (pieces, reply, text) = try lookUps(of: call)
        #expect(reply == 0)
        #expect(pieces.allSatisfy { $0 <= 3 * ServerLimits.pieceCount }, "\(pieces)")
        // And the organization's own.
        #expect(text.split(separator: "token_type").count == 302)
    }
}
