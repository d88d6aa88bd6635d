import Wire

/// Requests and responses: what was decided about a part of the input holds for all of it.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    checkRequest(input)
    checkResponse(input)
    return 0
}

private func checkRequest(_ input: [UInt8]) {
    let whole = parseRequestHead(input.span)
    if case .complete(let head) = whole { checkRanges(head, input) }
    // The first byte says where to cut.
    let cut = input.isEmpty ? 0 : min(input.count, Int(input[0]) * input.count / 255)
    switch (parseRequestHead(input.span.extracting(0..<cut)), whole) {
    case (.incomplete, _): break
    case (.complete(let part), .complete(let head)):
        precondition(part.byteCount == head.byteCount, "a request's end moved with more bytes")
    case (.refused(let part), .refused(let fault)):
        precondition(part == fault, "a refusal's reason changed with more bytes")
    default: preconditionFailure("a decision changed with more bytes")
    }
}

private func checkRanges(_ head: RequestHead, _ input: [UInt8]) {
    let bytes = input.span
    precondition(head.byteCount <= bytes.count, "a head is longer than its input")
    precondition(bytes[head.path.lowerBound] == 0x2F, "a path does not begin with a slash")
    let ranges = [
        head.path, head.query, head.authorization, head.contentType, head.idempotencyKey,
        head.ifMatch, head.ifNoneMatch, head.accept, head.forwardedFor, head.realIP,
    ]
    for case let range? in ranges {
        precondition(range.upperBound <= head.byteCount, "a range reaches into the body")
        for index in range { precondition(bytes[index] != 0x0D, "a range holds a line's end") }
    }
    if let range = head.authorization { _ = AuthorizationField(bytes, in: range) }
    if let range = head.forwardedFor { _ = NetworkAddress(firstForwarded: bytes.extracting(range)) }
    if let query = head.query {
        var fields = QueryFields(in: query)
        // A fault only ends the walk.
        while (try? fields.next(bytes)) != nil {}
    }
}

private func checkResponse(_ input: [UInt8]) {
    guard case .complete(let head) = parseResponseHead(input.span) else { return }
    precondition(head.byteCount <= input.count, "a head is longer than its input")
    precondition((100...999).contains(head.status), "a status has other than three digits")
    _ = head.field(named: "etag", input.span)
}
