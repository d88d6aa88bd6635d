import Server
import Support
import Testing

@Suite struct `What the metrics say` {
    private static func refused(_ reason: String) -> String {
        "strongroom_refusals_total{reason=\"\(reason)\"}"
    }

    @Test func `refusals count by the reason that the log has`() throws {
        try DaemonUnderTest.run { daemon in
            let tenant = try daemon.makeTenant()
            let token = tenant.integration.token
            let before = try daemon.metrics()
            let cases: [(bearer: String?, reason: String)] = [
                (nil, "no_token"), ("x", "malformed_token"), (token.refresh, "wrong_kind"),
            ]
            for (bearer, reason) in cases {
                let answer = try daemon.ask(.gateway, Ask("GET", "/v1/verify", bearer: bearer))
                #expect(answer.status == 401)
                #expect(try daemon.event(of: answer).reason == reason)
            }
            let narrow = "/v1/verify?level=organization"
            _ = try daemon.ask(.gateway, Ask("GET", narrow, bearer: token.access))
            _ = try daemon.ask(.gateway, Ask("GET", "/v1/nothing"))
            _ = try daemon.ask(.gateway, Ask(form: "token=x", to: "/v1/introspect"))
            let after = try daemon.metrics()
            for (reason, count) in [
                ("no_token", 1.0), ("malformed_token", 2), ("wrong_kind", 1),
                ("insufficient_scope", 1), ("route_absent", 1), ("expired", 0),
            ] {
                let name = Self.refused(reason)
                #expect(after[name] - before[name] == count, "\(reason)")
            }
            let denied = "strongroom_verifications_denied_total"
            #expect(after[denied] - before[denied] == 4)
        }
    }

    @Test func `a connection too many counts as refused`() throws {
        var options = DaemonUnderTest.Options()
        options.configuration.limits.gatewayConnectionsMax = 16
        try DaemonUnderTest.run(options) { daemon in
            let held = try (0..<16).map { _ in try daemon.connect(.gateway) }
            #expect(try daemon.connect(.gateway).answer().status == 503)
            let metrics = try daemon.metrics()
            #expect(metrics[Self.refused("too_many_connections")] == 1)
            #expect(metrics["strongroom_connections_refused_total"] == 1)
            #expect(metrics["strongroom_open_connections"] >= 16)
            for connection in held { #expect(connection.isQuiet) }
        }
    }

    @Test func `every verification counts once, by outcome, and is in the histogram`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for _ in 0..<10 { #expect(try daemon.verify(token).status == 200) }
            #expect(try daemon.verify("x").status == 401)
            let count = "strongroom_verification_seconds_count"
            let metrics = try daemon.metrics { $0[count] == 11 }
            #expect(metrics[count] == 11)
            #expect(metrics["strongroom_verification_seconds_sum"] > 0)
            #expect(metrics["strongroom_verifications_allowed_total"] == 10)
            #expect(metrics["strongroom_verifications_denied_total"] == 1)
            // The first one has to be read; what is no token is not looked for.
            #expect(metrics["strongroom_cache_misses_total"] == 1)
            #expect(metrics["strongroom_cache_hits_total"] == 9)
            #expect(metrics["strongroom_cache_records"] >= 1)
            #expect(metrics["strongroom_cache_bytes"] >= 640)
            #expect(metrics["strongroom_known_row_bytes"] >= 640)
        }
    }

    @Test func `commits are in the histograms, with all their records`() throws {
        try DaemonUnderTest.run { daemon in
            let token = try daemon.makeTenant().integration.token.access
            for _ in 0..<5 { #expect(try daemon.verify(token).status == 200) }
            let metrics = try daemon.metrics()
            let records = metrics["strongroom_commit_records_sum"]
            #expect(records == metrics["strongroom_audit_size"])
            #expect(records == metrics["strongroom_audit_records_total"])
            #expect(metrics["strongroom_commit_seconds_count"] >= 5)
            #expect(
                metrics["strongroom_commit_seconds_count"]
                    == metrics["strongroom_commit_records_count"])
            #expect(metrics["strongroom_store_full"] == 0)
        }
    }

    @Test func `the text is well-formed, and names nobody`() throws {
        try DaemonUnderTest.run { daemon in
            let tenant = try daemon.makeTenant()
            #expect(try daemon.verify(tenant.integration.token.access).status == 200)
            let text = try daemon.ask(.admin, Ask("GET", "/metrics")).text
            let metrics = try MetricsText(text)
            #expect(Set(metrics.types.keys) == Set(metrics.helps.keys))
            #expect(metrics.labels == ["le", "reason", "queue"])
            #expect(text.firstMatch(of: #/(org|acc|int|tok|mem|crd)_[0-9A-Za-z]{22}/#) == nil)
            let histograms = metrics.types.filter { $0.value == "histogram" }.keys
            #expect(histograms.count == 3)
            for family in histograms {
                let buckets = metrics.buckets(family)
                #expect(buckets.last?.bound == "+Inf")
                #expect(buckets.last?.count == metrics[family + "_count"])
                let counts = buckets.map(\.count)
                #expect(counts == counts.sorted())
                let bounds = buckets.dropLast().compactMap { Double($0.bound) }
                #expect(bounds.count == buckets.count - 1 && bounds == bounds.sorted())
            }
            for queue in [
                "store", "requests", "batches", "reads", "searches", "hashing", "openings",
                "epochs",
            ] {
                #expect(metrics["strongroom_queue_depth{queue=\"\(queue)\"}"] >= 0, "\(queue)")
            }
        }
    }
}
