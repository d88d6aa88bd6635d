import Audit
import Crypto
import Testing
import Vault

struct CheckpointTests {
    private let signer: NoteSigner
    private let checkpoint = Checkpoint(
        origin: LogFixture.origin, size: 1234, root: MerkleFrontier.emptyRoot)

    init() throws {
        signer = try NoteSigner(name: LogFixture.origin, seed: try LogFixture.key(seed: 5).key)
    }

    private var note: [UInt8] { signer.sign(checkpoint.text) }

    private func opened(_ note: [UInt8]) -> Checkpoint? {
        Checkpoint(note: note, verifier: signer.verifier)
    }

    @Test func `a checkpoint with any one byte changed, added or missing is refused`() {
        for index in note.indices {
            var changed = note
            changed[index] ^= 1
            #expect(opened(changed) == nil, "byte \(index) changed")
            changed[index] ^= 0x81
            #expect(opened(changed) == nil, "byte \(index) changed high")
            changed = note
            changed.remove(at: index)
            #expect(opened(changed) == nil, "byte \(index) missing")
            changed = note
            changed.insert(0x0a, at: index)
            #expect(opened(changed) == nil, "newline before \(index)")
        }
        #expect(opened(note + [0x0a]) == nil)
        #expect(opened([]) == nil)
    }

    @Test func `a checkpoint signed by another key or for another log is refused`() throws {
        let other = try NoteSigner(name: LogFixture.origin, seed: try LogFixture.key(seed: 6).key)
        #expect(opened(other.sign(checkpoint.text)) == nil)
        let foreign = Checkpoint(origin: "elsewhere", size: 1, root: checkpoint.root)
        #expect(opened(signer.sign(foreign.text)) == nil)
    }

    @Test func `a checkpoint text that is not the one text is refused`() {
        let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        let texts = [
            "a\n01\n\(root)\n", "a\n+1\n\(root)\n", "a\n-1\n\(root)\n", "a\n1 \n\(root)\n",
            "a\n18446744073709551616\n\(root)\n", "a\n1\n\(root)", "a\n1\n\(root)\nmore\n",
            "a\n1\n\(root.dropLast())\n", "a\n1\nAAAA\n", "\n1\n\(root)\n", "a b\n1\n\(root)\n",
            "a+b\n1\n\(root)\n", "a\n1\n\n", "", "\n\n\n",
        ]
        for text in texts { #expect(Checkpoint(text: Array(text.utf8)) == nil, "\(text)") }
        #expect(Checkpoint(text: Array("a\n1\n\(root)\n".utf8))?.size == 1)
    }

    @Test func `a witness's signature beside the log's own is passed over`() throws {
        let witness = try NoteSigner(name: "witness", seed: try LogFixture.key(seed: 7).key)
        let line = witness.sign(checkpoint.text).dropFirst(checkpoint.text.count + 1)
        #expect(opened(note + line) == checkpoint)
        let own = note.dropFirst(checkpoint.text.count + 1)
        #expect(opened(note + own) == nil, "the log's own signature twice")
        #expect(opened(checkpoint.text + [0x0a] + line) == nil, "the witness alone")
    }

    @Test func `a verifier key that is not the one text of its key is refused`() throws {
        let text = signer.verifier.text
        #expect(VerifierKey(text: text) == signer.verifier)
        for index in text.utf8.indices {
            var changed = Array(text.utf8)
            changed[text.utf8.distance(from: text.utf8.startIndex, to: index)] ^= 1
            #expect(VerifierKey(text: String(decoding: changed, as: UTF8.self)) == nil)
        }
        for wrong in ["", "+", "++", "a", "a+b+c", text + "=", " " + text, text + "\n"] {
            #expect(VerifierKey(text: wrong) == nil)
        }
    }

    @Test func `the C2SP example key is read and written as it is`() throws {
        // From the documentation of golang.org/x/mod/sumdb/note.
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        let key = try #require(VerifierKey(text: text))
        #expect(key.name == "PeterNeumann")
        #expect(key.keyID == 0xc74f_20a3)
        #expect(key.text == text)
        let note = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvq\
            fqdngotpRZb6KE6RyyBwJnAM=

            """
        #expect(try #require(SignedNote(Array(note.utf8))).isSigned(by: key))
        let changed = note.replacing("answer", with: "anzwer")
        #expect(!(try #require(SignedNote(Array(changed.utf8)))).isSigned(by: key))
    }

    @Test func `a checkpoint is what it was signed as`() {
        #expect(opened(note) == checkpoint)
        let expected = "strongroom.log/test\n1234\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
        #expect(String(decoding: checkpoint.text, as: UTF8.self) == expected)
    }

    @Test func `random bytes never make a note that is believed`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            var bytes = note
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                guard let index = bytes.indices.randomElement(using: &generator) else { break }
                if Bool.random(using: &generator) {
                    bytes[index] = .random(in: 0 ... .max, using: &generator)
                } else {
                    bytes.removeSubrange(index...)
                }
            }
            #expect(bytes == note || opened(bytes) == nil)
        }
    }
}
