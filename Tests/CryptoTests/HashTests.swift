import Crypto
import Testing

@Suite struct HashTests {
    @Test func `a digest of the wrong length is refused`() {
        for count in [0, 31, 33] { #expect(Digest([UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test func `digests that differ in any byte are not equal`() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let digest = try #require(Digest(bytes))
        #expect(digest.bytes == bytes)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(Digest(changed) != digest)
        }
    }

    /// FIPS 180-4, the examples of one and two blocks, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 is the standard's`(text: String, hex: String) {
        let bytes = Array(text.utf8)
        #expect(unsafe SHA256.hash(bytes.span.bytes).bytes == [UInt8](hex: hex))
    }

    @Test func `a leaf and a node are told apart by their first byte`() throws {
        let left = unsafe SHA256.hash([1].span.bytes)
        let right = unsafe SHA256.hash([2].span.bytes)
        let message = left.bytes + right.bytes
        let node = SHA256.node(left, right)
        let (asNode, asLeaf) = ([1] + message, [0] + message)
        #expect(unsafe node == SHA256.hash(asNode.span.bytes))
        #expect(unsafe SHA256.leaf(message.span.bytes) == SHA256.hash(asLeaf.span.bytes))
        #expect(unsafe SHA256.leaf(message.span.bytes) != node)
        #expect(SHA256.node(right, left) != node)
    }
}
