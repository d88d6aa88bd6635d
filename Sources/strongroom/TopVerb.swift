import Linux
import StrongroomClient

/// `top`: what the vault does at the moment, again and again.
enum TopVerb {
    private static let intervalSecondsMax = 60

    static let verb = Verb(
        words: ["top"], summary: "Watch what the vault does, until q or Ctrl-C.",
        options: [
            .value("interval", "SECONDS", "how often to look, at most 60; default 1"),
            .flag("once", "look once, for the length of the interval, and end"),
        ],
        example: "strongroom top --interval 5"
    ) { session throws(Failure) in
        guard !session.isJSON else {
            throw .usage("top is for people; programs read GET /metrics of the admin socket")
        }
        let interval = try session.invocation.count("interval") ?? 1
        guard interval <= intervalSecondsMax else {
            throw .usage("--interval is at most \(intervalSecondsMax) seconds")
        }
        let isOnce = session.invocation.has("once")
        if !isOnce, session.output.isTerminal { return try draw(session, interval) }
        try print(session, interval, isOnce)
    }

    /// One block after the other, for what is no terminal.
    private static func print(
        _ session: Session, _ interval: Int, _ isOnce: Bool
    ) throws(Failure) {
        var earlier = try look(session)
        while true {
            SystemTime.sleep(milliseconds: interval * 1000)
            let later = try look(session)
            try session.output.print(TopText.lines(from: earlier, to: later))
            guard !isOnce else { return }
            try session.output.print("")
            earlier = later
        }
    }

    /// One block in the place of the other.
    private static func draw(_ session: Session, _ interval: Int) throws(Failure) {
        // Before the screen is taken: who cannot reach the vault sees why.
        var earlier = try look(session)
        var terminal = try takeTerminal()
        terminal.show(page(["looking for \(Text.count(interval, "second"))"], interval))
        while true {
            let event: LiveTerminal.Event
            do {
                event = try terminal.wait(milliseconds: Int32(interval * 1000))
            } catch {
                throw Self.unusable(error)
            }
            switch event {
            case .key(let key) where !isEnd(key): continue
            case .key, .ended: return
            case .timeout: break
            }
            let later = try look(session)
            terminal.show(page(TopText.lines(from: earlier, to: later), interval))
            earlier = later
        }
    }

    private static func takeTerminal() throws(Failure) -> LiveTerminal {
        do {
            return try LiveTerminal()
        } catch {
            throw unusable(error)
        }
    }

    private static func unusable(_ error: Errno) -> Failure {
        .refused("the terminal cannot be used: \(error)")
    }

    private static func page(_ lines: [String], _ interval: Int) -> [String] {
        let time = UTCTime(microseconds: SystemTime.microseconds()).description.prefix(19)
        let head = "strongroom  \(time)Z  every \(Text.count(interval, "second"))  q leaves"
        return [head, ""] + lines
    }

    /// q, Q, Ctrl-C and Ctrl-D.
    private static func isEnd(_ key: UInt8) -> Bool { [113, 81, 3, 4].contains(key) }

    private static func look(_ session: Session) throws(Failure) -> MetricSnapshot {
        let text = try session.metrics()
        return MetricSnapshot(text, time: Double(SystemTime.monotonicNanoseconds()) / 1e9)
    }
}
