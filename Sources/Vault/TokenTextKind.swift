import Crypto

/// What a token text says it is, by its prefix.
package enum TokenTextKind: UInt8, CaseIterable, Sendable {
    case organization = 1
    case account, integration, refresh

    /// Four ASCII characters.
    package var prefix: StaticString {
        switch self {
        case .organization: "sro_"
        case .account: "sra_"
        case .integration: "sri_"
        case .refresh: "srr_"
        }
    }
}
