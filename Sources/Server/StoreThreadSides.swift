import Vault

/// Requests that other threads work for, between their handler's two calls.
extension StoreThread {
    /// Two calls of one handler, with work on another thread between them; the second decides.
    func beginPreparing(_ call: Call, _ loop: Int) -> Answer? {
        let request = call.request
        switch call.deferred {
        case .hash(let secret, let cost):
            desk.hashingCount += 1
            hashedCount &+= 1
            let order = HashingOrder(request: request, loop: loop, secret: secret, cost: cost)
            side.hashing.post([order], to: hashedCount % side.hashing.count)
        case .open(let opening, let organization):
            openings.append(
                OpeningOrder(request: request, loop: loop, opening: opening), of: organization)
        default: return nil
        }
        preparing.insert(request.id)
        return .later(request)
    }

    func settle(_ prepared: PreparedRequest) {
        let request = prepared.request
        guard preparing.remove(request.id) != nil else { return }
        let answer: Answer
        if let preparation = prepared.preparation {
            answer = self.answer(request, loop: prepared.loop, preparation: preparation)
        } else {
            answer = refuse(Call(request, vault: vault, desk: desk), .secretMemoryExhausted)
        }
        settled.append((prepared.loop, answer))
    }
}
