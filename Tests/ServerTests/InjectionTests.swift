import Crypto
import Linux
import Server
import Support
import Testing

@Suite struct `Injection and release` {
    private static func options(mayInject: Bool) -> DaemonUnderTest.Options {
        var options = DaemonUnderTest.Options()
        if mayInject { options.configuration.inject = PeerPolicy(uids: [ProcessHygiene.ownUID]) }
        return options
    }

    private static let header = "X-Strongroom-Upstream-Authorization"

    @Test func `a peer that may not inject is refused`() throws {
        try DaemonUnderTest.run(Self.options(mayInject: false)) { daemon in
            let token = try daemon.makeTenant().integration.token.access
            let answer = try daemon.verify(token, "?inject=authorization")
            #expect(answer.status == 403 && answer[Self.header] == nil)
            #expect(try daemon.summary(of: answer) == "token.verify deny not_injectable")
        }
    }

    @Test(arguments: [
        ("jira", #"{"type": "o_auth_client", "client_id": "i", "client_secret": "s"}"#),
        ("jira", #"{"type": "basic", "username": "a:b", "secret": "s"}"#),
        ("splunk", #"{"type": "token", "secret": "two\r\nlines"}"#),
        ("splunk", #"{"type": "token", "secret": "sp ace"}"#),
    ])
    func `what no header can carry is refused`(_ provider: String, _ credential: String) throws {
        try DaemonUnderTest.run(Self.options(mayInject: true)) { daemon in
            let whole = try daemon.makeOrganization().token.access
            let account = try daemon.makeAccount(whole)
            let integration = try daemon.makeIntegration(
                whole, in: account, provider: provider, credential: credential)
            let answer = try daemon.verify(integration.token.access, "?inject=authorization")
            #expect(answer.status == 403 && answer[Self.header] == nil)
            #expect(try daemon.event(of: answer).reason == "not_injectable")
        }
    }

    @Test func `only an integration's own token is given a credential`() throws {
        try DaemonUnderTest.run(Self.options(mayInject: true)) { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let whole = organization.token.access
            let bare = try daemon.makeIntegration(
                whole, in: account, "bare", provider: "splunk", credential: nil)
            for query in ["", "&account=tenant&integration=tickets"] {
                let answer = try daemon.verify(whole, "?inject=authorization" + query)
                #expect(answer.status == 403 && answer[Self.header] == nil)
            }
            let without = try daemon.verify(bare.token.access, "?inject=authorization")
            #expect(without.status == 403 && without[Self.header] == nil)
            let stricter = "?inject=authorization&provider=splunk"
            #expect(try daemon.verify(integration.token.access, stricter).status == 403)
            let good = try daemon.verify(integration.token.access, "?inject=authorization")
            #expect(good[Self.header] == "Basic cm9ib3Q6c3dvcmRmaXNo")
        }
    }

    @Test(arguments: [
        ("jira", #"{"type": "basic", "username": "robot", "secret": "a:b"}"#, "Basic cm9ib3Q6YTpi"),
        ("splunk", #"{"type": "token", "secret": "t0k3n"}"#, "Bearer t0k3n"),
    ])
    func `a credential is put into the answer as a ready header value`(
        _ provider: String, _ credential: String, _ value: String
    ) throws {
        try DaemonUnderTest.run(Self.options(mayInject: true)) { daemon in
            let whole = try daemon.makeOrganization().token.access
            let account = try daemon.makeAccount(whole)
            let integration = try daemon.makeIntegration(
                whole, in: account, provider: provider, credential: credential)
            for _ in 0..<2 {
                let answer = try daemon.verify(integration.token.access, "?inject=authorization")
                #expect(answer.status == 200 && answer[Self.header] == value)
                let event = try daemon.event(of: answer)
                #expect(event.summary == "credential.release allow -")
                #expect(event["object_id"] == integration.credential)
            }
            #expect(try daemon.verify(integration.token.access)[Self.header] == nil)
        }
    }

    @Test func `an injected credential does not stay in memory`() throws {
        try DaemonUnderTest.run(Self.options(mayInject: true), isAudited: false) { daemon in
            let whole = try daemon.makeOrganization().token.access
            let account = try daemon.makeAccount(whole)
            // The encoded form exists on the daemon's side only, and in what is wiped below.
            let secret = "Zebra-\(UInt32.random(in: 1...(.max)))-quagga"
            let integration = try daemon.makeIntegration(
                whole, in: account,
                credential: #"{"type": "basic", "username": "robot", "secret": "\#(secret)"}"#)
            let request = Ask(
                "GET", "/v1/verify?inject=authorization", bearer: integration.token.access)
            for _ in 0..<8 {
                let count = try Self.askAndWipe(daemon.path(.gateway), request.text)
                #expect(count > 0)
            }
            let needle = MaskedText(base64Of: Array("robot:\(secret)".utf8))
            #expect(try needle.countInMemory() == 0)
        }
    }

    /// Sends and reads without keeping a byte; returns how many came.
    private static func askAndWipe(_ path: String, _ text: String) throws -> Int {
        let socket = try UnixSocket.connect(to: path)
        try UnixSocket.setTimeout(10, of: socket)
        let bytes = Array(text.utf8)
        try unsafe socket.writeAll(bytes.span.bytes)
        var answer = [UInt8](repeating: 0, count: 4096)
        defer { Wiping.wipe(&answer) }
        var span = answer.mutableSpan
        var raw = unsafe span.mutableBytes
        return try socket.read(into: &raw)
    }
}
