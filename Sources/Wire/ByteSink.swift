/// Where a writer puts its bytes: an array, an answer's buffer, memory that is wiped.
package protocol ByteSink: ~Copyable {
    mutating func append(_ byte: UInt8)
    mutating func append(_ bytes: Span<UInt8>)
    mutating func append(_ text: StaticString)
}

extension ByteSink where Self: ~Copyable {
    package mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    package mutating func append(_ text: StaticString) {
        for byte in text.description.utf8 { append(byte) }
    }

    package mutating func append(text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// Digits, without leading zeros.
    package mutating func append(decimal value: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var count = 0
        var rest = value
        repeat {
            digits[count] = Octet.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            count += 1
        } while rest > 0
        for index in (0..<count).reversed() { append(digits[index]) }
    }

    /// Exactly `width` digits; higher ones are cut off.
    package mutating func append(decimal value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        var rest = value
        while divisor > 0 {
            append(Octet.zero + UInt8(truncatingIfNeeded: rest / divisor % 10))
            rest %= divisor
            divisor /= 10
        }
    }
}

extension [UInt8]: ByteSink {
    package mutating func append(_ bytes: Span<UInt8>) {
        append(addingCapacity: bytes.count) { target in
            for index in bytes.indices { target.append(bytes[index]) }
        }
    }
}
