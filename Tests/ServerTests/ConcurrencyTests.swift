import Linux
import Server
import Support
import Synchronization
import Testing

@Suite struct `Many callers at once` {
    private static let callerCount = 64
    private static let questionCount = 160

    /// What one caller saw; shared with the thread that it asks on.
    private final class Caller: Sendable {
        private let state = Mutex(State())

        struct State {
            var foreign = 0
            var allowed = 0
            var refused = 0
            var failure: String?
        }

        func note(_ answer: RawAnswer, of token: HeldToken) {
            state.withLock { state in
                switch answer.status {
                case 200 where answer["X-Strongroom-Token"] == token.id: state.allowed += 1
                case 401, 403: state.refused += 1
                default: state.foreign += 1
                }
            }
        }

        func fail(_ error: any Error) { state.withLock { $0.failure = "\(error)" } }
        var seen: State { state.withLock { $0 } }
    }

    @Test func `nobody is ever given another's identity`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.ioThreads = 2
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let organizations = try (0..<4).map { try daemon.makeOrganization("o\($0)") }
            let tokens = try (0..<Self.callerCount).map { number in
                try HeldToken(
                    daemon.manage(
                        organizations[number % 4].token.access, "POST", "/v1/tokens",
                        #"{"permission_set": "viewer"}"#), at: "result")
            }
            let callers = tokens.map { _ in Caller() }
            let threads = try zip(tokens, callers).map { token, caller in
                try Linux.Thread("caller") {
                    do {
                        try Self.ask(daemon, token, caller)
                    } catch {
                        caller.fail(error)
                    }
                }
            }
            try Self.disturb(daemon, organizations, tokens)
            for thread in threads { thread.join() }
            for caller in callers {
                let seen = caller.seen
                #expect(seen.failure == nil && seen.foreign == 0)
                #expect(seen.allowed + seen.refused == Self.questionCount)
            }
            #expect(callers.contains { $0.seen.refused > 0 })
            let events = try daemon.events().filter { $0.event == "token.verify" }
            #expect(events.count == Self.callerCount * Self.questionCount)
        }
    }

    /// In flights of eight, so that answers of several batches are under way.
    private static func ask(
        _ daemon: DaemonUnderTest, _ token: HeldToken, _ caller: Caller
    ) throws {
        let connection = try daemon.connect(.gateway, timeoutSeconds: 30)
        let text = Ask("GET", "/v1/verify", bearer: token.access).text
        for _ in 0..<questionCount / 8 {
            try connection.send(String(repeating: text, count: 8))
            for _ in 0..<8 { caller.note(try connection.answer(), of: token) }
        }
    }

    /// Rotations, changes of state and resets while the others ask.
    private static func disturb(
        _ daemon: DaemonUnderTest, _ organizations: [HeldOrganization], _ tokens: [HeldToken]
    ) throws {
        for round in 0..<12 {
            let number = round % 4
            let whole = organizations[number].token.access
            let path = "organizations/o\(number)"
            for verb in ["rotate", "reset"] where number != 3 || verb == "rotate" {
                let target = "/v1/tokens/\(tokens[round * 4 + number].id)/\(verb)"
                #expect(try daemon.manage(whole, "PUT", target).status == 200)
            }
            for state in ["disabled", "enabled"] {
                let json = #"{"state": "\#(state)"}"#
                #expect(try daemon.operate("PATCH", path, json).status == 200)
            }
        }
    }
}
