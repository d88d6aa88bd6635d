import Glibc
import Server
import Support
import Testing

/// What one batch lets go: who asked first, and who was held first, need not be the same.
@Suite struct `Answers of one batch` {
    private static func ask(_ method: String, _ target: String, _ bearer: String) -> String {
        Ask(method, target, bearer: bearer).text
    }

    @Test func `each comes back to who asked, in whatever order they asked`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let tenants = try ["left", "right"].map { try daemon.makeTenant($0).integration }
            let (left, right) = (tenants[0], tenants[1])
            let verify = Self.ask("GET", "/v1/verify", left.token.access)
            let unmet = Self.ask("GET", "/v1/verify?account=tenant", right.token.access)
            let connections = try (0..<4).map { _ in try daemon.connect(.gateway) }
            for round in 0..<150 {
                // While the loop is busy with these, the others come, and are taken together.
                try connections[0].send(String(repeating: verify, count: 32))
                // More than a share, and then something that the store's owner answers.
                try connections[1].send(
                    String(repeating: verify, count: 33 + round % 40)
                        + Self.ask("POST", "/v1/credential", left.token.access))
                try connections[2].send(Self.ask("POST", "/v1/credential", right.token.access))
                try connections[3].send(unmet)
                let asked = try connections[2].answer()
                #expect(asked.string("result.credential_id") == right.credential)
                #expect(try connections[3].answer()["X-Strongroom-Token"] == right.token.id)
                for connection in connections.prefix(2) {
                    let count = connection === connections[0] ? 32 : 33 + round % 40
                    for _ in 0..<count {
                        #expect(try connection.answer()["X-Strongroom-Token"] == left.token.id)
                    }
                }
                let last = try connections[1].answer()
                #expect(last.string("result.credential_id") == left.credential)
            }
        }
    }

    @Test func `of batches of which one has no room, none overtakes the other`() throws {
        let room = Room()
        var options = DaemonUnderTest.Options()
        options.engine = .memory(room)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let health = Ask("GET", "/healthz").text
            let absent = Ask("GET", "/nothing-here").text
            for _ in 0..<4 {
                let connections = try (0..<3).map { _ in try daemon.connect(.gateway) }
                (room.changeCountMax, room.isHeld) = (0, true)
                defer { room.isHeld = false }
                try connections[0].send(absent)
                try daemon.wait { room.isHolding }
                // The owner finds these two when he has seen that there is no room: one with a record
                // and one without.
                for (connection, text) in zip(connections.dropFirst(), [health, absent]) {
                    try connection.send(text)
                    usleep(20_000)
                }
                room.isHeld = false
                for connection in connections { #expect(try connection.answer().status == 503) }
                room.changeCountMax = .max
                try daemon.waitUntilHealthy()
            }
        }
    }
}
