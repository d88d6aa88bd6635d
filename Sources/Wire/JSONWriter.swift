/// Writes one JSON text without white space; commas are its matter, balance is the caller's.
package struct JSONWriter<Sink: ByteSink & ~Copyable>: ~Copyable {
    private var sink: Sink
    private var needsComma = false

    package init(_ sink: consuming Sink) { self.sink = sink }

    package consuming func finish() -> Sink { sink }

    package mutating func beginObject() { begin(0x7B) }
    package mutating func endObject() { end(0x7D) }
    package mutating func beginArray() { begin(Octet.openBracket) }
    package mutating func endArray() { end(Octet.closeBracket) }

    /// The name of the value that is written next.
    package mutating func member(_ name: StaticString) {
        string(name)
        sink.append(Octet.colon)
        needsComma = false
    }

    package mutating func member(_ name: String) {
        string(name)
        sink.append(Octet.colon)
        needsComma = false
    }

    package mutating func string(_ text: StaticString) {
        beginString()
        for byte in text.description.utf8 { escape(byte) }
        endString()
    }

    package mutating func string(_ text: String) {
        beginString()
        for byte in text.utf8 { escape(byte) }
        endString()
    }

    /// A string from UTF-8 bytes, which never become a `String` on the way.
    package mutating func string(bytes: Span<UInt8>) {
        beginString()
        for index in bytes.indices { escape(bytes[index]) }
        endString()
    }

    /// A whole value that is JSON already.
    package mutating func raw(_ bytes: Span<UInt8>) {
        separate()
        sink.append(bytes)
        needsComma = true
    }

    package mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        if value < 0 { sink.append(Octet.hyphen) }
        sink.append(decimal: UInt64(value.magnitude))
        needsComma = true
    }

    package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }
    package mutating func null() { literal("null") }

    private mutating func literal(_ text: StaticString) {
        separate()
        sink.append(text)
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        sink.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        sink.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { sink.append(Octet.comma) }
    }

    private mutating func beginString() {
        separate()
        sink.append(Octet.quote)
    }

    private mutating func endString() {
        sink.append(Octet.quote)
        needsComma = true
    }

    /// What RFC 8259, section 7, says must be escaped, and nothing more.
    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case Octet.quote, Octet.backslash:
            sink.append(Octet.backslash)
            sink.append(byte)
        case 0x08: sink.append("\\b")
        case Octet.tab: sink.append("\\t")
        case Octet.lineFeed: sink.append("\\n")
        case 0x0C: sink.append("\\f")
        case Octet.carriageReturn: sink.append("\\r")
        case 0..<Octet.space:
            sink.append("\\u00")
            sink.append(JSONWriter.hexadecimalDigit(byte >> 4))
            sink.append(JSONWriter.hexadecimalDigit(byte & 0xF))
        default: sink.append(byte)
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? Octet.zero + value : 0x61 + value - 10
    }
}
