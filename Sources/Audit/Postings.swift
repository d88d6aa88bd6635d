import Crypto

/// Places of records within a segment, ascending, each as the distance from the one before it
/// (the first from zero) in base 128, the lowest seven bits first.
enum Postings {
    /// Seven bits a byte, of the place of a segment's last record.
    static let placeByteCountMax =
        (Int.bitWidth - (AuditLimits.segmentRecordsMax - 1).leadingZeroBitCount + 6) / 7

    static func append(_ places: some Sequence<UInt32>, to bytes: inout [UInt8]) {
        var previous: UInt32 = 0
        for place in places {
            append(varint: place - previous, to: &bytes)
            previous = place
        }
    }

    private static func append(varint value: UInt32, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Exactly `count` places below `bound` and nothing after them; nil for anything else.
    static func decode(_ bytes: RawSpan, count: Int, below bound: UInt32) -> [UInt32]? {
        var cursor = PostingsCursor()
        // A place takes a byte at least: a count that promises more is not believed.
        guard count <= bytes.byteCount else { return nil }
        var places: [UInt32] = []
        places.reserveCapacity(count)
        for _ in 0..<count {
            guard let place = cursor.next(in: bytes), place < bound else { return nil }
            places.append(place)
        }
        return cursor.position == bytes.byteCount ? places : nil
    }

    /// What both lists hold; both ascend.
    static func intersection(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var (i, j) = (0, 0)
        var both: [UInt32] = []
        while i < left.count, j < right.count {
            if left[i] < right[j] {
                i += 1
            } else if left[i] > right[j] {
                j += 1
            } else {
                both.append(left[i])
                i += 1
                j += 1
            }
        }
        return both
    }
}

/// Goes from one place to the next; nil for a place that does not ascend or is not in its one
/// shortest form. Lent the bytes at every step, as a span cannot be kept.
struct PostingsCursor {
    private(set) var position = 0
    private var previous: UInt32?

    mutating func next(in bytes: RawSpan) -> UInt32? {
        guard let distance = varint(bytes) else { return nil }
        guard let previous else {
            self.previous = distance
            return distance
        }
        let (place, overflow) = previous.addingReportingOverflow(distance)
        guard distance > 0, !overflow else { return nil }
        self.previous = place
        return place
    }

    private mutating func varint(_ bytes: RawSpan) -> UInt32? {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 28, by: 7) {
            guard position < bytes.byteCount else { return nil }
            let byte = bytes.byte(at: position)
            position += 1
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte & 0x80 == 0 {
                guard byte != 0 || shift == 0 else { return nil }
                return UInt32(exactly: value)
            }
        }
        return nil
    }
}
