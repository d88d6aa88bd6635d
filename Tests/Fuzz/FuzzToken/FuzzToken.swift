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
    return 0
}
