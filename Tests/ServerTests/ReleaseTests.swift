import Linux
import Server
import Support
import Synchronization
import Testing

@Suite struct `Many releases at once` {
    private static let connectionCount = 48
    private static let roundCount = 12

    /// A tenant's integration, and the only secrets that it may ever be given.
    private struct Holder {
        let token: String
        let credential: String
        let owner: String
        let name: String

        var target: String { "/v1/credentials/\(owner)/\(credential)" }

        func secret(_ version: Int) -> String { "secret-of-\(name)-\(version)" }

        func body(_ version: Int) -> String {
            #"{"type": "basic", "username": "robot", "secret": "\#(secret(version))"}"#
        }
    }

    private static func holder(
        _ daemon: DaemonUnderTest, _ root: String, _ name: String
    ) throws -> Holder {
        let account = try daemon.makeAccount(root, name)
        let body = #"{"type": "basic", "username": "robot", "secret": "secret-of-\#(name)-1"}"#
        let made = try daemon.makeIntegration(root, in: account, "i", credential: body)
        return Holder(
            token: made.token.access, credential: try #require(made.credential), owner: made.id,
            name: name)
    }

    @Test
    func `each is given its own, of the version that was told before it asked or a later one`()
        throws
    {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let roots = try ["left", "right"].map {
                try daemon.makeOrganization($0).token.access
            }
            let holders = try (0..<6).map { number in
                try Self.holder(daemon, roots[number % 2], "h\(number)")
            }
            let connections = try (0..<Self.connectionCount).map { _ in
                try daemon.connect(.gateway, timeoutSeconds: 30)
            }
            // What each was told last before it asks.
            var told = holders.map { _ in 1 }
            for round in 1...Self.roundCount {
                for (number, connection) in connections.enumerated() {
                    let holder = holders[number % holders.count]
                    try connection.send(Ask("POST", "/v1/credential", bearer: holder.token).text)
                }
                // Replaced while they are under way.
                var newest = told
                for (number, holder) in holders.enumerated() where number % 3 == round % 3 {
                    newest[number] += 1
                    let new = #"{"credential": \#(holder.body(newest[number]))}"#
                    let changed = try daemon.manage(roots[number % 2], "PUT", holder.target, new)
                    #expect(changed.status == 200)
                }
                for (number, connection) in connections.enumerated() {
                    let holder = holders[number % holders.count]
                    let answer = try connection.answer()
                    #expect(answer.status == 200 && connection.isQuiet)
                    #expect(answer.string("result.credential_id") == holder.credential)
                    let version = try #require(answer.number("result.version"))
                    #expect(answer.string("result.secret") == holder.secret(version))
                    let range = told[number % holders.count]...newest[number % holders.count]
                    #expect(range.contains(version))
                }
                told = newest
            }
            let releases = try daemon.events().filter { $0.event == "credential.release" }
            #expect(releases.count == Self.connectionCount * Self.roundCount)
            #expect(releases.allSatisfy { $0.summary == "credential.release allow -" })
            #expect(try daemon.metrics()[#"strongroom_queue_depth{queue="openings"}"#] == 0)
        }
    }

    @Test func `who is revoked while many wait is given nothing once that is told`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let root = try daemon.makeOrganization().token.access
            let holders = try (0..<4).map { try Self.holder(daemon, root, "h\($0)") }
            for holder in holders {
                let connections = try (0..<Self.connectionCount).map { _ in
                    try daemon.connect(.gateway, timeoutSeconds: 30)
                }
                let text = Ask("POST", "/v1/credential", bearer: holder.token).text
                for connection in connections { try connection.send(text) }
                let revoked = try daemon.ask(
                    .gateway, Ask(form: "token=\(holder.token)", to: "/v1/revoke"))
                #expect(revoked.status == 200)
                // Asked after that was told, on connections that still wait for their first answer.
                for connection in connections { try connection.send(text) }
                for connection in connections {
                    #expect([200, 401].contains(try connection.answer().status))
                    #expect(try connection.answer().status == 401)
                }
            }
        }
    }
}
