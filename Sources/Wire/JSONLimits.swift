/// The bounds of one JSON text; at a bound works, one more is refused.
package struct JSONLimits: Sendable {
    package var byteCountMax = 131_072
    /// Containers inside one another, the outermost included.
    package var depthMax = 8
    /// Of one object.
    package var memberCountMax = 256
    /// Of one array.
    package var elementCountMax = 4096
    /// Values and names of the whole text; it bounds the memory that a parse can take.
    package var nodeCountMax = 16384

    package init() {}
}

/// Why a JSON text is refused; it holds nothing of the text.
package enum JSONFault: Error, Equatable, Sendable {
    case malformed(offset: Int)
    case tooLarge
    case tooDeep
    case tooManyMembers
    case tooManyElements
    case tooManyValues
    case duplicateMember(offset: Int)

    /// A sentence for the answer.
    package var detail: StaticString {
        switch self {
        case .malformed: "The body is not valid JSON."
        case .tooLarge: "The JSON text is larger than the limit."
        case .tooDeep: "The JSON text is nested deeper than the limit."
        case .tooManyMembers: "An object has more members than the limit."
        case .tooManyElements: "An array has more elements than the limit."
        case .tooManyValues: "The JSON text has more values than the limit."
        case .duplicateMember: "An object has two members of the same name."
        }
    }
}
