import Wire

/// The small formats: what is read writes to a text that reads as the same.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    checkAddress(input)
    if let length = DurationText.parse(input.span) {
        let text = DurationText.text(microseconds: length)
        precondition(DurationText.parse(text) == length, "a length of time did not come back")
    }
    if let time = Timestamp.parse(input.span) {
        // A shorter fraction comes back with all its digits.
        let text = Timestamp.text(microseconds: time)
        precondition(Timestamp.parse(text) == time, "a time did not come back")
    }
    _ = AuthorizationField(input.span)
    checkForm(input)
    return 0
}

private func checkAddress(_ input: [UInt8]) {
    for case let address? in [
        NetworkAddress(input.span), NetworkAddress(maybeWithPort: input.span),
        NetworkAddress(firstForwarded: input.span),
    ] {
        let text = Array(address.text.utf8)
        precondition(NetworkAddress(text.span) == address, "an address did not come back")
    }
}

private func checkForm(_ input: [UInt8]) {
    var fields = FormFields(in: 0..<input.count)
    // A fault only ends the walk.
    while let field = try? fields.next(input.span) {
        var value: [UInt8] = []
        // A fault only leaves the value unread.
        try? FormFields.decode(field.value, input.span, into: &value)
        precondition(value.count <= field.value.count, "a value grew when it was decoded")
    }
}
