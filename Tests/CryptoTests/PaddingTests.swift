import Crypto
import Testing

@Suite struct PaddingTests {
    private func unpadding(_ bytes: [UInt8], block: Int) throws -> Result<[UInt8], CryptoError> {
        let padded = try Secret.holding(bytes)
        do throws(CryptoError) {
            return .success(try Padding.unpadded(padded, block: block).copied())
        } catch {
            return .failure(error)
        }
    }

    @Test func `what is not padded is refused`() throws {
        #expect(try unpadding([], block: 16) == .failure(.malformed))
        #expect(try unpadding([UInt8](repeating: 0, count: 16), block: 16) == .failure(.malformed))
        #expect(try unpadding([UInt8](repeating: 1, count: 16), block: 16) == .failure(.malformed))
        #expect(
            try unpadding([UInt8](repeating: 0x80, count: 15), block: 16) == .failure(.malformed))
    }

    @Test func `a mark that lies a block too far ahead is refused`() throws {
        let bytes = [0x80] + [UInt8](repeating: 0, count: 31)
        #expect(try unpadding(bytes, block: 16) == .failure(.malformed))
    }

    @Test(arguments: [0, 1, 15, 16, 17, 255, 256, 1000])
    func `every length comes back and shows only its block`(count: Int) throws {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 | 0x80) }
        let padded = try unsafe Padding.padded(message.span.bytes, block: 256).copied()
        #expect(padded.count == (count / 256 + 1) * 256)
        #expect(try unpadding(padded, block: 256) == .success(message))
    }
}
