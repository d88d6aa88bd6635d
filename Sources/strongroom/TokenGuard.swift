import Vault

/// Keeps secrets off the command line, where every user of the machine can read them.
enum TokenGuard {
    private static let prefixes = TokenTextKind.allCases.map { $0.prefix.description }
    /// Long enough that no name is taken for a token.
    private static let byteCountMin = 40

    static func check(_ arguments: [String]) throws(Failure) {
        for argument in arguments where holdsToken(argument) {
            throw .usage(
                "an argument holds a token's secret, which other users of this machine can see: "
                    + "use --token-file and consider that token burnt")
        }
    }

    private static func holdsToken(_ argument: String) -> Bool {
        prefixes.contains { prefix in
            argument.ranges(of: prefix).contains { range in
                let tail = argument[range.lowerBound...].prefix { character in
                    character == "_"
                        || character.isASCII && (character.isLetter || character.isNumber)
                }
                return tail.count >= byteCountMin
            }
        }
    }
}
