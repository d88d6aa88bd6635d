/// One value of a parsed text; every accessor takes the bytes that were parsed.
package struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    private var node: JSONNode { document.nodes[index] }

    package var kind: JSONKind { node.kind }
    package var isNull: Bool { kind == .null }

    package func bool(_ bytes: Span<UInt8>) -> Bool? {
        kind == .bool ? bytes[Int(node.start)] == 0x74 : nil
    }

    /// A number without fraction or exponent that fits; nil for any other.
    package func integer(_ bytes: Span<UInt8>) -> Int64? {
        guard kind == .number else { return nil }
        let range = node.range
        let isNegative = bytes[range.lowerBound] == Octet.hyphen
        var value: Int64 = 0
        for index in range.dropFirst(isNegative ? 1 : 0) {
            guard let digit = bytes[index].decimalValue else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let step = isNegative ? -Int64(digit) : Int64(digit)
            let (sum, isBeyond) = product.addingReportingOverflow(step)
            guard !isTooLarge, !isBeyond else { return nil }
            value = sum
        }
        return value
    }

    package func string(_ bytes: Span<UInt8>) -> String? {
        guard kind == .string else { return nil }
        if node.isPlain { return bytes.extracting(node.range).validText }
        var text = String.UnicodeScalarView()
        forEachScalar(bytes) { scalar in
            if let scalar = Unicode.Scalar(scalar) { text.append(scalar) }
        }
        return String(text)
    }

    /// Whether this string is `name`; nothing is allocated for a name below 16 bytes.
    package func isNamed(_ name: StaticString, _ bytes: Span<UInt8>) -> Bool {
        guard kind == .string else { return false }
        if node.isPlain {
            guard node.range.count == name.utf8CodeUnitCount else { return false }
            return bytes.extracting(node.range).equals(name.description)
        }
        return string(bytes) == name.description
    }

    // MARK: Containers

    /// How many members an object or elements an array has; none in any other value.
    package var count: Int { kind == .array || kind == .object ? Int(node.detail) : 0 }

    /// An array's elements in order; none for any other value.
    package var elements: JSONElements {
        JSONElements(container: self, remaining: kind == .array ? count : 0)
    }

    /// An object's members in order; none for any other value.
    package var members: JSONMembers {
        JSONMembers(object: self, remaining: kind == .object ? count : 0)
    }

    package func member(_ name: StaticString, _ bytes: Span<UInt8>) -> JSONValue? {
        members.first { $0.name.isNamed(name, bytes) }?.value
    }

    // MARK: Secrets

    /// How many bytes a string has once decoded.
    package func stringByteCount(_ bytes: Span<UInt8>) -> Int? {
        guard kind == .string else { return nil }
        if node.isPlain { return node.range.count }
        var count = 0
        forEachScalar(bytes) { scalar in count += UTF8Form(scalar).count }
        return count
    }

    /// Writes a string's decoded bytes at `offset`, where `stringByteCount` of them have room, so
    /// that a secret never becomes a `String`.
    package func decodeString(
        _ bytes: Span<UInt8>, into target: inout MutableRawSpan, at offset: Int
    ) {
        guard kind == .string else { return }
        var position = offset
        var text = JSONText(from: Int(node.start))
        // The text was checked when it was parsed; a fault would end it, not be skipped.
        while let scalar = try? text.next(bytes) {
            let form = UTF8Form(scalar)
            for index in 0..<form.count {
                target.storeBytes(of: form.bytes[index], toByteOffset: position, as: UInt8.self)
                position += 1
            }
        }
    }

    private func forEachScalar(_ bytes: Span<UInt8>, _ body: (UInt32) -> Void) {
        var text = JSONText(from: Int(node.start))
        // The text was checked when it was parsed; a fault would end it, not be skipped.
        while let scalar = try? text.next(bytes) { body(scalar) }
    }

    /// The value as it stands in the text, quotes included.
    package var sourceRange: Range<Int> {
        kind == .string ? node.range.lowerBound - 1..<node.range.upperBound + 1 : node.range
    }

    func following(_ index: Int) -> Int { Int(document.nodes[index].next) }
}

/// A scalar's UTF-8 bytes.
private struct UTF8Form {
    var bytes = InlineArray<4, UInt8>(repeating: 0)
    var count = 0

    init(_ scalar: UInt32) {
        switch scalar {
        case 0..<0x80: append(scalar)
        case 0..<0x800:
            append(0xC0 | scalar >> 6)
            append(0x80 | scalar & 0x3F)
        case 0..<0x10000:
            append(0xE0 | scalar >> 12)
            append(0x80 | scalar >> 6 & 0x3F)
            append(0x80 | scalar & 0x3F)
        default:
            append(0xF0 | scalar >> 18)
            append(0x80 | scalar >> 12 & 0x3F)
            append(0x80 | scalar >> 6 & 0x3F)
            append(0x80 | scalar & 0x3F)
        }
    }

    private mutating func append(_ byte: UInt32) {
        bytes[count] = UInt8(truncatingIfNeeded: byte)
        count += 1
    }
}
