import Glibc
import Linux

/// A text to look for in this process's own memory, kept so that it does not find itself.
struct MaskedText {
    private static let mask: UInt8 = 0x55
    private let masked: [UInt8]

    /// The base64 form of some bytes, without its last, unfinished group.
    init(base64Of bytes: [UInt8]) {
        let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let alphabet = Array((upper + upper.lowercased() + "0123456789+/").utf8)
        var masked: [UInt8] = []
        for start in stride(from: 0, to: bytes.count - 2, by: 3) {
            let group = bytes[start..<start + 3].reduce(0) { $0 << 8 | UInt32($1) }
            for shift in stride(from: 18, through: 0, by: -6) {
                masked.append(alphabet[Int(group >> UInt32(shift) & 63)] ^ Self.mask)
            }
        }
        self.masked = masked
    }

    /// How often it lies in memory that can be written.
    func countInMemory() throws -> Int {
        let maps = try String(
            decoding: DurableFile.readAll(
                Descriptor.open("/proc/self/maps", O_RDONLY), byteCountMax: 1 << 22),
            as: UTF8.self)
        let memory = try Descriptor.open("/proc/self/mem", O_RDONLY)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var count = 0
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count > 1, words[1].hasPrefix("rw") else { continue }
            let bounds = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard bounds.count == 2 else { continue }
            count += self.count(in: bounds[0]..<bounds[1], memory, &buffer)
        }
        return count
    }

    private func count(
        in range: Range<Int>, _ memory: borrowing Descriptor, _ buffer: inout [UInt8]
    ) -> Int {
        var count = 0
        var start = range.lowerBound
        while start < range.upperBound {
            let wanted = min(buffer.count, range.upperBound - start)
            let number = memory.number
            // The kernel checks the address: what is no memory any more is not read.
            let got = unsafe pread(number, &buffer, wanted, start)
            guard got >= masked.count else { return count }
            count += occurrences(in: buffer.span.extracting(0..<got))
            for index in 0..<got { buffer[index] = 0 }
            start += got < wanted || start + got == range.upperBound ? got : got - masked.count + 1
        }
        return count
    }

    private func occurrences(in bytes: Span<UInt8>) -> Int {
        var count = 0
        let first = masked[0] ^ Self.mask
        for start in 0...(bytes.count - masked.count) where bytes[start] == first {
            let isHere = masked.indices.allSatisfy { bytes[start + $0] ^ Self.mask == masked[$0] }
            if isHere { count += 1 }
        }
        return count
    }
}
