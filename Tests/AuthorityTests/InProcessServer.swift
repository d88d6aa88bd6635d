import Audit
import Crypto
import Linux
import Server
import Support
import Vault
import Wire

/// Carries requests out as the daemon does, without its sockets, threads and commits.
final class InProcessServer {
    let vault: Vault
    /// Done while another thread would be at work for a request.
    var betweenCalls: () -> Void = {}
    private let desk: AuditDesk
    private let peer = PeerCredentials(uid: 0, gid: 0, pid: 1)

    init(_ vault: Vault, _ ring: KeyRing, _ storage: any AuditStorage) throws {
        self.vault = vault
        desk = AuditDesk(
            log: try AuditLog(
                storage: storage, signing: ring.auditSigning, origin: "test.invalid/log"),
            storage: storage, files: NoSegments(), published: Published(epoch: 0),
            facts: DaemonFacts(
                version: "test", startedAt: vault.clock.now(), durability: "disk", landlock: "-",
                seccomp: "-"),
            introspection: IntrospectionPolicy(), injectors: PeerPolicy())
        desk.opensAside = true
    }

    struct Question {
        var route: Route
        var surface: Surface
        var parameters: [String] = []
        var query: [(name: String, value: String)] = []
        var bearer = PresentedBearer.none
        var requirement: Requirement?
        var body: String?
        var idempotencyKey: String?
        /// The same for each request, so that answers can be compared byte for byte.
        var id: UInt128 = 0x5EED
    }

    /// Does what is asked; whether it stays is the caller's to say.
    func answer(_ question: Question) throws -> Reaction {
        try carryOut(question).reaction
    }

    /// Does what is asked and commits it with its events.
    func serve(_ question: Question) throws -> Reaction {
        let (reaction, call) = try carryOut(question)
        var records: [UInt8] = []
        let events = call.verifications.isEmpty ? [call.event] : call.verifications
        for event in events { AuditRecord.append(event, to: &records) }
        _ = try desk.log.append(&records, generation: vault.standing.generation)
        try vault.commit()
        return reaction
    }

    /// The request in the hands of the store's owner.
    func call(_ question: Question) throws -> Call {
        let request = Request(
            question.route, on: question.surface, parameters: question.parameters,
            query: question.query,
            bearer: question.bearer, requirement: question.requirement,
            body: try body(question), idempotencyKey: question.idempotencyKey, from: peer,
            id: question.id, at: vault.clock.now())
        return Call(request, vault: vault, desk: desk)
    }

    private func carryOut(_ question: Question) throws -> (reaction: Reaction, call: Call) {
        var call = try call(question)
        let request = call.request
        do throws(Refusal) {
            let answer = try finished(call)
            guard let preparation = try preparation(of: call, question) else {
                return (Reaction(answer, nil), call)
            }
            betweenCalls()
            call = Call(request, vault: vault, desk: desk)
            call.preparation = preparation
            return (Reaction(try finished(call), nil), call)
        } catch {
            call.refuse(error)
            return (Reaction(Answer(call.problem(error), requestID: request.id), error), call)
        }
    }

    /// With everything done at once that a daemon would do between batches; hashing and opening are
    /// left to the caller, and waiting is left out.
    private func finished(_ call: Call) throws(Refusal) -> Answer {
        let reply = try call.handle()
        switch call.deferred {
        case .search(let wanted, let grant, let numbers):
            var search = PendingSearch(
                request: call.request, loop: 0, wanted: wanted, grant: grant, numbers: numbers)
            while !search.isFinished { try search.take(try page(search.query), vault) }
            return search.answer()
        case .read(let read, _):
            while !read.isFinished { try read.advance(ServerLimits.pieceCount) }
            return try read.reply().answer(to: call.request)
        case .hash, .open, .verifyLog, .epoch, nil: return reply.answer(to: call.request)
        }
    }

    private func page(_ query: AuditQuery) throws(Refusal) -> AuditPage {
        do {
            return try desk.search.page(query)
        } catch .storage(let error) {
            throw Refusal(error)
        } catch {
            throw .integrity(table: "audit log")
        }
    }

    /// What a daemon's other threads would do before the handler is called again.
    private func preparation(
        of call: Call, _ question: Question
    ) throws(Refusal) -> Preparation? {
        switch call.deferred {
        case .hash(let secret, let cost):
            .stretched(try HashedSecrets.shared.hash(secret, as: question.body ?? "", cost))
        case .open(let opening, _): .opened(try opening.opened())
        default: nil
        }
    }

    private func body(_ question: Question) throws -> RequestBody? {
        guard let text = question.body else { return nil }
        let bytes = Array(text.utf8)
        let isForm = question.route.body == .form
        return RequestBody(
            bytes: WipedBytes(copying: bytes.span),
            json: isForm ? nil : try JSONDocument.parse(bytes.span))
    }
}

/// What came back.
struct Reaction: Equatable {
    let status: Int
    let fields: [UInt8]
    let body: [UInt8]
    /// Why the vault said no.
    let refusal: Refusal?

    init(_ answer: Answer, _ refusal: Refusal?) {
        status = answer.status
        fields = answer.fields
        var bytes: [UInt8] = []
        answer.body?.bytes.withSpan { span in
            bytes.reserveCapacity(span.count)
            for index in span.indices { bytes.append(span[index]) }
        }
        body = bytes
        self.refusal = refusal
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// What the asker can see of it.
    func looks(like other: Reaction) -> Bool {
        status == other.status && fields == other.fields && body == other.body
    }
}

/// A log of which nothing was sealed.
private final class NoSegments: SegmentFiles, Sendable {
    func list() throws(StoreError) -> [SegmentName] { [] }
    func open(_ name: SegmentName) throws(StoreError) -> any SegmentFile {
        throw .foreign("nothing was sealed")
    }
    func create(_ name: SegmentName, _ pieces: [[UInt8]]) throws(StoreError) {}
    func setAside(_ name: SegmentName) throws(StoreError) {}
}

extension PresentedBearer {
    /// As a connection reads it.
    init(text: [UInt8]) throws {
        var presented = try PresentedToken()
        self =
            presented.read(text.span)
            ? .token(try presented.detached()) : .malformed(pseudonym: 1)
    }
}
