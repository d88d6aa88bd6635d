import Support
import Testing
import Wire

struct DurationTextTests {
    @Test(arguments: [
        "", "0", "5", "h", "1", "-1h", "+1h", "1d", "1H", "1 h", " 1h", "1h ", "1h2h", "1m1h",
        "1s1m",
        "1.h", ".5h", "1..5h", "1.5.5h", "1e3s", "1ns", "0.5us", "0.0000001s", "1h30", "h1",
        "9223372036854775808us", "2562047789h", "99999999999999999999h",
        "0.00000000000000000000001s",
        "2562047788h99999999h",
    ])
    func `what is no length of time is refused`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        arguments: [
            ("0s", 0), ("24h", 86_400_000_000), ("1h30m", 5_400_000_000), ("10m", 600_000_000),
            ("90s", 90_000_000), ("500ms", 500_000), ("1.5h", 5_400_000_000), ("1us", 1),
            ("1h0m1.000001s", 3_601_000_001), ("0.25s", 250_000),
            ("2562047788h", 9_223_372_036_800_000_000),
            ("9223372036854775807us", Int64.max), ("01h", 3_600_000_000),
        ] as [(String, Int64)])
    func `a length of time is read in microseconds`(text: String, microseconds: Int64) {
        #expect(DurationText.parse(text) == microseconds)
    }

    @Test(
        arguments: [
            (0, "0s"), (-5, "0s"), (86_400_000_000, "24h"), (600_000_000, "10m"),
            (5_400_000_000, "1h30m"),
            (90_000_000, "1m30s"), (500_000, "500ms"), (1_500_000, "1s500ms"),
            (3_600_000_001, "1h1us"),
        ] as [(Int64, String)])
    func `the shortest text is written`(microseconds: Int64, text: String) {
        #expect(DurationText.text(microseconds: microseconds) == text)
    }

    @Test func `what is written reads back`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let shift = Int64.random(in: 0..<62, using: &generator)
            let length = Int64.random(in: 0...Int64.max, using: &generator) >> shift
            #expect(DurationText.parse(DurationText.text(microseconds: length)) == length)
        }
        #expect(DurationText.parse(DurationText.text(microseconds: .max)) == .max)
    }

    @Test func `no mutation of a length traps`() {
        var mutator = Mutator(samples: ["1h30m5.25s500ms1us", "9223372036854775807us"], seed: 8)
        for _ in 0..<10_000 {
            let input = mutator.next()
            if let length = DurationText.parse(input.span) { #expect(length >= 0) }
        }
    }
}
