import StrongroomClient
import Testing

/// Answers as large as the daemon's own limits let them be.
@Suite struct `An answer` {
    private static func integration(_ number: Int, _ config: String) -> String {
        """
        {"id":"int_\(number)","name":"tickets","fullname":"tickets","account_id":"acc_1",\
        "provider":"jira","connector":"ticketing","provider_config":\(config),\
        "credential_id":null,"state":"enabled","created_at":"2026-01-02T03:04:05.000006Z",\
        "updated_at":"2026-01-02T03:04:05.000006Z"}
        """
    }

    private func read(_ integrations: [String]) throws -> [Integration] {
        var found: [Integration] = []
        let body = "{\"result\":[\(integrations.joined(separator: ","))]}"
        try withServer([[.whole(CannedServer.json("200 OK", body))]]) { connection, _ in
            found = try ManagementClient(connection, bearer: secret("sro_a")).integrations()
        }
        return found
    }

    @Test func `may be a list whose objects are as long as a provider_config can be`() throws {
        let byteCount = 16 * 1024
        let config = #"{"a":""# + String(repeating: "a", count: byteCount - 8) + "\"}"
        let count = 600
        // More than eight MiB.
        let found = try read((0..<count).map { Self.integration($0, config) })
        #expect(found.count == count)
        #expect(found.last?.providerConfig == config)
    }

    @Test func `may hold as many values as its objects can`() throws {
        // Two bytes a value: 8000 of them in each.
        let values = Array(repeating: "0", count: 4000).joined(separator: ",")
        let config = #"{"a":[\#(values)],"b":[\#(values)]}"#
        let count = 140
        #expect(try read((0..<count).map { Self.integration($0, config) }).count == count)
    }

    @Test func `may be as deep as what was sent, and the list around it`() throws {
        let config = String(repeating: #"{"a":"#, count: 7) + "1" + String(repeating: "}", count: 7)
        #expect(try read([Self.integration(1, config)]).map(\.providerConfig) == [config])
    }
}
