import Vault

/// Texts of tokens and identifiers: only the canonical one is read.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let (kind, value) = IdentifierText.parse(input.span) {
        precondition(
            Array(IdentifierText.text(kind, value).utf8) == input,
            "an identifier has two texts")
    }
    // No locked memory left is no fault of the input.
    guard var token = try? PresentedToken() else { return 0 }
    let isRead = token.read(input.span)
    precondition(!isRead || input.count == TokenText.characterCount, "a token of another length")
    _ = token.read(mended(input).span)
    return 0
}

/// The input with a right checksum behind its first 64 characters, which no fuzzer would guess.
private func mended(_ input: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var text = Array(input.prefix(64))
    // The bytes of an array, as plain as they come.
    var checksum = Int(CRC32.checksum(unsafe text.span.bytes))
    var tail: [UInt8] = []
    for _ in 0..<6 {
        tail.insert(digits[checksum % 62], at: 0)
        checksum /= 62
    }
    text += tail
    return text
}
