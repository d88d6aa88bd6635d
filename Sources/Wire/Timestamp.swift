/// RFC 3339 in UTC with exactly six digits of fraction: `2026-01-02T03:04:05.000006Z`.
package enum Timestamp {
    package static let byteCount = 27

    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    static let secondsMin = -62_135_596_800
    static let secondsMax = 253_402_300_799

    /// Times outside the years 1 to 9999 are brought into that range.
    package static func append<Sink: ByteSink & ~Copyable>(
        microseconds: Int64, to sink: inout Sink
    ) {
        let (least, most) = (secondsMin * 1_000_000, secondsMax * 1_000_000 + 999_999)
        let clamped = min(max(Int(microseconds), least), most)
        let (seconds, fraction) = clamped.flooredDivision(by: 1_000_000)
        let time = CivilTime(seconds: seconds)
        sink.append(decimal: time.year, width: 4)
        sink.append(Octet.hyphen)
        sink.append(decimal: time.month, width: 2)
        sink.append(Octet.hyphen)
        sink.append(decimal: time.day, width: 2)
        sink.append("T")
        sink.append(decimal: time.hour, width: 2)
        sink.append(Octet.colon)
        sink.append(decimal: time.minute, width: 2)
        sink.append(Octet.colon)
        sink.append(decimal: time.second, width: 2)
        sink.append(Octet.dot)
        sink.append(decimal: fraction, width: 6)
        sink.append("Z")
    }

    package static func text(microseconds: Int64) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        append(microseconds: microseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Microseconds since the epoch, from up to six digits of a second's fraction or none; nil for
    /// any other form, zone or precision.
    package static func parse(_ text: Span<UInt8>) -> Int64? {
        guard hasPunctuation(text), let fraction = fraction(text) else { return nil }
        guard let year = text.digits(0..<4), year >= 1, let month = text.digits(5..<7),
            let day = text.digits(8..<10), let hour = text.digits(11..<13),
            let minute = text.digits(14..<16), let second = text.digits(17..<19)
        else { return nil }
        let time = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        guard let time else { return nil }
        return Int64(time.seconds * 1_000_000 + fraction)
    }

    package static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        return parse(bytes.span)
    }

    /// Whole seconds are 20 bytes; a fraction is a dot and one digit at least.
    private static func hasPunctuation(_ text: Span<UInt8>) -> Bool {
        guard text.count == 20 || (22...byteCount).contains(text.count) else { return false }
        return text[4] == Octet.hyphen && text[7] == Octet.hyphen && text[10] == 0x54
            && text[13] == Octet.colon && text[16] == Octet.colon
            && text[text.count - 1] == 0x5A && (text.count == 20 || text[19] == Octet.dot)
    }

    private static func fraction(_ text: Span<UInt8>) -> Int? {
        guard text.count > 20 else { return 0 }
        let range = 20..<text.count - 1
        guard var fraction = text.digits(range) else { return nil }
        for _ in range.count..<6 { fraction *= 10 }
        return fraction
    }
}

extension Span<UInt8> {
    /// A number of decimal digits, leading zeros and all.
    fileprivate func digits(_ range: Range<Int>) -> Int? {
        var value = 0
        for index in range {
            guard let digit = self[index].decimalValue else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
