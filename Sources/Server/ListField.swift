import Vault
import Wire

/// A value of a list's element, as filters and orders compare it; nil where it is absent.
enum FieldValue: Hashable, Sendable {
    case number(Int64)
    case text(String)
    /// Any of which may be meant.
    case texts([String])
}

/// What a field of an object holds, and so how it can be compared.
enum FieldType: Sendable {
    case time
    case number
    /// Without regard to case.
    case name
    case text
    case word([String])
    case identifier([ObjectKind])
    case labels

    /// Whether earlier and later, smaller and greater mean something.
    var isOrdered: Bool {
        switch self {
        case .time, .number, .name, .text: true
        case .word, .identifier, .labels: false
        }
    }

    var isText: Bool {
        switch self {
        case .name, .text: true
        default: false
        }
    }

    /// A filter's value of this type.
    func value(_ text: String) throws(Refusal) -> FieldValue {
        switch self {
        case .time:
            guard let microseconds = Timestamp.parse(text) else {
                throw .invalidValue(
                    "a time is written in RFC 3339, like 2026-01-02T03:04:05.000006Z")
            }
            return .number(microseconds)
        case .number:
            guard let number = Int64(text), String(number) == text else {
                throw .invalidValue("a number is written in digits")
            }
            return .number(number)
        case .name: return .text(Self.folded(text))
        case .text, .labels: return .text(text)
        case .word(let words):
            guard words.contains(text) else {
                throw .invalidValue("a filter has a word that the field never holds")
            }
            return .text(text)
        case .identifier(let kinds):
            let bytes = Array(text.utf8)
            guard let (kind, _) = IdentifierText.parse(bytes.span), kinds.contains(kind) else {
                throw .invalidValue("a filter has something else than an id of the field's kind")
            }
            return .text(text)
        }
    }

    /// Names differ by more than their case.
    private static func folded(_ text: String) -> String {
        let bytes = text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One field by which a list can be narrowed or ordered.
struct ListField<Element>: Sendable {
    /// Where elements go that have no value; `first` is before every value, `last` behind.
    enum Absence: Sendable { case never, first, last }

    typealias Value = @Sendable (Element, Vault) throws(Refusal) -> FieldValue?

    let name: String
    let type: FieldType
    var absence = Absence.never
    var isOrderable: Bool
    /// Whether it takes a look-up of its own.
    var isCostly = false
    let value: Value

    private init(
        _ name: String, _ type: FieldType, _ absence: Absence, isOrderable: Bool,
        isCostly: Bool = false, _ value: @escaping Value
    ) {
        self.name = name
        self.type = type
        self.absence = absence
        self.isOrderable = isOrderable
        self.isCostly = isCostly
        self.value = value
    }

    static func id<Kind>(
        _ value: @escaping @Sendable (Element) -> Identifier<Kind>
    ) -> Self {
        Self("id", .identifier([Kind.kind]), .never, isOrderable: true) { (element, _) in
            .text(value(element).text)
        }
    }

    static func identifier<Kind>(
        _ name: String, absence: Absence = .never,
        _ value: @escaping @Sendable (Element) -> Identifier<Kind>?
    ) -> Self {
        Self(name, .identifier([Kind.kind]), absence, isOrderable: false) { (element, _) in
            value(element).map { .text($0.text) }
        }
    }

    /// Of whichever of these kinds.
    static func owner(
        _ kinds: [ObjectKind],
        _ value: @escaping @Sendable (Element) -> (kind: ObjectKind, value: UInt128)
    ) -> Self {
        Self("owner_id", .identifier(kinds), .never, isOrderable: false) { (element, _) in
            let owner = value(element)
            return .text(IdentifierText.text(owner.kind, owner.value))
        }
    }

    static func name(_ value: @escaping @Sendable (Element) -> Name) -> Self {
        Self("name", .name, .never, isOrderable: true) { (element, _) in .text(value(element).text)
        }
    }

    static func text(
        _ name: String, _ value: @escaping @Sendable (Element) -> String
    ) -> Self {
        Self(name, .text, .never, isOrderable: true) { (element, _) in .text(value(element)) }
    }

    static func optionalText(
        _ name: String, _ value: @escaping @Sendable (Element) -> String?
    ) -> Self {
        Self(name, .text, .first, isOrderable: true) { (element, _) in
            value(element).map { .text($0) }
        }
    }

    /// A text that the catalogue knows.
    static func derivedText(
        _ name: String, _ value: @escaping @Sendable (Element, Vault) -> String
    ) -> Self {
        Self(name, .text, .never, isOrderable: true) { (element, vault) in
            .text(value(element, vault))
        }
    }

    static func word(
        _ name: String, _ words: [String], absence: Absence = .never,
        _ value: @escaping @Sendable (Element) -> String?
    ) -> Self {
        Self(name, .word(words), absence, isOrderable: true) { (element, _) in
            value(element).map { .text($0) }
        }
    }

    static func labels(_ value: @escaping @Sendable (Element) -> [String]) -> Self {
        Self("labels", .labels, .never, isOrderable: false) { (element, _) in
            .texts(value(element))
        }
    }

    static func number(
        _ name: String, _ value: @escaping @Sendable (Element) -> UInt64
    ) -> Self {
        Self(name, .number, .never, isOrderable: true) { (element, _) in
            .number(Int64(clamping: value(element)))
        }
    }

    static func time(
        _ name: String, absence: Absence = .never,
        _ value: @escaping @Sendable (Element) -> Instant?
    ) -> Self {
        Self(name, .time, absence, isOrderable: true) { (element, _) in
            value(element).map { .number($0.microseconds) }
        }
    }

    /// A time that has to be looked up.
    static func costlyTime(
        _ name: String, absence: Absence,
        _ value: @escaping @Sendable (Element, Vault) throws(Refusal) -> Instant?
    ) -> Self {
        Self(name, .time, absence, isOrderable: true, isCostly: true) {
            (element, vault) throws(Refusal) in
            try value(element, vault).map { .number($0.microseconds) }
        }
    }
}

/// All that one kind of list can be narrowed and ordered by.
struct ListDescription<Element>: Sendable {
    let fields: [ListField<Element>]

    init(_ fields: [ListField<Element>]) { self.fields = fields }

    subscript(name: Substring) -> ListField<Element>? { fields.first { $0.name == name } }
}
