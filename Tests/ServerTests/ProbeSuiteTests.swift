import Server
import Support
import Testing

@Suite struct `The public HTTP/1.1 suite` {
    /// Its body would be refused if it were read; on this route no body ever is (2-gateways,
    /// rule 1): the answer goes by the header block, and the connection ends with it.
    private static let bodyNeverRead: Set<String> = ["SMUG-CHUNK-INVALID-SIZE-DESYNC@verify"]

    @Test(.enabled(if: SharedData.has(ProbeCase.path), "shared test data is not beside the tree"))
    func `every case ends in one of the ways that the suite accepts`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.headerSeconds = 1
        options.configuration.limits.bodySeconds = 1
        try DaemonUnderTest.run(options) { daemon in
            let (_, _, integration) = try daemon.makeTenant()
            let cases = try ProbeCase.load(token: integration.token.access)
            #expect(cases.count >= 270)
            for probe in cases {
                let seconds = probe.accept.contains("silent") ? 1 : 5
                let connection = try daemon.connect(.gateway, timeoutSeconds: seconds)
                let outcome = try ProbeOutcome(probe, on: connection)
                var accept = probe.accept
                if Self.bodyNeverRead.contains(probe.id) { accept = ["ok+close"] }
                let isAccepted = accept.contains { outcome.isCalled($0) }
                #expect(isAccepted, "\(probe.id): \(outcome), accepted are \(accept)")
                for condition in probe.conditions {
                    #expect(outcome.meets(condition), "\(probe.id): \(condition)")
                }
            }
        }
    }
}
