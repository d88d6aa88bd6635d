import Support
import Wire

/// Texts of the tests as the bytes that the parsers take.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func parseRequest(_ text: String, limits: HTTPLimits = HTTPLimits()) -> RequestParse {
    let raw = bytes(text)
    return parseRequestHead(raw.span, limits: limits)
}

extension RequestParse {
    var fault: RequestFault? {
        guard case .refused(let fault) = self else { return nil }
        return fault
    }

    var head: RequestHead? {
        guard case .complete(let head) = self else { return nil }
        return head
    }

    var isIncomplete: Bool {
        guard case .incomplete = self else { return false }
        return true
    }
}

extension ResponseParse {
    var head: ResponseHead? {
        guard case .complete(let head) = self else { return nil }
        return head
    }

    var isRefused: Bool {
        guard case .refused = self else { return false }
        return true
    }

    var isIncomplete: Bool {
        guard case .incomplete = self else { return false }
        return true
    }
}

/// The part of `raw` that a range of a parse names.
func text(_ raw: [UInt8], _ range: Range<Int>?) -> String? {
    range.map { String(decoding: raw[$0], as: UTF8.self) }
}

/// Inputs that differ from a sample in a few bytes, cuts, copies and repetitions.
struct Mutator {
    private var generator: SeededGenerator
    private let samples: [[UInt8]]

    init(samples: [String], seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        self.samples = samples.map(bytes)
    }

    mutating func next() -> [UInt8] {
        var input = samples[Int.random(in: 0..<samples.count, using: &generator)]
        for _ in 0..<Int.random(in: 1...6, using: &generator) { mutate(&input) }
        return input
    }

    private mutating func mutate(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return input.append(.random(in: 0...255, using: &generator)) }
        let index = Int.random(in: 0..<input.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: input[index] = .random(in: 0...255, using: &generator)
        case 1: input.remove(at: index)
        case 2: input.insert(.random(in: 0...255, using: &generator), at: index)
        case 3: input.removeSubrange(index...)
        case 4: input.insert(contentsOf: input[..<index], at: index)
        default: input[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
    }
}

// `#expect` cannot hand on a span, so the tests' accessors take arrays.
extension JSONValue {
    func string(_ raw: [UInt8]) -> String? { string(raw.span) }
    func integer(_ raw: [UInt8]) -> Int64? { integer(raw.span) }
    func bool(_ raw: [UInt8]) -> Bool? { bool(raw.span) }
    func member(_ name: StaticString, _ raw: [UInt8]) -> JSONValue? { member(name, raw.span) }
    func isNamed(_ name: StaticString, _ raw: [UInt8]) -> Bool { isNamed(name, raw.span) }
    func stringByteCount(_ raw: [UInt8]) -> Int? { stringByteCount(raw.span) }
    func minified(_ raw: [UInt8]) -> [UInt8] { minified(raw.span) }
}

extension JSONObjectReader {
    mutating func string(_ name: StaticString, _ raw: [UInt8]) throws -> String {
        try string(name, raw.span)
    }
    mutating func optionalString(_ name: StaticString, _ raw: [UInt8]) throws -> String? {
        try optionalString(name, raw.span)
    }
    mutating func optionalBool(_ name: StaticString, _ raw: [UInt8]) throws -> Bool? {
        try optionalBool(name, raw.span)
    }
    mutating func optionalStringArray(_ name: StaticString, _ raw: [UInt8]) throws -> [String]? {
        try optionalStringArray(name, raw.span)
    }
    mutating func optionalObject(_ name: StaticString, _ raw: [UInt8]) throws -> JSONValue? {
        try optionalObject(name, raw.span)
    }
    mutating func optionalValue(_ name: StaticString, _ raw: [UInt8]) -> JSONValue? {
        optionalValue(name, raw.span)
    }
}

func parseRequest(_ raw: [UInt8]) -> RequestParse { parseRequestHead(raw.span) }

func parseDocument(_ raw: [UInt8]) throws -> JSONDocument { try JSONDocument.parse(raw.span) }
