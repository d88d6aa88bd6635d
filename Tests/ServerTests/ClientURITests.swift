import Support
import Testing

/// Gateways that put their client's own URI behind their own part of the query.
@Suite struct `A client's URI behind the gateway's requirements` {
    @Test func `takes nothing away from what stands before it`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for query in [
                "?level=organization&client_uri=/a?level=integration",
                "?level=organization&client_uri=&level=integration", "?level=x&client_uri=",
                "?level=organization&client_uri", "?level=organization&client_uri=/a&client_uri=/b",
                "?level=integration&level=integration&client_uri=/a",
            ] {
                #expect(try daemon.verify(token, query).status == 403, "\(query)")
            }
        }
    }

    @Test func `is not read, whatever is in it`() throws {
        try DaemonUnderTest.run { daemon in
            let (organization, _, integration) = try daemon.makeTenant()
            for uri in [
                "/a?level=organization", "/a?account=nobody&integration=x&provider=%zz",
                "/a?x=1&inject=authorization&limit_status=1", "/a&permission=&client_uri=/b?c",
            ] {
                let query = "?level=integration&client_uri=" + uri
                let answer = try daemon.verify(integration.token.access, query)
                #expect(answer.status == 200, "\(uri)")
                #expect(answer["X-Strongroom-Upstream-Authorization"] == nil)
                #expect(try daemon.verify(organization.token.access, query).status == 403)
            }
        }
    }
}
