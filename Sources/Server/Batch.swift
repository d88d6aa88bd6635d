package import Vault

/// What one loop decided, or could not decide, during one wake-up; the unit of durability.
package struct Batch: Sendable {
    package let loop: Int
    package let number: UInt64
    /// Encoded audit records without their sequence numbers.
    package var records: [UInt8] = []
    /// Records of tokens whose first use since the last writing is in this batch.
    package var firstUses: [TokenRecord] = []
    /// Requests for the store's owner, in the order of arrival.
    package var requests: [Request] = []

    package init(loop: Int, number: UInt64) {
        self.loop = loop
        self.number = number
    }

    var isEmpty: Bool { records.isEmpty && requests.isEmpty }
}

/// To a loop: what it waits for.
package enum LoopMessage: Sendable {
    /// The batch of this number is on disk, with the answers to its requests, in order.
    case durable(number: UInt64, answers: [Answer])
    /// Nothing of the batch was kept.
    case failed(number: UInt64, Problem)
    /// The answers to requests that had to wait for more than their batch.
    case late([Answer])
    /// Take no more connections, finish what is there.
    case drain
}

/// To the store thread.
package enum StoreMessage: Sendable {
    case batch(Batch)
    case sealed(SealOutcome)
    case hashed([PreparedRequest])
    case opened([PreparedRequest], thread: Int)
    /// Nobody waits for an epoch any longer.
    case drain
    case stop
}
