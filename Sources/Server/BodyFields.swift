import Crypto
import Vault
import Wire

/// The members of a JSON body, taken one by one; what nobody asked for is refused, and so is null
/// where there is nothing that could be taken away.
struct BodyFields {
    let body: RequestBody
    private let object: JSONValue
    private let isNullAbsent: Bool
    private var reader: JSONObjectReader

    init(_ body: RequestBody) throws(Refusal) {
        guard let json = body.json else { throw .malformedRequest("the body is not JSON") }
        try self.init(body, json.root)
    }

    init(
        _ body: RequestBody, _ value: JSONValue, isNullAbsent: Bool = false
    ) throws(Refusal) {
        self.body = body
        object = value
        self.isNullAbsent = isNullAbsent
        do {
            reader = try body.bytes.withSpan { (bytes) throws(JSONShapeFault) in
                try JSONObjectReader(value, bytes, isNullAbsent: isNullAbsent)
            }
        } catch {
            throw Refusal(error)
        }
    }

    mutating func optionalString(_ name: StaticString) throws(Refusal) -> String? {
        try take { (reader, bytes) throws(JSONShapeFault) in
            try reader.optionalString(name, bytes)
        }
    }

    mutating func string(_ name: StaticString) throws(Refusal) -> String {
        try take { (reader, bytes) throws(JSONShapeFault) in try reader.string(name, bytes) }
    }

    mutating func optionalStrings(_ name: StaticString) throws(Refusal) -> [String]? {
        try take { (reader, bytes) throws(JSONShapeFault) in
            try reader.optionalStringArray(name, bytes)
        }
    }

    mutating func optionalBool(_ name: StaticString) throws(Refusal) -> Bool? {
        try take { (reader, bytes) throws(JSONShapeFault) in
            try reader.optionalBool(name, bytes)
        }
    }

    /// A nested object, to be read by `BodyFields` in its turn.
    mutating func optionalObject(_ name: StaticString) throws(Refusal) -> BodyFields? {
        let value = try take { (reader, bytes) throws(JSONShapeFault) in
            try reader.optionalObject(name, bytes)
        }
        guard let value else { return nil }
        return try BodyFields(body, value, isNullAbsent: isNullAbsent)
    }

    /// An object that is kept as it is, without its white space.
    mutating func optionalMinifiedObject(_ name: StaticString) throws(Refusal) -> [UInt8]? {
        try take { (reader, bytes) throws(JSONShapeFault) in
            try reader.optionalObject(name, bytes)?.minified(bytes)
        }
    }

    /// An object that is a merge patch (RFC 7396) of `target`, a JSON object; what it makes of it.
    mutating func optionalPatchedObject(
        _ name: StaticString, of target: [UInt8]
    ) throws(Refusal) -> [UInt8]? {
        guard let before = try? JSONDocument.parse(target.span) else {
            throw .integrity(table: "integration")
        }
        return try take { (reader, bytes) throws(JSONShapeFault) in
            try reader.optionalObject(name, bytes)?.patching(before.root, target.span, bytes)
        }
    }

    /// A value for `CredentialReading`, which never makes a `String` of it.
    mutating func optionalValue(_ name: StaticString) -> JSONValue? {
        body.bytes.withSpan { bytes in reader.optionalValue(name, bytes) }
    }

    /// The body without the members that were taken, as an object of its own.
    mutating func takeRest() -> JSONRest {
        defer { reader.takeRest() }
        return JSONRest(object: object, othersCount: reader.takenCount)
    }

    /// Whether the member is there and is null: in a merge patch, its removal.
    mutating func isNull(_ name: StaticString) -> Bool { optionalValue(name)?.isNull ?? false }

    func finish() throws(Refusal) {
        do {
            try reader.finish()
        } catch {
            throw Refusal(error)
        }
    }

    private mutating func take<T>(
        _ read: (inout JSONObjectReader, Span<UInt8>) throws(JSONShapeFault) -> T
    ) throws(Refusal) -> T {
        do {
            return try body.bytes.withSpan { (bytes) throws(JSONShapeFault) in
                try read(&reader, bytes)
            }
        } catch {
            throw Refusal(error)
        }
    }
}

/// An object of which some members belong to something else.
struct JSONRest {
    let object: JSONValue
    let othersCount: Int

    init(object: JSONValue, othersCount: Int = 0) {
        self.object = object
        self.othersCount = othersCount
    }

    var count: Int { object.count - othersCount }
}

extension Refusal {
    /// The names in these sentences are the routes' own; nothing of the caller's is in them.
    init(_ fault: JSONShapeFault) {
        switch fault {
        case .notAnObject: self = .malformedRequest("the body is not a JSON object")
        case .missing(let name): self = .malformedRequest(StaticText(about: name, "is missing"))
        case .wrongType(let name):
            self = .malformedRequest(StaticText(about: name, "has a value of the wrong type"))
        case .unknownMember:
            self = .malformedRequest("the body has a member that this route does not know")
        }
    }
}

/// Members that several bodies share, checked where they come in.
extension BodyFields {
    mutating func name() throws(Refusal) -> Name? {
        guard let text = try optionalString("name") else { return nil }
        guard let name = Name(text) else {
            throw .invalidValue(
                "name has 1 to 64 characters of [a-z0-9_-] and does not look like an id")
        }
        return name
    }

    mutating func fullname() throws(Refusal) -> String? {
        try boundedText("fullname", byteCountMax: Name.fullnameByteCountMax)
    }

    /// In a merge patch, where null stands for what it is without one: the name.
    mutating func fullname(orElse name: Name) throws(Refusal) -> String? {
        isNull("fullname") ? name.text : try fullname()
    }

    mutating func contact() throws(Refusal) -> String? {
        try boundedText("contact", byteCountMax: Limits.contactByteCountMax)
    }

    private mutating func boundedText(
        _ name: StaticString, byteCountMax: Int
    ) throws(Refusal) -> String? {
        guard let text = try optionalString(name) else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
        guard (1...byteCountMax).contains(text.utf8.count), isPlain else {
            throw .invalidValue("a text is empty, too long, or has control characters")
        }
        return text
    }

    mutating func state() throws(Refusal) -> EnabledState? {
        guard let text = try optionalString("state") else { return nil }
        guard let state = EnabledState(text) else {
            throw .invalidValue("state is enabled or disabled")
        }
        return state
    }

    mutating func environment() throws(Refusal) -> Account.Environment? {
        try Account.Environment(checking: optionalString("environment"))
    }

    mutating func labels() throws(Refusal) -> [String]? {
        guard let labels = try optionalStrings("labels") else { return nil }
        guard labels.count <= Limits.labelCountMax, Set(labels).count == labels.count else {
            throw .invalidValue("labels are at most 32, each of them once")
        }
        for label in labels {
            let isPlain = label.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 44 }
            guard (1...Limits.labelByteCountMax).contains(label.utf8.count), isPlain else {
                throw .invalidValue(
                    "a label has 1 to 64 printable ASCII characters without spaces and commas")
            }
        }
        return labels
    }

    mutating func span(_ name: StaticString) throws(Refusal) -> TimeSpan? {
        guard let text = try optionalString(name) else { return nil }
        guard let microseconds = DurationText.parse(text), microseconds > 0 else {
            throw .invalidValue("a duration is written like 24h, 10m or 90s and is more than 0")
        }
        return TimeSpan(microseconds: microseconds)
    }

    mutating func instant(_ name: StaticString) throws(Refusal) -> Instant? {
        guard let text = try optionalString(name) else { return nil }
        guard let microseconds = Timestamp.parse(text) else {
            throw .invalidValue("a time is written in RFC 3339, like 2026-01-02T03:04:05.000006Z")
        }
        return Instant(microseconds: microseconds)
    }
}

extension Account.Environment {
    /// Nil where there is none.
    init?(checking text: String?) throws(Refusal) {
        guard let text else { return nil }
        guard let environment = Self(text) else {
            throw .invalidValue("environment is prod or test")
        }
        self = environment
    }
}
