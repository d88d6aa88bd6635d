import Crypto
import Testing

@Suite struct Base64Tests {
    private func decoding(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        return unsafe Base64.decode(bytes.span.bytes)
    }

    private func secretDecoding(_ text: String) -> Result<[UInt8], CryptoError> {
        let bytes = Array(text.utf8)
        do throws(CryptoError) {
            return .success(try unsafe Base64.secret(bytes.span.bytes).copied())
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AA=", "A===", "====", "=AAA", "AA=A", "AAAA=", "AAAAA", "AAA=AAAA",
        "AAAA\n", " AAAA", "AA AA", "AA\nA", "AA-_", "AAA\u{0}", "ÄAA",
    ])
    func `a text that is not base64 to the letter is refused`(text: String) {
        #expect(decoding(text) == nil)
        #expect(secretDecoding(text) == .failure(.malformed))
    }

    /// libsodium 1.0.18 alone would take many of them for digits.
    @Test func `no byte outside the alphabet is taken for a digit, wherever it stands`() {
        let alphabet = Set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
            for place in 0..<4 {
                // A sign of padding at the end is right in a text of its own.
                if byte == 61, place == 3 { continue }
                var text = Array("AAAAAAAA".utf8)
                text[place + 4] = byte
                #expect(unsafe Base64.decode(text.span.bytes) == nil, "byte \(byte) at \(place)")
            }
        }
    }

    @Test(arguments: ["AB==", "AAB=", "/x==", "//9="])
    func `a second text for the same bytes is refused`(text: String) {
        #expect(decoding(text) == nil)
        #expect(secretDecoding(text) == .failure(.malformed))
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of RFC 4648 hold in both directions`(plain: String, text: String) {
        let bytes = Array(plain.utf8)
        #expect(decoding(text) == bytes)
        #expect(secretDecoding(text) == .success(bytes))
        #expect(unsafe Base64.encode(bytes.span.bytes) == Array(text.utf8))
    }

    @Test func `every byte value comes back`() {
        let bytes = (0...255).map { UInt8($0) }
        let text = unsafe Base64.encode(bytes.span.bytes)
        #expect(unsafe Base64.decode(text.span.bytes) == bytes)
    }
}
