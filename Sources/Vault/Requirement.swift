/// What a gateway's configuration demands of a token beyond being valid; all given must hold.
package struct Requirement: Hashable, Sendable {
    package var level: Token.Level?
    package var permission: Permission?
    package var account: Reference<AccountKind>?
    package var integration: Reference<IntegrationKind>?
    package var connector: ConnectorID?
    package var provider: ProviderID?
    /// The provider's credential is wanted as a ready header value.
    package var injectsAuthorization = false
    /// The requirement itself could not be understood; such a one is never met.
    package var isBad = false

    package init() {}

    package static let none = Requirement()

    /// Whether it can only be judged with objects that the token itself does not name.
    func needsLookup(_ record: TokenRecord) -> Bool {
        switch record.level {
        case .organization:
            account != nil || integration != nil || connector != nil || provider != nil
        case .account:
            integration != nil || connector != nil || provider != nil
                || (account != nil && permission?.concernsAllBelow ?? false)
        case .integration:
            false
        }
    }
}

extension Token.Level {
    package var text: String {
        switch self {
        case .organization: "organization"
        case .account: "account"
        case .integration: "integration"
        }
    }

    package init?(_ text: String) {
        switch text {
        case "organization": self = .organization
        case "account": self = .account
        case "integration": self = .integration
        default: return nil
        }
    }
}
