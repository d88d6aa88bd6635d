import Testing
import Vault

@Suite struct TimeTests {
    @Test func `a length beyond all measure saturates and does not end the process`() {
        #expect(TimeSpan.seconds(.max).microseconds == .max)
        #expect(TimeSpan.minutes(.min).microseconds == .min)
        #expect(TimeSpan.hours(1 << 40).microseconds == .max)
        #expect(TimeSpan.days(-(1 << 40)).microseconds == .min)
        let now = Instant(microseconds: 5)
        #expect(now.advanced(by: .days(.max)) == Instant(microseconds: .max))
        #expect(Instant(microseconds: -5).advanced(by: .days(.min)).microseconds == .min)
    }

    @Test func `lengths are what they say`() {
        #expect(TimeSpan.seconds(2).microseconds == 2_000_000)
        #expect(TimeSpan.minutes(2) == .seconds(120))
        #expect(TimeSpan.hours(2) == .minutes(120))
        #expect(TimeSpan.days(2) == .hours(48))
        #expect(TimeSpan.seconds(-1) < .seconds(0))
    }
}
