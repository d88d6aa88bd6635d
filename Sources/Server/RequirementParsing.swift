import Vault
import Wire

/// The query of a verification: what the gateway's configuration demands (2-gateways, rule 4).
package struct ParsedRequirement {
    var requirement = Requirement.none
    /// What 429 becomes, for gateways that cannot pass it on.
    var limitStatus = 429

    init() {}

    /// What is not one of ours is ignored, well formed or not: some gateways append the client's
    /// own query. Where its names may be the same as ours, `client_uri=` ends the gateway's part.
    package init(_ query: Span<UInt8>) {
        var pairs = FieldPairs(in: 0..<query.count)
        var seen: Set<String> = []
        do throws(FieldPairFault) {
            while let pair = try pairs.next(query) {
                let bytes = query.extracting(pair.name)
                if bytes.equals("client_uri") { break }
                guard let name = Self.name(bytes) else { continue }
                let value = try PercentCoding.text(query, pair.value, plusIsSpace: false)
                // Of the same demand twice nobody can say which one counts.
                if !seen.insert(name).inserted { requirement.isBad = true }
                take(name, value)
            }
        } catch {
            requirement.isBad = true
        }
    }

    private static let names = [
        "level", "permission", "account", "integration", "connector", "provider", "inject",
        "limit_status",
    ]

    private static func name(_ bytes: Span<UInt8>) -> String? {
        names.first { bytes.equals($0) }
    }

    mutating func take(_ name: String, _ value: String) {
        switch name {
        case "level": requirement.level = demand(Token.Level(value))
        case "permission": requirement.permission = demand(Permission(value))
        case "account": requirement.account = demand(Reference<AccountKind>(value))
        case "integration": requirement.integration = demand(Reference<IntegrationKind>(value))
        case "connector": requirement.connector = demand(catalogueName(value).map(ConnectorID.init))
        case "provider": requirement.provider = demand(catalogueName(value).map(ProviderID.init))
        case "inject":
            requirement.injectsAuthorization = value == "authorization"
            if value != "authorization" { requirement.isBad = true }
        default:
            limitStatus = value == "403" ? 403 : 429
            if value != "403", value != "429" { requirement.isBad = true }
        }
    }

    /// A demand that cannot be understood is never met.
    private mutating func demand<T>(_ value: T?) -> T? {
        if value == nil { requirement.isBad = true }
        return value
    }

    private func catalogueName(_ text: String) -> String? { Name(text)?.text }
}
