/// A member of an object; the name is a string value.
package struct JSONMember: Sendable {
    package let name: JSONValue
    package let value: JSONValue
}

package struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    private let object: JSONValue
    private var index: Int
    private var remaining: Int

    init(object: JSONValue, remaining: Int) {
        self.object = object
        index = object.index + 1
        self.remaining = remaining
    }

    package mutating func next() -> JSONMember? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        defer { index = object.following(index + 1) }
        return JSONMember(
            name: JSONValue(document: object.document, index: index),
            value: JSONValue(document: object.document, index: index + 1))
    }
}

package struct JSONElements: Sequence, IteratorProtocol, Sendable {
    private let container: JSONValue
    private var index: Int
    private var remaining: Int

    init(container: JSONValue, remaining: Int) {
        self.container = container
        index = container.index + 1
        self.remaining = remaining
    }

    package mutating func next() -> JSONValue? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        defer { index = container.following(index) }
        return JSONValue(document: container.document, index: index)
    }
}
