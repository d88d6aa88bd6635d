import Foundation
import Vault

/// Makes a dumped request fit to be read: identifiers as they are written, no module names.
enum Readable {
    static func text(_ dump: String) -> String {
        dump.replacing(/Vault\.Identifier<Vault\.(\w+)Kind>\(value: (\d+)\)/) { match in
            let kind = ObjectKind.allCases.first {
                $0.noun.description.replacing("_", with: "")
                    .caseInsensitiveCompare(String(match.1)) == .orderedSame
            }
            guard let kind, let value = UInt128(match.2) else { return String(match.0) }
            return IdentifierText.text(kind, value)
        }
        .replacing(/Vault\.Name\(text: ("\w+")\)/) { String($0.1) }
        .replacing(/Vault\.Vault\.|Vault\.|ModelTests\.|Reference<\w+>|\w+: nil,? ?/, with: "")
    }
}
