import Server
import Vault

/// What is read from configuration files, queries and filters: an error or a value, never a trap.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    var configuration = Configuration(ownUID: 1000)
    // A fault is an answer.
    try? configuration.read(file: input)
    _ = ParsedRequirement(input.span)
    guard let text = String(validating: input, as: UTF8.self) else { return 0 }
    for key in Configuration.Key.allCases {
        try? configuration.read(flag: key, value: text)
    }
    for fields in ListCatalogue.fields.values { try? fields.check(filter: text) }
    checkPattern(text)
    checkNames(text)
    return 0
}

/// `like` with the first line as its pattern and the rest as the value.
private func checkPattern(_ text: String) {
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let pattern = try? WildcardPattern(String(parts[0])) else { return }
    let value = String(parts[1])
    let isMatch = pattern.matches(value)
    if ["*", "%"].contains(parts[0]) { precondition(isMatch, "a wildcard stands for everything") }
    guard !parts[0].contains(where: { $0 == "*" || $0 == "%" }) else { return }
    precondition(isMatch == value.utf8.elementsEqual(parts[0].utf8), "a plain text is itself")
}

/// The texts of the domain have one form each.
private func checkNames(_ text: String) {
    if let name = Name(text) { precondition(Name(name.text) == name, "a name did not come back") }
    if let permission = Permission(text) {
        precondition(Permission(permission.text) == permission, "a permission did not come back")
    }
    _ = Reference<AccountKind>(text)
    _ = Token.Level(text)
}
