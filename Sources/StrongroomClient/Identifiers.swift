import Wire

/// An object's id or, wherever the API takes one, its name.
public struct ObjectID<Object>: Hashable, Sendable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// The text as the API spells it.
    public let text: String

    /// Takes the text as it is; the vault judges it.
    public init(_ text: String) { self.text = text }

    /// Takes the text as it is; the vault judges it.
    public init(stringLiteral value: String) { text = value }

    /// The text as the API spells it.
    public var description: String { text }
}

/// An instant in UTC with microseconds (RFC 3339).
public struct UTCTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    /// Counts from 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Nil for anything but `2026-01-02T03:04:05.000006Z`.
    public init?(_ text: String) {
        guard let microseconds = Timestamp.parse(text) else { return nil }
        self.microseconds = microseconds
    }

    /// The form that the API uses.
    public var description: String { Timestamp.text(microseconds: microseconds) }

    /// Earlier is less.
    public static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }
}
