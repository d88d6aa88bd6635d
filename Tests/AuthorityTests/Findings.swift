import Server

extension Reaction {
    /// Whether the text of a token's secret stands anywhere in it.
    var holdsTokenSecret: Bool {
        let needle = Array(#""secret":"sr"#.utf8)
        guard body.count > needle.count else { return false }
        for start in 0...(body.count - needle.count) where body[start] == needle[0] {
            if body[start..<start + needle.count].elementsEqual(needle) { return true }
        }
        return false
    }
}

/// Everything in a text that has the form of an identifier.
struct Identifiers: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position = 3

    init(in bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> String? {
        while position + 22 < bytes.count {
            defer { position += 1 }
            guard bytes[position] == 95 else { continue }
            let text = bytes[position - 3...position + 22]
            let isID = text.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == 95
            }
            if isID { return String(decoding: text, as: UTF8.self) }
        }
        return nil
    }
}
