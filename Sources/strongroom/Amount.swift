/// Numbers for people: as many digits as say something.
enum Amount {
    /// A second; `-` for what is not known.
    static func rate(_ value: Double?) -> String { number(value) + "/s" }

    static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "-" }
        if value < 10, value != value.rounded() { return tenths(value) }
        return grouped(Int(value.rounded()))
    }

    /// - Parameter seconds: what is shown in the unit that fits.
    static func time(_ seconds: Double) -> String {
        if seconds < 0.001 { return "\(Int((seconds * 1_000_000).rounded())) µs" }
        if seconds < 1 { return tenths(seconds * 1000) + " ms" }
        return tenths(seconds) + " s"
    }

    static func percent(_ part: Double) -> String { tenths(part * 100) + " %" }

    static func bytes(_ count: Double?) -> String {
        guard let count else { return "-" }
        if count < 1024 { return "\(Int(count)) B" }
        if count < 1024 * 1024 { return tenths(count / 1024) + " KiB" }
        return tenths(count / 1024 / 1024) + " MiB"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// In threes.
    private static func grouped(_ value: Int) -> String {
        var text = ""
        for (place, digit) in String(value).reversed().enumerated() {
            if place > 0, place % 3 == 0, digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
