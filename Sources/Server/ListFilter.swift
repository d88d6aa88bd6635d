package import Vault

/// How a filter compares.
enum Comparison: String, CaseIterable, Sendable {
    case eq, neq, gt, gte, lt, lte, `in`, like

    func fits(_ type: FieldType) -> Bool {
        switch self {
        case .eq, .neq, .in: true
        case .gt, .gte, .lt, .lte: type.isOrdered
        case .like: type.isText
        }
    }
}

/// One `field[op]value`.
struct ListFilter<Element> {
    static var valueByteCountMax: Int { 4096 }
    static var valueCountMax: Int { 100 }

    let field: ListField<Element>
    let comparison: Comparison
    /// One, but for `in`; nil is the value's absence.
    let values: [FieldValue?]
    private let pattern: WildcardPattern?

    init(_ text: String, _ description: ListDescription<Element>) throws(Refusal) {
        let parts = try BracketedText(text)
        guard let field = description[parts.name] else {
            throw .invalidValue("this list has no such field to filter by")
        }
        guard let comparison = Comparison(rawValue: String(parts.bracketed)) else {
            throw .invalidValue("a filter compares with eq, neq, gt, gte, lt, lte, in or like")
        }
        guard comparison.fits(field.type) else {
            throw .invalidValue("this field cannot be compared in this way")
        }
        guard parts.rest.utf8.count <= Self.valueByteCountMax else {
            throw .invalidValue("a filter's value is too long")
        }
        self.field = field
        self.comparison = comparison
        values = try Self.values(String(parts.rest), field, comparison)
        if comparison == .like, case .text(let text) = values.first {
            pattern = try WildcardPattern(text)
        } else {
            pattern = nil
        }
    }

    private static func values(
        _ text: String, _ field: ListField<Element>, _ comparison: Comparison
    ) throws(Refusal) -> [FieldValue?] {
        if text == "null", field.absence != .never {
            guard comparison == .eq || comparison == .neq else {
                throw .invalidValue("null is compared with eq and neq")
            }
            return [nil]
        }
        guard comparison == .in else { return [try field.type.value(text)] }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= valueCountMax else {
            throw .invalidValue("in takes at most 100 values")
        }
        var values: [FieldValue?] = []
        for part in parts { values.append(try field.type.value(String(part))) }
        return values
    }

    func admits(_ value: FieldValue?) -> Bool {
        switch comparison {
        case .eq, .in: values.contains { isEqual(value, $0) }
        case .neq: !values.contains { isEqual(value, $0) }
        case .gt: order(value) == .after
        case .gte: order(value) != .before
        case .lt: order(value) == .before
        case .lte: order(value) != .after
        case .like:
            if case .text(let text) = value { pattern?.matches(text) ?? false } else { false }
        }
    }

    private func isEqual(_ value: FieldValue?, _ wanted: FieldValue?) -> Bool {
        guard case .texts(let texts) = value, case .text(let one) = wanted else {
            return value == wanted
        }
        return texts.contains(one)
    }

    private func order(_ value: FieldValue?) -> RelativeOrder {
        RelativeOrder(value, values.first ?? nil, absentIsLast: field.absence == .last)
    }
}

/// Where one value lies, seen from another.
enum RelativeOrder {
    case before, same, after

    init(_ value: FieldValue?, _ other: FieldValue?, absentIsLast: Bool) {
        switch (value, other) {
        case (nil, nil): self = .same
        case (nil, _): self = absentIsLast ? .after : .before
        case (_, nil): self = absentIsLast ? .before : .after
        case (.number(let left), .number(let right)):
            self = left == right ? .same : left < right ? .before : .after
        case (.text(let left), .text(let right)):
            // Bytes, so that no locale or version of Unicode changes what a page holds.
            self =
                left.utf8.elementsEqual(right.utf8)
                ? .same : left.utf8.lexicographicallyPrecedes(right.utf8) ? .before : .after
        default: self = .same
        }
    }

    var reversed: RelativeOrder {
        switch self {
        case .before: .after
        case .same: .same
        case .after: .before
        }
    }
}

/// `name[bracketed]rest`, taken apart.
struct BracketedText {
    let name: Substring
    let bracketed: Substring
    let rest: Substring

    init(_ text: String) throws(Refusal) {
        guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]"),
            open > text.startIndex
        else { throw .malformedRequest("a filter is written field[op]value") }
        name = text[..<open]
        bracketed = text[text.index(after: open)..<close]
        rest = text[text.index(after: close)...]
    }
}

/// A text in which each `*`, or `%` as in SQL, stands for any number of characters.
package struct WildcardPattern: Sendable {
    static let starCountMax = 8

    private let parts: [[UInt8]]

    package init(_ text: String) throws(Refusal) {
        parts = text.utf8.split(omittingEmptySubsequences: false) { $0 == 42 || $0 == 37 }
            .map(Array.init)
        guard parts.count <= Self.starCountMax + 1 else {
            throw .invalidValue("like takes at most 8 wildcards")
        }
    }

    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard parts.count > 1, let first = parts.first, let last = parts.last else {
            return bytes == parts.first
        }
        guard bytes.count >= first.count + last.count, bytes.starts(with: first),
            bytes.suffix(last.count).elementsEqual(last)
        else { return false }
        // The leftmost place of each is as good as any for those behind it.
        var rest = bytes[first.count..<(bytes.count - last.count)]
        for part in parts[1..<(parts.count - 1)] {
            guard let end = Self.end(of: part, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    private static func end(of part: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= part.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - part.count)
        where bytes[start..<(start + part.count)].elementsEqual(part) {
            return start + part.count
        }
        return nil
    }
}
