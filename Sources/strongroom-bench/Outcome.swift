/// What a load came to.
struct Outcome {
    let latencies: Latencies
    let unexpectedCount: UInt64
    let seconds: Double

    init(_ tally: Tally, seconds: Double) {
        latencies = tally.latencies
        unexpectedCount = tally.unexpectedCount
        self.seconds = seconds
    }

    var perSecond: Double { Double(latencies.count) / seconds }

    func text(_ options: Options) -> String {
        let pace = options.rate.map { ", \($0) due each second" } ?? ""
        let percentiles = [50, 99, 99.9].map { rounded(latencies.percentile($0)) }
        guard options.isJSON else {
            return """
                \(options.verb.rawValue): \(Int(perSecond)) requests/s, \
                \(options.connectionCount) connections x \(options.pipelineDepth) in flight\(pace)
                latency: p50 \(percentiles[0]) us, p99 \(percentiles[1]) us, \
                p99.9 \(percentiles[2]) us
                \(latencies.count) answers in \(rounded(seconds)) s, \(unexpectedCount) errors
                """
        }
        return """
            {"workload":"\(options.verb.rawValue)","connections":\(options.connectionCount),\
            "pipeline":\(options.pipelineDepth),"rate":\(options.rate.map(String.init) ?? "null"),\
            "seconds":\(rounded(seconds)),\
            "answers":\(latencies.count),"errors":\(unexpectedCount),\
            "requests_per_second":\(rounded(perSecond)),"p50_us":\(percentiles[0]),\
            "p99_us":\(percentiles[1]),"p999_us":\(percentiles[2])}
            """
    }
}

/// One figure that was measured alone.
struct Figure {
    let name: String
    let value: Double
    let unit: String

    func text(asJSON isJSON: Bool) -> String {
        isJSON
            ? "{\"figure\":\"\(name)\",\"value\":\(rounded(value)),\"unit\":\"\(unit)\"}"
            : "\(name): \(rounded(value)) \(unit)"
    }
}

/// To one decimal: more would be noise.
func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
