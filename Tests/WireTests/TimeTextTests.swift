import Foundation
import Support
import Testing
import Wire

struct TimeTextTests {
    private func date(_ seconds: Int) -> String {
        var text: [UInt8] = []
        IMFDate.append(secondsSinceEpoch: seconds, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: [
        "", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.0000000Z", "2026-01-02T03:04:05",
        "2026-01-02 03:04:05.000006Z", "2026-01-02t03:04:05.000006Z", "2026-01-02T03:04:05.000006z",
        "2026-01-02T03:04:05.000006+00:00", "2026-01-02T03:04:05.00000 Z",
        "2026-13-02T03:04:05.000006Z", "2026-00-02T03:04:05.000006Z", "2026-01-00T03:04:05.000006Z",
        "2026-01-32T03:04:05.000006Z", "2026-04-31T03:04:05.000006Z", "2026-02-29T03:04:05.000006Z",
        "1900-02-29T03:04:05.000006Z", "2026-01-02T24:04:05.000006Z", "2026-01-02T03:60:05.000006Z",
        "2026-01-02T03:04:60.000006Z", "0000-01-02T03:04:05.000006Z", "-026-01-02T03:04:05.000006Z",
        "2026-01-02T03:04:05,000006Z", "2026/01/02T03:04:05.000006Z", "+026-01-02T03:04:05.000006Z",
    ])
    func `what is no timestamp of our form is refused`(text: String) {
        #expect(Timestamp.parse(text) == nil)
    }

    @Test(
        arguments: [
            ("2026-01-02T03:04:05Z", 1_767_323_045_000_000),
            ("2026-01-02T03:04:05.5Z", 1_767_323_045_500_000),
            ("2026-01-02T03:04:05.000600Z", 1_767_323_045_000_600),
            ("2026-01-02T03:04:05.0006Z", 1_767_323_045_000_600),
        ] as [(String, Int64)])
    func `a fraction has as many digits as its writer knows`(text: String, microseconds: Int64) {
        #expect(Timestamp.parse(text) == microseconds)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000000Z", 0),
            ("2026-01-02T03:04:05.000006Z", 1_767_323_045_000_006),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2000-02-29T12:00:00.500000Z", 951_825_600_500_000),
            ("0001-01-01T00:00:00.000000Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func `a timestamp is the same there and back`(text: String, microseconds: Int64) {
        #expect(Timestamp.parse(text) == microseconds)
        #expect(Timestamp.text(microseconds: microseconds) == text)
    }

    @Test func `times outside four-digit years are written as the nearest one inside`() {
        #expect(Timestamp.text(microseconds: .max) == "9999-12-31T23:59:59.999999Z")
        #expect(Timestamp.text(microseconds: .min) == "0001-01-01T00:00:00.000000Z")
        #expect(date(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(date(.min) == "Mon, 01 Jan 0001 00:00:00 GMT")
    }

    @Test func `random timestamps come back, and agree with another calendar`() throws {
        var generator = SeededGenerator(seed: 6)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for _ in 0..<2000 {
            // From 1600 on, where that calendar is Gregorian too.
            let second = Int64.random(in: -11_000_000_000...253_402_300_799, using: &generator)
            let microseconds = second * 1_000_000 + .random(in: 0..<1_000_000, using: &generator)
            let text = Timestamp.text(microseconds: microseconds)
            #expect(Timestamp.parse(text) == microseconds)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(second)))
            let expected = [parts.year, parts.month, parts.day].compactMap(\.self)
            #expect(text.prefix(10).split(separator: "-").compactMap { Int($0) } == expected)
            let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
            #expect(date(Int(second)).hasPrefix(weekdays[(parts.weekday ?? 0) - 1]))
        }
    }

    @Test func `the example of the standard is written as it stands there`() {
        #expect(date(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(date(784_111_777).utf8.count == IMFDate.byteCount)
    }
}
