import Crypto
import Synchronization

/// Randomness whose identifiers ascend: the rows that are made with it go to the end of every
/// index, and into one bucket of the register after the other.
///
/// Sixteen bytes are an identifier: 64 bits of its place among all that are drawn, 48 random ones,
/// and 16 that name its bucket. Whatever else is drawn, secrets above all, is the kernel's.
final class AscendingEntropy: Entropy {
    private static let identifierByteCount = 16
    private static let bucketCount: UInt64 = 65_536

    private let system = SystemEntropy()
    private let countMax: UInt64
    /// Guards how many identifiers were drawn.
    private let drawn = Mutex<UInt64>(0)

    /// - Parameter countMax: how many identifiers are drawn at most; later ones are all random.
    init(countMax: Int) { self.countMax = UInt64(countMax) }

    func fill(_ bytes: inout MutableRawSpan) {
        system.fill(&bytes)
        guard bytes.byteCount == Self.identifierByteCount else { return }
        let place = drawn.withLock { drawn in
            drawn += 1
            return drawn
        }
        guard place <= countMax else { return }
        write(place * (UInt64.max / (countMax + 1)), at: 0, byteCount: 8, to: &bytes)
        let bucket = (place - 1) * Self.bucketCount / countMax
        write(bucket, at: 14, byteCount: 2, to: &bytes)
    }

    private func write(
        _ number: UInt64, at offset: Int, byteCount: Int, to bytes: inout MutableRawSpan
    ) {
        for index in 0..<byteCount {
            let shift = UInt64(8 * (byteCount - 1 - index))
            bytes.setByte(UInt8(truncatingIfNeeded: number >> shift), at: offset + index)
        }
    }
}
