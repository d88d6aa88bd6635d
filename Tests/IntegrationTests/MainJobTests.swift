import Foundation
import StrongroomClient
import Testing

@Suite struct MainJobTests {
    @Test func `the main job goes as it should and all of it is on the log`() throws {
        try Site.serving { site in
            let job = MainJob(site)
            try job.run()
            var query = ListQuery()
            query.limit = 1000
            query.order = "seq[asc]"
            let events = try site.operators.auditEvents(query)
            #expect(events.map(\.sequence) == Array(0..<Int64(events.count)))
            let start = try #require(events.firstIndex { $0.event == "vault.start" })
            let asked = events.dropFirst(start + 1)
            let found = asked.prefix(job.expected.count).map(MainJob.Expected.init)
            #expect(found.count == job.expected.count)
            for (found, expected) in zip(found, job.expected) { #expect(found == expected) }
            #expect(asked.dropFirst(job.expected.count).map(\.event) == ["audit.list"])
            #expect(events.allSatisfy { $0.peerUID == Int64(geteuid()) })
        }
    }

    @Test func `the log is proved by the daemon and then from the files of the stopped vault`()
        throws
    {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let asked = try site.strongroom("audit", "verify")
            #expect(asked.status == 0)
            #expect(asked.text.contains("proved"))
            let checkpoint = try site.strongroom("audit", "checkpoint")
            let note = try site.file("earlier.note", checkpoint.text)
            _ = try site.gateway.verify(tenant.integrationToken.access)
            #expect(try site.stop().status == 0)
            let read = try site.strongroom(
                "audit", "verify", "--data", site.data, "--checkpoint", note)
            #expect(read.status == 0, "\(read.errorText)")
            #expect(read.text.contains("proved: every record is under a signed checkpoint"))
        }
    }

    @Test func `a proof from files has every member that the daemon's has`() throws {
        try Site.serving { site in
            func members(_ arguments: String...) throws -> Set<String> {
                let run = try site.execute(
                    Programs.commandLine(), ["audit", "verify", "--json"] + arguments)
                let json = try JSONSerialization.jsonObject(with: Data(run.text.utf8))
                let root = try #require(json as? [String: Any])
                return Set(try #require(root["result"] as? [String: Any]).keys)
            }
            let told = try members()
            #expect(try site.stop().status == 0)
            let proved = try members("--data", site.data)
            #expect(told.isSubset(of: proved), "\(told.subtracting(proved))")
        }
    }

    @Test func `the log of a vault that is served is not read from its files`() throws {
        try Site.serving { site in
            let read = try site.strongroom("audit", "verify", "--data", site.data)
            #expect(read.status == 1)
            #expect(read.errorText.contains("another daemon uses"))
        }
    }

    @Test(arguments: ["OPTIONS", "PATCH", "DELETE", "PROPFIND", "HEAD"])
    func `a verification takes any method and answers by the header alone`(method: String) throws {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let secret = tenant.integrationToken.access.clear
            let head =
                "\(method) /v1/verify/some/path?unknown=1 HTTP/1.1\r\nHost: x\r\n"
                + "Authorization: Bearer \(secret)\r\n"
            let allowed = try RawExchange.send(
                head + "Content-Length: 500000\r\n\r\n", to: site.gateway.connection.path)
            #expect(allowed.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(allowed.contains("\r\nContent-Length: 0\r\n"))
            #expect(allowed.contains("\r\nConnection: close\r\n"))
            let twice = try RawExchange.send(
                head + "Authorization: Bearer \(secret)\r\nConnection: close\r\n\r\n",
                to: site.gateway.connection.path)
            #expect(twice.hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test func `a disabled organization and a deleted account are refused at the next use`() throws
    {
        try Site.serving { site in
            let tenant = try Tenant(site)
            let token = tenant.integrationToken.access
            let id = tenant.organization.id
            _ = try site.gateway.verify(token)
            _ = try site.operators.updateOrganization(id, state: .disabled)
            #expect(try refusedStatus { try site.gateway.verify(token) } == 403)
            #expect(try refusedStatus { try tenant.manager(site).accounts() } == 402)
            _ = try site.operators.updateOrganization(id, state: .enabled)
            _ = try site.gateway.verify(token)
            try tenant.manager(site).deleteAccount("tenant-1")
            #expect(try refusedStatus { try site.gateway.verify(token) } == 401)
            #expect(try refusedStatus { try tenant.manager(site).account("tenant-1") } == 404)
        }
    }

    @Test func `one tenant's token finds nothing of another's`() throws {
        try Site.serving { site in
            let (own, other) = (try Tenant(site, "acme"), try Tenant(site, "globex"))
            let manager = own.manager(site)
            func text(_ path: String) throws -> String {
                let answer = JSONAnswer(try site.admin.request(.get, path, bearer: manager.bearer))
                #expect(answer.status == 404)
                return try answer.response.text
                    .replacing(answer.text("request_id"), with: "")
            }
            let absent = try text("/v1/accounts/acc_0000000000000000000000")
            #expect(try text("/v1/accounts/\(other.account.id)") == absent)
            #expect(try text("/v1/tokens/\(other.organizationToken.token.id)") == absent)
            #expect(try text("/v1/integrations/\(other.account.id)/tickets") == absent)
            #expect(try manager.accounts().map(\.id) == [own.account.id])
        }
    }
}
