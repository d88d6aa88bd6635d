import Crypto
import Testing
import Support

/// Hands out given bytes, over and over, so that a test can see what is made of them.
private struct Repeated: Entropy {
    let byte: UInt8
    func fill(_ bytes: inout MutableRawSpan) {
        for index in bytes.byteOffsets { bytes.setByte(byte, at: index) }
    }
}

@Suite struct EntropyTests {
    @Test func `the same seed repeats itself and another does not`() {
        func numbers(_ seed: UInt64) -> [UInt128] {
            let entropy = DeterministicEntropy(seed: seed)
            return (0..<10).map { _ in entropy.uint128() }
        }
        #expect(numbers(1) == numbers(1))
        #expect(numbers(1) != numbers(2))
        #expect(Set(numbers(1)).count == 10)
    }

    @Test func `the system's generator does not repeat itself`() {
        let entropy = SystemEntropy()
        let numbers = (0..<1000).map { _ in entropy.uint128() }
        #expect(Set(numbers).count == 1000)
    }

    @Test func `all sixteen bytes of a number come from the source`() {
        #expect(Repeated(byte: 0xAB).uint128() == UInt128.max / 255 * 0xAB)
    }

    @Test func `a whole buffer is filled to its last byte`() throws {
        let secret = try Secret.random(byteCount: 100, from: Repeated(byte: 0xFF)).copied()
        #expect(secret == [UInt8](repeating: 0xFF, count: 100))
    }

    @Test func `the generator of vectors fills a buffer from nothing but its seed and turn`() throws
    {
        let entropy = DeterministicEntropy(seed: 3)
        let first = try Secret.random(byteCount: 64, from: entropy).copied()
        let second = try Secret.random(byteCount: 64, from: entropy).copied()
        #expect(first != second)
        let again = try Secret.random(byteCount: 64, from: DeterministicEntropy(seed: 3)).copied()
        #expect(first == again)
    }
}
