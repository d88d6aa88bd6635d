import Foundation
import Linux
import Testing

@Suite struct EpollTests {
    @Test func `the same descriptor is not watched twice, nor one that is not there`() throws {
        let epoll = try Epoll()
        let ends = PipeEnds()
        try epoll.add(ends.reading, key: 1, for: .readable)
        let twice = refusal { () throws(Errno) in
            try epoll.add(ends.reading, key: 2, for: .readable)
        }
        #expect(twice == .exists)
        try epoll.remove(ends.reading)
        let gone = refusal { () throws(Errno) in try epoll.remove(ends.reading) }
        #expect(gone == .noEntry)
    }

    @Test func `only what is ready is reported, under the key that its owner chose`() throws {
        var epoll = try Epoll()
        let first = PipeEnds()
        let second = PipeEnds()
        try epoll.add(first.reading, key: .max, for: .readable)
        try epoll.add(second.reading, key: 0x0102_0304_0506_0708, for: .readable)
        let before = try epoll.wait(milliseconds: 0)
        #expect(before == 0)
        try second.write("x")
        let after = try epoll.wait(milliseconds: 1000)
        #expect(after == 1)
        let event = epoll.ready(0)
        #expect(event.key == 0x0102_0304_0506_0708 && event.readiness == .readable)
        try first.write("x")
        let both = try epoll.wait(milliseconds: 1000)
        let keys = Set((0..<both).map { epoll.ready($0).key })
        #expect(keys == [.max, 0x0102_0304_0506_0708])
    }

    @Test func `the end of the other side is reported`() throws {
        var epoll = try Epoll()
        let reading = PipeEnds().keepReading()
        try epoll.add(reading, key: 5, for: .readable)
        let count = try epoll.wait(milliseconds: 1000)
        #expect(count == 1)
        let isOver = !epoll.ready(0).readiness.isDisjoint(with: .hangup)
        #expect(isOver)
    }

    @Test func `a wake-up wakes once, is quiet then, and wakes again`() throws {
        var epoll = try Epoll()
        let wakeup = try Wakeup()
        try epoll.add(wakeup.descriptor, key: 9, for: [.readable, .edgeTriggered])
        wakeup.wake()
        wakeup.wake()
        let woken = try epoll.wait(milliseconds: 1000)
        #expect(woken == 1)
        let quiet = try epoll.wait(milliseconds: 0)
        #expect(quiet == 0)
        wakeup.wake()
        let again = try epoll.wait(milliseconds: 1000)
        #expect(again == 1)
    }

    @Test func `asking for an event that was not reported stops the process`() async {
        await #expect(processExitsWith: .failure) {
            var epoll = try Epoll()
            _ = try epoll.wait(milliseconds: 0)
            _ = epoll.ready(0)
        }
    }

    @Test func `a signal becomes an event and does not end the process`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let signals = try SignalSource([SIGTERM, SIGINT])
            // To this thread, whose mask it is; the test's process has others already.
            raise(SIGTERM)
            let number = try signals.next()
            exit(number == SIGTERM ? 0 : 1)
        }
    }

    @Test func `a signal that was held acts when it is let`() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            SignalMask.unblock(SIGTERM)
            let signals = try HeldSignals([SIGTERM])
            raise(SIGTERM)
            guard try isReadable(signals.descriptor, within: 1000) else { exit(1) }
            signals.letAct()
        }
    }

    @Test func `a signal that was blocked before holds nobody up`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let blocked = try SignalSource([SIGTERM])
            let signals = try HeldSignals([SIGTERM])
            raise(SIGTERM)
            guard try !isReadable(signals.descriptor, within: 0) else { exit(1) }
            signals.letAct()
            exit(try blocked.next() == SIGTERM ? 0 : 2)
        }
    }
}

/// The tests run on threads that block most signals, and so do the processes that they start.
enum SignalMask {
    static func unblock(_ signal: Int32) {
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        _ = unsafe sigaddset(&set, signal)
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}

private func isReadable(
    _ descriptor: borrowing Descriptor, within milliseconds: Int32
) throws -> Bool {
    var epoll = try Epoll()
    try epoll.add(descriptor, key: 1, for: .readable)
    return try epoll.wait(milliseconds: milliseconds) == 1
}
