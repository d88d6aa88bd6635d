import Linux

/// The bearer tokens that a load presents, wiped when it is over.
struct Tokens {
    private static let fileByteCountMax = 1 << 30
    private static let lineFeed = UInt8(ascii: "\n")

    private var text: [UInt8] = []
    private var tokenByteCount = 0
    private var count = 0
    private var generator = Xorshift()

    var isEmpty: Bool { count == 0 }

    /// None where no file is given.
    init(_ options: Options) throws(BenchFault) {
        guard let path = options.tokenFile else { return }
        do {
            text = try DurableFile.read(path, byteCountMax: Self.fileByteCountMax)
        } catch {
            throw .tokenFile(path)
        }
        if text.last != Self.lineFeed { text.append(Self.lineFeed) }
        tokenByteCount = text.firstIndex(of: Self.lineFeed) ?? 0
        count = text.count / (tokenByteCount + 1)
        guard tokenByteCount > 0, isRegular else { throw .tokenFile(path) }
    }

    /// Whether every line is as long as the first: requests are then of one size.
    private var isRegular: Bool {
        let lineByteCount = tokenByteCount + 1
        guard text.count % lineByteCount == 0 else { return false }
        return (0..<count).allSatisfy { text[$0 * lineByteCount + tokenByteCount] == Self.lineFeed }
    }

    mutating func appendNext(to output: inout [UInt8]) {
        guard count > 0 else { return }
        let start = count == 1 ? 0 : generator.next(below: count) * (tokenByteCount + 1)
        output.append(contentsOf: text[start..<start + tokenByteCount])
    }

    mutating func wipe() { text.wipe() }
}
