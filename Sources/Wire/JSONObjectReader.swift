/// How an object differs from what was expected; names in it are ours, never the sender's.
package enum JSONShapeFault: Error, Sendable {
    case notAnObject
    case missing(StaticString)
    case wrongType(StaticString)
    case unknownMember
}

/// Takes an object apart member by member; what nobody asked for is refused at the end.
///
/// A member that is `null` counts as absent or as one of the wrong type, as the caller likes; only
/// `optionalValue` sees it as it is, so that a merge patch can take something away.
package struct JSONObjectReader {
    private let object: JSONValue
    private let isNullAbsent: Bool
    private var isTaken: [Bool]

    /// The accessors take the bytes that `value` was parsed from.
    package init(
        _ value: JSONValue, _ bytes: Span<UInt8>, isNullAbsent: Bool = true
    ) throws(JSONShapeFault) {
        guard value.kind == .object else { throw .notAnObject }
        object = value
        self.isNullAbsent = isNullAbsent
        isTaken = Array(repeating: false, count: value.count)
    }

    /// Throws if there is a member that was never asked for.
    package func finish() throws(JSONShapeFault) {
        guard !isTaken.contains(false) else { throw .unknownMember }
    }

    /// How many members were asked for and there.
    package var takenCount: Int { isTaken.count { $0 } }

    /// Leaves the members that nobody has asked for to whoever reads the object otherwise.
    package mutating func takeRest() {
        for position in isTaken.indices { isTaken[position] = true }
    }

    // MARK: Any value

    package mutating func optionalValue(_ name: StaticString, _ bytes: Span<UInt8>) -> JSONValue? {
        var position = 0
        for member in object.members {
            if member.name.isNamed(name, bytes) {
                isTaken[position] = true
                return member.value
            }
            position += 1
        }
        return nil
    }

    // MARK: Values of one type

    package mutating func optionalString(
        _ name: StaticString, _ bytes: Span<UInt8>
    ) throws(JSONShapeFault) -> String? {
        try optional(name, bytes) { $0.string(bytes) }
    }

    package mutating func string(
        _ name: StaticString, _ bytes: Span<UInt8>
    ) throws(JSONShapeFault) -> String {
        try required(name, try optionalString(name, bytes))
    }

    package mutating func optionalBool(
        _ name: StaticString, _ bytes: Span<UInt8>
    ) throws(JSONShapeFault) -> Bool? {
        try optional(name, bytes) { $0.bool(bytes) }
    }

    package mutating func optionalStringArray(
        _ name: StaticString, _ bytes: Span<UInt8>
    ) throws(JSONShapeFault) -> [String]? {
        try optional(name, bytes) { value in
            guard value.kind == .array else { return nil }
            let texts = value.elements.compactMap { $0.string(bytes) }
            return texts.count == value.count ? texts : nil
        }
    }

    package mutating func optionalObject(
        _ name: StaticString, _ bytes: Span<UInt8>
    ) throws(JSONShapeFault) -> JSONValue? {
        try optional(name, bytes) { $0.kind == .object ? $0 : nil }
    }

    private mutating func optional<T>(
        _ name: StaticString, _ bytes: Span<UInt8>, _ read: (JSONValue) -> T?
    ) throws(JSONShapeFault) -> T? {
        guard let value = optionalValue(name, bytes), !(value.isNull && isNullAbsent) else {
            return nil
        }
        guard let typed = read(value) else { throw .wrongType(name) }
        return typed
    }

    private func required<T>(_ name: StaticString, _ value: T?) throws(JSONShapeFault) -> T {
        guard let value else { throw .missing(name) }
        return value
    }
}
