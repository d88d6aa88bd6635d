package import Vault

/// RFC 3339 in UTC with microseconds: `2026-01-02T03:04:05.000006Z`.
package enum InstantText {
    /// Instants outside the years 0000 to 9999 are written as the nearest that has a text.
    package static func append(_ instant: Instant, to text: inout [UInt8]) {
        let clamped = min(max(instant.microseconds, earliest), latest)
        let (days, time) = floorDivide(clamped, 86_400_000_000)
        let (year, month, day) = civil(days)
        append(year, width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        append(month, width: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        append(day, width: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        append(time / 3_600_000_000, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(time / 60_000_000 % 60, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(time / 1_000_000 % 60, width: 2, to: &text)
        text.append(UInt8(ascii: "."))
        append(time % 1_000_000, width: 6, to: &text)
        text.append(UInt8(ascii: "Z"))
    }

    private static let earliest: Int64 = -62_167_219_200_000_000
    private static let latest: Int64 = 253_402_300_799_999_999

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// Year, month and day of a day number; eras of 400 years that begin in March, so that the leap
    /// day is the last of its year (Hinnant, "chrono-compatible low-level date algorithms").
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day)
    }

    private static func append(_ number: Int64, width: Int, to text: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
