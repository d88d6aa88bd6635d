/// The text format of OpenMetrics 1.0, one family after the other.
struct MetricWriter {
    enum Kind: String { case counter, gauge, histogram }

    enum Value {
        case whole(UInt64)
        /// Shown as seconds.
        case nanoseconds(UInt64)
    }

    private var text: [UInt8] = []
    private var name: StaticString = ""
    private var kind = Kind.gauge

    init() { text.reserveCapacity(16_384) }

    /// Begins a family; its samples come next.
    mutating func family(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        self.name = name
        self.kind = kind
        text.append(text: "# TYPE \(name) \(kind.rawValue)\n# HELP \(name) \(help)\n")
    }

    mutating func gauge(_ name: StaticString, _ help: StaticString, _ value: some BinaryInteger) {
        family(name, .gauge, help)
        sample(UInt64(clamping: value))
    }

    mutating func sample(_ value: UInt64) { sample(.whole(value)) }

    mutating func sample(_ value: Value) {
        text.append(text: name)
        if kind == .counter { text.append(text: "_total" as StaticString) }
        append(value)
    }

    /// One of several, told apart by a label of ours.
    mutating func sample(_ label: StaticString, _ word: StaticString, _ value: UInt64) {
        let suffix: StaticString = kind == .counter ? "_total" : ""
        text.append(text: "\(name)\(suffix){\(label)=\"\(word)\"}")
        append(.whole(value))
    }

    /// - Parameters:
    ///   - bound: the greatest value of the bucket; nil for the one without.
    ///   - count: of this bucket and all before it.
    mutating func bucket(_ bound: Value?, _ count: UInt64) {
        text.append(text: name)
        text.append(text: "_bucket{le=\"" as StaticString)
        if let bound {
            text.append(text: Self.canonical(bound))
        } else {
            text.append(text: "+Inf" as StaticString)
        }
        text.append(text: "\"}" as StaticString)
        append(.whole(count))
    }

    mutating func summary(sum: Value, _ count: UInt64) {
        text.append(text: "\(name)_sum")
        append(sum)
        text.append(text: "\(name)_count")
        append(.whole(count))
    }

    mutating func finish() -> [UInt8] {
        text.append(text: "# EOF\n" as StaticString)
        return text
    }

    private mutating func append(_ value: Value) {
        text.append(32)
        switch value {
        case .whole(let number): text.append(decimal: number)
        case .nanoseconds: text.append(text: Self.canonical(value))
        }
        text.append(10)
    }

    /// With a point in any case, and no zeros at the end but one: the format's canonical number.
    private static func canonical(_ value: Value) -> String {
        switch value {
        case .whole(let number): return "\(number).0"
        case .nanoseconds(let count):
            var digits = String(count % 1_000_000_000 + 1_000_000_000).dropFirst()
            while digits.count > 1, digits.last == "0" { digits.removeLast() }
            return "\(count / 1_000_000_000).\(digits)"
        }
    }
}
