/// A JSON text that has been checked: a flat list of nodes that point into the bytes.
///
/// It holds no text, so that nothing secret outlives the bytes it was parsed from; each accessor
/// takes those bytes again.
package struct JSONDocument: Sendable {
    let nodes: [JSONNode]

    package static func parse(
        _ bytes: Span<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONFault) -> JSONDocument {
        guard bytes.count <= limits.byteCountMax else { throw .tooLarge }
        var parser = JSONParser(limits: limits)
        try parser.parseText(bytes)
        return JSONDocument(nodes: parser.nodes)
    }

    package var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// What a JSON value is.
package enum JSONKind: UInt8, Sendable { case null, bool, number, string, array, object }

/// One value or one member's name. An object's nodes follow it: name, value, name, value.
struct JSONNode {
    let kind: JSONKind
    /// A string without escapes, whose bytes are its text.
    var isPlain = false
    let start: UInt32
    /// A string's range is what is between the quotes, any other value's all of it.
    var end: UInt32
    /// The node behind this one and all that is in it.
    var next: UInt32
    /// How many members or elements a container has; a hash of a string's text.
    var detail: UInt32 = 0

    var range: Range<Int> { Int(start)..<Int(end) }
}
