import Crypto
import Linux
import Vault

/// A file that token texts are written into, one a line: so many of all, each as likely as any.
final class TokenSample {
    private let file: Descriptor
    private let path: String
    private var generator = Xorshift()
    private var buffer: [UInt8] = []
    /// How many are still to come, and how many of these to take.
    private var leftCount: Int
    private var wantedCount: Int

    /// Refused where the file is there already.
    init(_ path: String, _ wantedCount: Int, of count: Int) throws(BenchFault) {
        do {
            try DurableFile.create(path, with: RawSpan(), mode: 0o600)
            file = try Descriptor.openForUpdate(path)
        } catch {
            throw .failed("\(path) cannot be made: \(error)")
        }
        self.path = path
        self.wantedCount = min(wantedCount, count)
        leftCount = count
    }

    /// Knuth's algorithm S: exactly as many as are wanted, in one pass.
    func note(_ minted: MintedToken) {
        guard leftCount > 0 else { return }
        defer { leftCount -= 1 }
        guard generator.next(below: leftCount) < wantedCount else { return }
        wantedCount -= 1
        minted.accessText.withBytes { text in
            for index in 0..<text.byteCount { buffer.append(text.byte(at: index)) }
        }
        buffer.append(10)
    }

    /// Once for every batch.
    func flush() throws(BenchFault) {
        defer {
            buffer.wipe()
            buffer.removeAll(keepingCapacity: true)
        }
        do {
            try unsafe file.writeAll(buffer.span.bytes)
        } catch {
            throw .failed("\(path) cannot be written: \(error)")
        }
    }

    /// There is nothing that its tokens would be good for.
    func discard() {
        // One that cannot be removed is empty all the same.
        try? DurableFile.remove(path)
    }
}
