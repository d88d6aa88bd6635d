/// Why a query or a form is refused.
package enum FieldPairFault: Error, Sendable {
    /// A broken percent-encoding, or bytes that are not UTF-8 where a text is needed.
    case malformed
    case tooMany
}

/// A `name=value` pair as it was sent: offsets, still percent-encoded.
package struct FieldPair: Sendable {
    package let name: Range<Int>
    package let value: Range<Int>
}

/// Walks `name=value&name=value` without decoding and without allocating.
///
/// A pair without "=" has an empty value; empty pairs are skipped.
package struct FieldPairs: Sendable {
    package static let countMax = 64

    private var position: Int
    private let end: Int
    private var count = 0

    /// `range` is where the pairs are in the bytes that `next` is given.
    package init(in range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    package mutating func next(_ bytes: Span<UInt8>) throws(FieldPairFault) -> FieldPair? {
        while position < end, bytes[position] == Octet.ampersand { position += 1 }
        guard position < end else { return nil }
        guard count < FieldPairs.countMax else { throw .tooMany }
        count += 1
        let start = position
        var nameEnd: Int?
        while position < end, bytes[position] != Octet.ampersand {
            if nameEnd == nil, bytes[position] == Octet.equals { nameEnd = position }
            position += 1
        }
        guard let nameEnd else {
            return FieldPair(name: start..<position, value: position..<position)
        }
        return FieldPair(name: start..<nameEnd, value: nameEnd + 1..<position)
    }
}

/// The pairs of a URI's query, decoded to texts; "+" is a plus there.
package struct QueryFields: Sendable {
    private var pairs: FieldPairs

    package init(in range: Range<Int>) { pairs = FieldPairs(in: range) }

    package mutating func next(
        _ bytes: Span<UInt8>
    ) throws(FieldPairFault) -> (name: String, value: String)? {
        guard let pair = try pairs.next(bytes) else { return nil }
        return (
            try PercentCoding.text(bytes, pair.name, plusIsSpace: false),
            try PercentCoding.text(bytes, pair.value, plusIsSpace: false)
        )
    }
}

/// The pairs of an `application/x-www-form-urlencoded` body; a value stays where it is until it is
/// decoded into memory of the caller's, so that a secret never becomes a `String`.
package struct FormFields: Sendable {
    private var pairs: FieldPairs

    package init(in range: Range<Int>) { pairs = FieldPairs(in: range) }

    package mutating func next(
        _ bytes: Span<UInt8>
    ) throws(FieldPairFault) -> (name: String, value: Range<Int>)? {
        guard let pair = try pairs.next(bytes) else { return nil }
        return (try PercentCoding.text(bytes, pair.name, plusIsSpace: true), pair.value)
    }

    /// Appends the decoded value; decoding never makes it longer, so that room for `value.count`
    /// more bytes keeps `target` from being moved, which would leave a copy behind.
    package static func decode(
        _ value: Range<Int>, _ bytes: Span<UInt8>, into target: inout [UInt8]
    ) throws(FieldPairFault) {
        try PercentCoding.decode(bytes, value, plusIsSpace: true) { byte in target.append(byte) }
    }

    /// A value that is no secret.
    package static func text(
        _ value: Range<Int>, _ bytes: Span<UInt8>
    ) throws(FieldPairFault) -> String {
        try PercentCoding.text(bytes, value, plusIsSpace: true)
    }
}
