import Wire

/// JSON: what is accepted reads whole, and writes to a text that means the same.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    // A fault is an answer.
    guard let document = try? JSONDocument.parse(input.span) else { return 0 }
    let minified = document.root.minified(input.span)
    precondition(
        minified.count == document.root.minifiedByteCount(input.span), "two counts differ")
    let written = rewrite(document.root, input)
    for text in [minified, written] {
        // A fault here is what is looked for.
        guard let again = try? JSONDocument.parse(text.span) else {
            preconditionFailure("what was accepted is refused when it is written again")
        }
        precondition(
            rewrite(again.root, text) == written, "a text means something else when written")
    }
    return 0
}

private func rewrite(_ value: JSONValue, _ bytes: [UInt8]) -> [UInt8] {
    var writer = JSONWriter<[UInt8]>([])
    write(value, bytes, to: &writer)
    return writer.finish()
}

private func write(_ value: JSONValue, _ bytes: [UInt8], to writer: inout JSONWriter<[UInt8]>) {
    switch value.kind {
    case .null: writer.null()
    case .bool: writer.bool(value.bool(bytes.span) == true)
    case .number:
        let text = value.minified(bytes.span)
        if let number = value.integer(bytes.span), text != [0x2D, 0x30] {
            writer.integer(number)
        } else {
            writer.raw(text.span)
        }
    case .string: writer.string(text(value, bytes))
    case .array:
        writer.beginArray()
        for element in value.elements { write(element, bytes, to: &writer) }
        writer.endArray()
    case .object:
        writer.beginObject()
        for member in value.members {
            writer.member(text(member.name, bytes))
            write(member.value, bytes, to: &writer)
        }
        writer.endObject()
    }
}

/// A string read both ways, which must agree.
private func text(_ value: JSONValue, _ bytes: [UInt8]) -> String {
    guard let text = value.string(bytes.span), let count = value.stringByteCount(bytes.span) else {
        preconditionFailure("a string has no text")
    }
    var decoded = [UInt8](repeating: 0, count: count)
    var span = decoded.mutableSpan
    // The bytes of an array, as plain as they come.
    var room = unsafe span.mutableBytes
    value.decodeString(bytes.span, into: &room, at: 0)
    precondition(decoded == Array(text.utf8), "a string reads in two ways")
    return text
}
