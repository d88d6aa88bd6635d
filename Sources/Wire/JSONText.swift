/// Walks the text of a JSON string scalar by scalar: escapes, surrogate pairs and UTF-8 are
/// decoded and checked on the way, so that one reader serves checking, comparing and copying.
struct JSONText {
    private(set) var position: Int
    private(set) var isPlain = true

    /// `start` is behind the opening quote.
    init(from start: Int) { position = start }

    /// The next scalar; nil at the closing quote, where `position` stays.
    mutating func next(_ bytes: Span<UInt8>) throws(JSONFault) -> UInt32? {
        let byte = try peek(bytes, 0)
        switch byte {
        case Octet.quote: return nil
        case Octet.backslash:
            isPlain = false
            return try escape(bytes)
        case 0..<Octet.space: throw malformed
        case 0..<0x80:
            position += 1
            return UInt32(byte)
        default: return try multibyte(byte, bytes)
        }
    }

    private var malformed: JSONFault { .malformed(offset: position) }

    private func peek(_ bytes: Span<UInt8>, _ offset: Int) throws(JSONFault) -> UInt8 {
        guard position + offset < bytes.count else { throw malformed }
        return bytes[position + offset]
    }

    private mutating func escape(_ bytes: Span<UInt8>) throws(JSONFault) -> UInt32 {
        let scalar: UInt32
        switch try peek(bytes, 1) {
        case Octet.quote: scalar = 0x22
        case Octet.backslash: scalar = 0x5C
        case Octet.slash: scalar = 0x2F
        case 0x62: scalar = 0x08
        case 0x66: scalar = 0x0C
        case 0x6E: scalar = 0x0A
        case 0x72: scalar = 0x0D
        case 0x74: scalar = 0x09
        case 0x75: return try unicodeEscape(bytes)
        default: throw malformed
        }
        position += 2
        return scalar
    }

    /// `\uXXXX`, or two of them that are a surrogate pair; half a pair is refused.
    private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(JSONFault) -> UInt32 {
        let first = try codeUnit(bytes, at: 2)
        switch first {
        case 0xD800..<0xDC00:
            guard try peek(bytes, 6) == Octet.backslash, try peek(bytes, 7) == 0x75 else {
                throw malformed
            }
            let second = try codeUnit(bytes, at: 8)
            guard (0xDC00..<0xE000).contains(second) else { throw malformed }
            position += 12
            return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        case 0xDC00..<0xE000: throw malformed
        default:
            position += 6
            return first
        }
    }

    private func codeUnit(_ bytes: Span<UInt8>, at offset: Int) throws(JSONFault) -> UInt32 {
        var unit: UInt32 = 0
        for index in offset..<offset + 4 {
            guard let digit = try peek(bytes, index).hexadecimalValue else { throw malformed }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// UTF-8 of two to four bytes: no overlong forms, no surrogates, nothing above U+10FFFF.
    private mutating func multibyte(
        _ first: UInt8, _ bytes: Span<UInt8>
    ) throws(JSONFault) -> UInt32 {
        let (count, least): (Int, UInt32)
        switch first {
        case 0xC2...0xDF: (count, least) = (2, 0x80)
        case 0xE0...0xEF: (count, least) = (3, 0x800)
        case 0xF0...0xF4: (count, least) = (4, 0x10000)
        default: throw malformed
        }
        var scalar = UInt32(first) & (0xFF >> UInt32(count + 1))
        for offset in 1..<count {
            let byte = try peek(bytes, offset)
            guard byte & 0xC0 == 0x80 else { throw malformed }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        guard scalar >= least, scalar <= 0x10FFFF, !(0xD800..<0xE000).contains(scalar) else {
            throw malformed
        }
        position += count
        return scalar
    }
}
