import Support
import Vault

/// What the product's page says of permission sets, providers and lifetimes, in plain words.
///
/// Nothing here asks the program: the two are held against each other.
enum Rulebook {
    static let sets: [PermissionSet: Set<Permission>] = Dictionary(
        uniqueKeysWithValues: PermissionSet.allCases.map { set in
            (set, Set(Permission.allCases.filter { gives(set, $0.text) }))
        })

    /// Of an account, its credentials and its tokens.
    static let ofAllBelow: Set<Permission> = [
        .accountsUpdate, .accountsDelete, .credentialsUpdate, .credentialsDelete, .tokensDelete,
        .tokensRemoveSecondary,
    ]

    /// Done to the organization itself, or to what belongs to no account.
    static let ofWholeOrganization: Set<Permission> = Set(
        ["organization", "members", "roles", "integration_points"].flatMap { api in
            ["create", "update", "delete"].compactMap { Permission("\(api):\($0)") }
        } + [.accountsCreate])

    static let grace = TimeSpan.hours(24)
    static let graceMax = TimeSpan.days(7)
    static let longest = TimeSpan.days(365)
    static let defaultToken = TimeSpan.days(365)
    static let adhoc = TimeSpan.hours(24)
    static let adhocIntegration = TimeSpan.minutes(10)
    static let memberToken = TimeSpan.hours(1)
    static let recentUse = TimeSpan.minutes(10)
    static let repetition = TimeSpan.minutes(10)
    static let grave = TimeSpan.days(30)
    static let ancestors = 8

    private static func gives(_ set: PermissionSet, _ text: String) -> Bool {
        let parts = text.split(separator: ":").map(String.init)
        let (api, action) = (parts[0], parts[1])
        let isReading = action == "list" || action == "get"
        switch set {
        case .administrator: return text != "connector:use" && text != "credentials:use"
        case .viewer: return isReading
        case .member:
            return [
                "organization:get", "members:get", "members:update", "tokens:list", "tokens:get",
                "tokens:create", "tokens:delete", "tokens:refresh", "tokens:remove_secondary",
            ].contains(text)
        case .accountManager:
            if api == "integration_points" { return isReading }
            return ["accounts", "integrations", "credentials", "providers"].contains(api)
                && action != "use"
        case .connectUI:
            if api == "providers" || api == "integration_points" { return isReading }
            return (api == "integrations" || api == "credentials")
                && (isReading || action == "create" || action == "delete")
        case .tokenIssuer: return text == "tokens:create_integration"
        case .integration: return text == "connector:use" || text == "credentials:use"
        }
    }

    static func tokenLifeMax(_ kind: Member.Kind) -> TimeSpan {
        kind == .personal ? .hours(24) : .days(90)
    }

    static func provider(_ id: ProviderID) -> Provider? { Catalogue.small.provider(id) }

    static func connector(_ id: ProviderID) -> ConnectorID? { provider(id)?.connector }

    /// Deny wins; absent or empty allows nothing.
    static func allows(
        _ point: KnownPoint, _ id: ProviderID, in environment: Account.Environment
    ) -> Bool {
        guard connector(id) == point.connector, let rule = point.rules[environment] else {
            return false
        }
        return holds(rule.allow, id) && !holds(rule.deny, id)
    }

    static func areKnown(_ rules: ProviderRules, to connector: ConnectorID) -> Bool {
        Account.Environment.allCases.compactMap { rules[$0] }.flatMap { [$0.allow, $0.deny] }
            .allSatisfy { list in
                guard case .only(let ids) = list else { return true }
                return ids.allSatisfy { self.connector($0) == connector }
            }
    }

    private static func holds(_ list: ProviderList, _ id: ProviderID) -> Bool {
        switch list {
        case .all: true
        case .only(let ids): ids.contains(id)
        }
    }
}

/// What narrows a token or a role, read as the product's page has it: present members are ANDed.
extension Resources {
    func holds(_ account: KnownAccount) -> Bool {
        guard let accounts else { return true }
        return (accounts.ids.map { $0.contains(account.id) } ?? true)
            && (accounts.environments.map { $0.contains(account.environment) } ?? true)
            && (accounts.labels.map { !Set($0).isDisjoint(with: account.labels) } ?? true)
    }

    func holds(_ integration: KnownIntegration) -> Bool {
        let connector = Rulebook.connector(integration.provider)
        return (integrations?.ids.map { $0.contains(integration.id) } ?? true)
            && (integrations?.connectors.map { list in list.contains { $0 == connector } } ?? true)
            && holds(integration.point)
    }

    func holds(_ point: IntegrationPointID?) -> Bool {
        connect?.point == nil || connect?.point == point
    }

    /// Whether the text of these alone shows that they hold nothing that `wider` does not.
    func isShorter(than wider: Resources) -> Bool {
        func fits<T: Hashable>(_ own: [T]?, _ other: [T]?) -> Bool {
            guard let other else { return true }
            return own.map { Set($0).isSubset(of: other) } ?? false
        }
        return fits(accounts?.ids, wider.accounts?.ids)
            && fits(accounts?.labels, wider.accounts?.labels)
            && fits(accounts?.environments, wider.accounts?.environments)
            && fits(integrations?.ids, wider.integrations?.ids)
            && fits(integrations?.connectors, wider.integrations?.connectors)
    }
}
