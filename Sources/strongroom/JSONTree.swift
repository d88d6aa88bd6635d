import StrongroomClient
import Wire

/// An answer without secrets, as text for tables.
indirect enum JSONTree: Sendable {
    case null
    case scalar(String)
    case array([JSONTree])
    case object([(name: String, value: JSONTree)])

    /// What is below `result`; nothing for an answer without a body.
    static func result(of response: Response) throws(Failure) -> JSONTree {
        try parse(response.body)["result"] ?? .null
    }

    static func parse(_ text: SecretText) throws(Failure) -> JSONTree {
        let tree = text.withBytes { bytes -> JSONTree? in
            // What is wrong with the text is not for people to read.
            guard let document = try? JSONDocument.parse(bytes, limits: .ofAnswers) else {
                return nil
            }
            return JSONTree(document.root, bytes)
        }
        guard let tree else { throw .refused("the daemon's answer is not JSON") }
        return tree
    }

    init(_ value: JSONValue, _ bytes: Span<UInt8>) {
        switch value.kind {
        case .null: self = .null
        case .string: self = .scalar(value.string(bytes) ?? "")
        case .bool, .number: self = .scalar(String(decoding: value.minified(bytes), as: UTF8.self))
        case .array: self = .array(value.elements.map { JSONTree($0, bytes) })
        case .object:
            self = .object(
                value.members.map { ($0.name.string(bytes) ?? "", JSONTree($0.value, bytes)) })
        }
    }

    subscript(_ name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The value at a path such as `primary.last_used_at`.
    func at(_ path: String) -> JSONTree? {
        path.split(separator: ".").reduce(self) { tree, name in tree?[String(name)] }
    }

    /// The object of that name, or this one where the answer holds the object itself.
    func named(_ noun: String) -> JSONTree {
        if case .object = self[noun] { return self[noun] ?? self }
        return self
    }

    var elements: [JSONTree] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// One line; `-` for nothing.
    var text: String {
        switch self {
        case .null: "-"
        case .scalar(let text): text
        case .array(let elements):
            elements.isEmpty ? "-" : elements.map(\.text).joined(separator: ", ")
        case .object(let members):
            members.isEmpty
                ? "-" : members.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
        }
    }

    /// Every scalar with its path, in order.
    func leaves(below path: String = "") -> [(name: String, value: String)] {
        guard case .object(let members) = self, !members.isEmpty else { return [(path, text)] }
        return members.flatMap { member in
            member.value.leaves(below: path.isEmpty ? member.name : path + "." + member.name)
        }
    }
}
