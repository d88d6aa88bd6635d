import Server
import Support
import Testing
import Vault

/// Lengths of time and moments that are too long, too short, or none at all.
@Suite struct `Bad durations and times` {
    static let durations = [
        "0s", "-1s", "-0s", "+1s", "", "s", "10", "1 h", "1h ", "1H", "1d", "1h1h", "1m1h", "1e3s",
        "0x1h", "1..5h", ".5h", "0.0000001s", "NaN", "inf", "9223372036854775807us",
        "9223372036854775808us", "2562047788h", "99999999999999999999h", "٣h",
        String(repeating: "1", count: 64) + "h",
    ]

    @Test(arguments: durations)
    func `a lifetime that cannot be is refused wherever one is taken`(text: String) throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            let member = try daemon.makeMember(token, "ann", roles: ["viewer"])
            let span = #""token_ttl": "\#(text)""#
            let cases: [(method: String, target: String, body: String)] = [
                ("POST", "tokens", #"{"permission_set": "viewer", \#(span)}"#),
                ("POST", "accounts/\(account)/tokens", #"{"permission_set": "viewer", \#(span)}"#),
                ("POST", "tokens/\(account)/\(integration.id)", "{\(span)}"),
                ("POST", "members", #"{"name": "bob", \#(span)}"#),
                ("PATCH", "members/\(member)", "{\(span)}"),
                ("POST", "members/\(member)/tokens", "{\(span)}"),
                (
                    "POST", "auth/logon/acme",
                    #"{"name": "ann", "secret": "correct horse battery", \#(span)}"#
                ),
            ]
            for (method, target, body) in cases {
                let answer = try daemon.manage(token, method, "/v1/" + target, body)
                // Nobody is told more than that the log-on is wrong.
                let isLogOn = target.hasPrefix("auth/") && answer.status == 401
                #expect(answer.status == 422 || isLogOn, "\(target) \(body): \(answer.text)")
            }
        }
    }

    @Test func `a grace that cannot be is refused, and nothing has been renewed`() throws {
        try DaemonUnderTest.run { daemon in
            let organization = try daemon.makeOrganization()
            let token = organization.token
            for text in Self.durations + ["169h", "168h0.000001s"] where text != "0s" {
                let body = #"{"grace": "\#(text)"}"#
                for verb in ["rotate", "refresh"] {
                    let answer = try daemon.manage(
                        token.access, "PUT", "/v1/tokens/\(token.id)/\(verb)", body)
                    #expect(answer.status == 422, "\(verb) \(body): \(answer.text)")
                }
                let operated = try daemon.operate(
                    "POST", "organizations/acme/token/rotate", body)
                #expect(operated.status == 422)
            }
            #expect(try daemon.verify(token.access).status == 200)
            let longest = try daemon.manage(
                token.access, "PUT", "/v1/tokens/\(token.id)/rotate", #"{"grace": "168h"}"#)
            #expect(longest.status == 200)
            let none = try daemon.operate(
                "POST", "organizations/acme/token/rotate", #"{"grace": "0s"}"#)
            #expect(none.status == 200 && none.value("result.secondary") == nil)
            #expect(try daemon.verify(token.access).status == 401)
        }
    }

    @Test(arguments: [
        "", "now", "0", "2027-01-15", "2027-01-15T08:00:00", "2027-01-15 08:00:00Z",
        "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-01-15T24:00:00Z",
        "2027-01-15T08:00:60Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z", "2027-01-15T08:00:00.Z",
    ])
    func `a time that is none is refused`(text: String) throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            let body = #"{"expires": "\#(text)", "credential": \#(DaemonUnderTest.basic)}"#
            let made = try daemon.manage(token, "POST", "/v1/credentials/\(account)", body)
            #expect(made.status == 422, "\(made.text)")
            let own = try #require(integration.credential)
            let target = "/v1/credentials/\(integration.id)/\(own)"
            #expect(try daemon.manage(token, "PUT", target, body).status == 422)
        }
    }

    @Test func `the first and the last moment are moments like any other`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, account, integration) = try daemon.makeTenant()
            let token = organization.token.access
            let (first, last) = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")
            let own = try #require(integration.credential)
            let target = "/v1/credentials/\(integration.id)/\(own)"
            for (moment, status) in [(first, 404), (last, 200)] {
                let body = #"{"expires": "\#(moment)", "credential": \#(DaemonUnderTest.basic)}"#
                let changed = try daemon.manage(token, "PUT", target, body)
                #expect(changed.status == 200, "\(changed.text)")
                let release = Ask("POST", "/v1/credential", bearer: integration.token.access)
                #expect(try daemon.ask(.gateway, release).status == status, "\(moment)")
            }
            for (comparison, isThere) in [
                ("lt]\(first)", false), ("gt]\(first)", true), ("gt]\(last)", false),
                ("lte]\(last)", true),
            ] {
                let list = try daemon.manage(
                    token, "GET", "/v1/accounts?filter=created_at[\(comparison)")
                #expect(list.string("result.0.id") == (isThere ? account : nil), "\(comparison)")
            }
        }
    }

    @Test func `at the end of the calendar a token ends with it`() throws {
        try DaemonUnderTest.run { daemon in
            let first = try daemon.makeOrganization()
            daemon.clock.set(Instant.latest.advanced(by: .hours(-1)))
            #expect(try daemon.verify(first.token.access).status == 401)
            let made = try daemon.makeOrganization("late")
            let token = made.token.access
            let end = "9999-12-31T23:59:59.999999Z"
            let read = try daemon.manage(token, "GET", "/v1/tokens/\(made.token.id)")
            #expect(read.string("result.expires") == end, "\(read.text)")
            let body = #"{"permission_set": "viewer", "token_ttl": "8760h"}"#
            let child = try daemon.manage(token, "POST", "/v1/tokens", body)
            #expect(child.string("result.expires") == end, "\(child.text)")
            let renewed = try daemon.manage(token, "PUT", "/v1/tokens/\(made.token.id)/rotate")
            #expect(renewed.string("result.primary.access.expires") == end, "\(renewed.text)")
            daemon.clock.set(.latest)
            #expect(try daemon.verify(token).status == 401)
        }
    }
}
