/// Checks a JSON text (RFC 8259) and lists its nodes.
struct JSONParser: ~Copyable {
    private(set) var nodes: [JSONNode] = []
    private let limits: JSONLimits
    private var position = 0

    init(limits: JSONLimits) { self.limits = limits }

    /// One value with white space around it, and nothing else.
    mutating func parseText(_ bytes: Span<UInt8>) throws(JSONFault) {
        skipWhitespace(bytes)
        try value(bytes, depth: 0)
        skipWhitespace(bytes)
        guard position == bytes.count else { throw malformed }
    }

    private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONFault) {
        guard position < bytes.count else { throw malformed }
        switch bytes[position] {
        case 0x7B: try object(bytes, depth: depth + 1)
        case Octet.openBracket: try array(bytes, depth: depth + 1)
        case Octet.quote: try string(bytes)
        case Octet.hyphen, Octet.zero...Octet.nine: try number(bytes)
        case 0x74: try literal("true", .bool, bytes)
        case 0x66: try literal("false", .bool, bytes)
        case 0x6E: try literal("null", .null, bytes)
        default: throw malformed
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(JSONFault) {
        let index = try open(.object, depth: depth)
        var count = 0
        if closes(0x7D, bytes) { return close(index, count: 0) }
        repeat {
            guard count < limits.memberCountMax else { throw .tooManyMembers }
            skipWhitespace(bytes)
            try name(of: index, bytes)
            skipWhitespace(bytes)
            guard takes(Octet.colon, bytes) else { throw malformed }
            skipWhitespace(bytes)
            try value(bytes, depth: depth)
            count += 1
            skipWhitespace(bytes)
        } while takes(Octet.comma, bytes)
        guard takes(0x7D, bytes) else { throw malformed }
        close(index, count: count)
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(JSONFault) {
        let index = try open(.array, depth: depth)
        var count = 0
        if closes(Octet.closeBracket, bytes) { return close(index, count: 0) }
        repeat {
            guard count < limits.elementCountMax else { throw .tooManyElements }
            skipWhitespace(bytes)
            try value(bytes, depth: depth)
            count += 1
            skipWhitespace(bytes)
        } while takes(Octet.comma, bytes)
        guard takes(Octet.closeBracket, bytes) else { throw malformed }
        close(index, count: count)
    }

    /// A member's name, which must differ from those before it.
    private mutating func name(of object: Int, _ bytes: Span<UInt8>) throws(JSONFault) {
        guard position < bytes.count, bytes[position] == Octet.quote else { throw malformed }
        let new = nodes.count
        try string(bytes)
        var other = object + 1
        while other < new {
            if nodes[other].detail == nodes[new].detail {
                let isSame = try JSONNode.haveSameText(nodes[other], nodes[new], bytes)
                guard !isSame else { throw .duplicateMember(offset: position) }
            }
            other = Int(nodes[other + 1].next)
        }
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(JSONFault) {
        let start = position + 1
        var text = JSONText(from: start)
        // FNV-1a; it only saves comparisons.
        var hash: UInt32 = 2_166_136_261
        while let scalar = try text.next(bytes) { hash = (hash ^ scalar) &* 16_777_619 }
        position = text.position + 1
        var node = node(.string, start..<text.position)
        node.isPlain = text.isPlain
        node.detail = hash
        try append(node)
    }

    private mutating func number(_ bytes: Span<UInt8>) throws(JSONFault) {
        let start = position
        _ = takes(Octet.hyphen, bytes)
        if !takes(Octet.zero, bytes) { try digits(bytes) }
        if takes(Octet.dot, bytes) { try digits(bytes) }
        if takes(0x65, bytes) || takes(0x45, bytes) {
            if !takes(Octet.plus, bytes) { _ = takes(Octet.hyphen, bytes) }
            try digits(bytes)
        }
        try append(node(.number, start..<position))
    }

    /// One digit or more.
    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONFault) {
        let start = position
        while position < bytes.count, bytes[position].isDigit { position += 1 }
        guard position > start else { throw malformed }
    }

    private mutating func literal(
        _ text: String, _ kind: JSONKind, _ bytes: Span<UInt8>
    ) throws(JSONFault) {
        let end = position + text.utf8.count
        guard end <= bytes.count, bytes.extracting(position..<end).equals(text) else {
            throw malformed
        }
        try append(node(kind, position..<end))
        position = end
    }

    private var malformed: JSONFault { .malformed(offset: position) }

    private mutating func skipWhitespace(_ bytes: Span<UInt8>) {
        while position < bytes.count, bytes[position].isJSONWhitespace { position += 1 }
    }

    private mutating func takes(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func closes(_ bracket: UInt8, _ bytes: Span<UInt8>) -> Bool {
        skipWhitespace(bytes)
        return takes(bracket, bytes)
    }

    private mutating func open(_ kind: JSONKind, depth: Int) throws(JSONFault) -> Int {
        guard depth <= limits.depthMax else { throw .tooDeep }
        try append(node(kind, position..<position + 1))
        position += 1
        return nodes.count - 1
    }

    private mutating func close(_ index: Int, count: Int) {
        nodes[index].end = UInt32(position)
        nodes[index].next = UInt32(nodes.count)
        nodes[index].detail = UInt32(count)
    }

    private func node(_ kind: JSONKind, _ range: Range<Int>) -> JSONNode {
        JSONNode(
            kind: kind, start: UInt32(range.lowerBound), end: UInt32(range.upperBound),
            next: UInt32(nodes.count + 1))
    }

    private mutating func append(_ node: JSONNode) throws(JSONFault) {
        guard nodes.count < limits.nodeCountMax else { throw .tooManyValues }
        nodes.append(node)
    }
}

extension UInt8 {
    var isJSONWhitespace: Bool {
        isOptionalWhitespace || self == Octet.lineFeed || self == Octet.carriageReturn
    }
}

extension JSONNode {
    /// Whether two strings are the same once their escapes are decoded.
    fileprivate static func haveSameText(
        _ left: JSONNode, _ right: JSONNode, _ bytes: Span<UInt8>
    ) throws(JSONFault) -> Bool {
        var (one, other) = (JSONText(from: Int(left.start)), JSONText(from: Int(right.start)))
        while true {
            let (scalar, match) = (try one.next(bytes), try other.next(bytes))
            guard scalar == match else { return false }
            if scalar == nil { return true }
        }
    }
}
