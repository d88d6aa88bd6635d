import Crypto
import Linux
import Vault

/// A member's secret to be hashed; the request goes on when that is done.
package struct HashingOrder: Sendable {
    let request: Request
    let loop: Int
    let secret: ShownSecret
    let cost: SecretCost
}

/// Back at the store's owner.
package struct HashedSecret: Sendable {
    let request: Request
    let loop: Int
    /// Nil where there was no memory for it.
    let secret: StretchedSecret?
}

package enum HashingMessage: Sendable {
    case hash(HashingOrder)
    case stop
}

/// The few threads that hash members' secrets: each takes 64 MiB while it does, so that their
/// number bounds the memory, and nobody else's thread waits for them.
package final class HashingThreads: Sendable {
    private let mailboxes: [Mailbox<HashingMessage>]
    private let threads: [Thread]

    package init(count: Int, store: Mailbox<StoreMessage>) throws {
        var mailboxes: [Mailbox<HashingMessage>] = []
        var threads: [Thread] = []
        for number in 0..<count {
            let mailbox = try Mailbox<HashingMessage>()
            mailboxes.append(mailbox)
            threads.append(try Self.start(number, mailbox, store))
        }
        self.mailboxes = mailboxes
        self.threads = threads
    }

    private static func start(
        _ number: Int, _ mailbox: Mailbox<HashingMessage>, _ store: Mailbox<StoreMessage>
    ) throws -> Thread {
        try Thread("hashing-\(number)") {
            do {
                try run(mailbox, store)
            } catch {
                // Whoever logs on would wait for ever; what was acknowledged is on disk.
                fatalError("a hashing thread failed and cannot go on: \(error)")
            }
        }
    }

    private static func run(
        _ mailbox: Mailbox<HashingMessage>, _ store: Mailbox<StoreMessage>
    ) throws {
        var epoll = try Epoll(eventCountMax: 4)
        try epoll.add(mailbox.wakeup.descriptor, key: 0, for: [.readable, .edgeTriggered])
        while true {
            if mailbox.maySleep() {
                _ = try epoll.wait(milliseconds: -1)
            }
            for message in mailbox.takeAll() {
                switch message {
                case .hash(let order): store.post(.hashed(hash(order)))
                case .stop: return
                }
            }
        }
    }

    private static func hash(_ order: HashingOrder) -> HashedSecret {
        // Out of memory is the one way to fail: the request is told that there is no room.
        let secret = try? order.secret.stretched(order.cost)
        return HashedSecret(request: order.request, loop: order.loop, secret: secret)
    }

    /// They take turns.
    func post(_ order: HashingOrder, turn: Int) {
        mailboxes[turn % mailboxes.count].post(.hash(order))
    }

    /// After the last request was answered.
    package func stop() {
        for mailbox in mailboxes { mailbox.post(.stop) }
        for thread in threads { thread.join() }
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
}
