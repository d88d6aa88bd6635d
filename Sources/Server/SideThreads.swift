import Crypto
import Linux
package import Vault

/// What was done for a request between its handler's two calls.
package enum Preparation: Sendable {
    /// The secret of the body, hashed.
    case stretched(StretchedSecret)
    /// The value that would be released; nil where it could not be opened, which the second call
    /// finds out for itself.
    case opened(OpenedCredential?)
}

/// Back at the store's owner, to be decided.
package struct PreparedRequest: Sendable {
    let request: Request
    let loop: Int
    /// Nil where there was no memory for it.
    let preparation: Preparation?
}

/// Work for a request that the store's owner does not wait for; the request goes on when it is done.
package protocol SideOrder: Sendable {
    /// Does it, on a thread of its own.
    func prepared() -> PreparedRequest
    /// How the owner is told of a lot that `thread` is through with.
    static func message(_ lot: [PreparedRequest], from thread: Int) -> StoreMessage
    /// Whether who waits for the owner and the loops comes first: what the owner can do himself.
    static var yields: Bool { get }
}

/// A member's secret to be hashed.
package struct HashingOrder: SideOrder {
    let request: Request
    let loop: Int
    let secret: ShownSecret
    let cost: SecretCost

    package func prepared() -> PreparedRequest {
        // Out of memory is the one way to fail: the request is told that there is no room.
        let secret = try? secret.stretched(cost)
        return PreparedRequest(
            request: request, loop: loop, preparation: secret.map(Preparation.stretched))
    }

    package static var yields: Bool { false }

    package static func message(_ lot: [PreparedRequest], from thread: Int) -> StoreMessage {
        .hashed(lot)
    }
}

/// A credential to be opened for a release that would be granted as things are.
package struct OpeningOrder: SideOrder {
    let request: Request
    let loop: Int
    let opening: CredentialOpening

    package func prepared() -> PreparedRequest {
        PreparedRequest(
            request: request, loop: loop, preparation: .opened(try? opening.opened()))
    }

    package static var yields: Bool { true }

    package static func message(_ lot: [PreparedRequest], from thread: Int) -> StoreMessage {
        .opened(lot, thread: thread)
    }
}

/// A few threads for work of one sort: their number bounds what it takes of processors and memory,
/// and nobody else's thread waits for them.
package final class SideThreads<Order: SideOrder>: Sendable {
    private enum Message: Sendable {
        case prepare([Order])
        case stop
    }

    private let mailboxes: [Mailbox<Message>]
    private let threads: [Thread]

    package init(_ name: String, count: Int, store: Mailbox<StoreMessage>) throws {
        var mailboxes: [Mailbox<Message>] = []
        var threads: [Thread] = []
        for number in 0..<count {
            let mailbox = try Mailbox<Message>()
            mailboxes.append(mailbox)
            threads.append(try Self.start(name, number, mailbox, store))
        }
        self.mailboxes = mailboxes
        self.threads = threads
    }

    package var count: Int { threads.count }

    private static func start(
        _ name: String, _ number: Int, _ mailbox: Mailbox<Message>, _ store: Mailbox<StoreMessage>
    ) throws -> Thread {
        try Thread("\(name)-\(number)") {
            do {
                try run(number, mailbox, store)
            } catch {
                // Whoever asked would wait for ever; what was acknowledged is on disk.
                fatalError("a thread for \(name) failed and cannot go on: \(error)")
            }
        }
    }

    private static func run(
        _ number: Int, _ mailbox: Mailbox<Message>, _ store: Mailbox<StoreMessage>
    ) throws {
        if Order.yields { SystemThread.yieldToOthers() }
        var epoll = try Epoll(eventCountMax: 4)
        try epoll.add(mailbox.wakeup.descriptor, key: 0, for: [.readable, .edgeTriggered])
        while true {
            if mailbox.maySleep() {
                _ = try epoll.wait(milliseconds: -1)
            }
            for message in mailbox.takeAll() {
                switch message {
                // Back together: what is committed together costs less.
                case .prepare(let orders):
                    store.post(Order.message(orders.map { $0.prepared() }, from: number))
                case .stop: return
                }
            }
        }
    }

    func post(_ orders: [Order], to thread: Int) { mailboxes[thread].post(.prepare(orders)) }

    /// After the last request was answered.
    package func stop() {
        for mailbox in mailboxes { mailbox.post(.stop) }
        for thread in threads { thread.join() }
    }
}

/// The threads for whatever is worth one.
package struct SideWork: Sendable {
    let hashing: SideThreads<HashingOrder>
    let opening: SideThreads<OpeningOrder>

    package init(store: Mailbox<StoreMessage>) throws {
        hashing = try SideThreads("hashing", count: ServerLimits.hashingThreads, store: store)
        opening = try SideThreads("opening", count: ServerLimits.openingThreads, store: store)
    }

    /// After the last request was answered.
    func stop() {
        hashing.stop()
        opening.stop()
    }
}

extension Call {
    /// Goes on in a second call of the same handler, with `stretched`; nothing may have been
    /// changed before, and nothing is on the log yet.
    func stretch(_ secret: ShownSecret, _ cost: SecretCost) -> Reply {
        deferred = .hash(secret, cost)
        return Reply(protocolOwn: 202)
    }

    /// Before a secret is accepted for hashing: what waits takes memory, and time of others.
    func requireHashingRoom() throws(Refusal) {
        guard desk.hashingCount < ServerLimits.hashingCountMax else {
            throw .tooManyAttempts(retryAfterSeconds: 1)
        }
    }

    /// The secret of the body, in the second call.
    var stretched: StretchedSecret? {
        guard case .stretched(let secret) = preparation else { return nil }
        return secret
    }

    /// The value to be released, in the second call.
    var opened: OpenedCredential? {
        guard case .opened(let value) = preparation else { return nil }
        return value
    }
}
