/// Marsaglia's xorshift64: quick, and even enough to miss any cache; for no secret.
struct Xorshift {
    /// A fixed seed: every run asks in the same order.
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func next(below count: Int) -> Int { Int(next() % UInt64(count)) }

    /// Above 0, at most 1.
    mutating func unit() -> Double { Double(next() >> 11 + 1) / Double(1 << 53) }
}
