import StrongroomClient

/// The secret that a member logs on with: from a file, standard input or the terminal.
enum MemberSecretSource {
    /// What the verbs that set one accept.
    static let options: [Option] = [
        file, .flag("ask-secret", "ask on the terminal for the secret that it logs on with"),
    ]

    static let file = Option.value(
        "secret-file", "PATH", "the secret that the member logs on with, - for standard input")

    /// A secret that is being set; nil where none was given.
    static func new(_ invocation: Invocation) throws(Failure) -> SecretText? {
        try invocation.refuse("ask-secret", beside: "secret-file")
        if let path = invocation.value("secret-file") { return try given(path) }
        return invocation.has("ask-secret") ? try askedTwice() : nil
    }

    /// The secret of one who logs on.
    static func shown(_ invocation: Invocation) throws(Failure) -> SecretText {
        if let path = invocation.value("secret-file") { return try given(path) }
        return try asked("Secret: ")
    }

    private static func given(_ path: String) throws(Failure) -> SecretText {
        try SecretInput.file(path, "the member's secret")
    }

    /// Nobody sees what is typed, so a slip of the finger would lock the member out.
    private static func askedTwice() throws(Failure) -> SecretText {
        let first = try asked("New secret: ")
        let second = try asked("The same again: ")
        let isSame = first.withBytes { first in
            second.withBytes { second in
                first.count == second.count && first.indices.allSatisfy { first[$0] == second[$0] }
            }
        }
        guard isSame else { throw .usage("the two secrets are not the same") }
        return first
    }

    private static func asked(_ text: String) throws(Failure) -> SecretText {
        guard let secret = try SecretInput.prompt(text) else {
            throw .usage("there is no terminal to ask on: give --secret-file PATH or -")
        }
        guard secret.byteCount > 0 else { throw .usage("the member's secret is empty") }
        return secret
    }
}
