import Vault

/// By what each kind of object can be narrowed and ordered; `schema/openapi.yaml` says the same.
extension ListDescription<Organization> {
    static let organizations = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .word("state", EnabledState.allCases.map(\.text), \.state.text),
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}

extension ListDescription<Account> {
    static let accounts = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .word(
            "environment", Account.Environment.allCases.map(\.text.description),
            \.environment.text.description),
        .labels(\.labels),
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}

extension ListDescription<Integration> {
    static let integrations = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .identifier("account_id", { $0.account }), .text("provider", \.provider.text),
        .derivedText("connector") { $1.facts(of: $0).connector.text },
        .identifier("integration_point", absence: .first, \.integrationPoint),
        .identifier("credential_id", absence: .first, \.credential),
        .word("state", EnabledState.allCases.map(\.text), \.state.text),
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}

extension ListDescription<IntegrationPoint> {
    static let integrationPoints = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .text("connector", \.connector.text),
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}

extension ListDescription<Credential> {
    static let credentials = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .word("type", CredentialType.allCases.map(\.text), \.type.text),
        .number("version", \.version), .time("expires", absence: .last, \.expires),
        .costlyTime("last_used_at", absence: .first) { (credential, vault) throws(Refusal) in
            try vault.use(of: credential)?.lastUsedAt
        },
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}

extension ListDescription<Token> {
    /// A token that was never used comes before all that were: it is as stale as can be.
    static let tokens = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .word("owner_type", ["organization", "account", "integration"]) {
            $0.owner.kind.noun.description
        },
        .owner([.organization, .account, .integration], \.owner),
        .identifier("account_id", absence: .first, \.account),
        .identifier("integration_id", absence: .first, \.integration),
        .word("token_type", ["default", "adhoc", "logon"], \.origin.text),
        .identifier("parent_id", absence: .first, \.parent),
        .identifier("member_id", absence: .first, \.member),
        .word(
            "permission_set", PermissionSet.allCases.map(\.text), absence: .first,
            \.shownPermissionSet),
        .time("expires", \.primary.expires), .time("revoked_at", absence: .last, \.revokedAt),
        .costlyTime("last_used_at", absence: .first) { (token, vault) throws(Refusal) in
            try TokenView(token, vault).lastUsedAt
        },
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}

extension ListDescription<Member> {
    static let members = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .word("type", Member.Kind.allCases.map(\.text), \.kind.text),
        .word("state", EnabledState.allCases.map(\.text), \.state.text),
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}

extension ListDescription<Role> {
    static let roles = Self([
        .id(\.id), .name(\.name), .text("fullname", \.fullname),
        .word("permission_set", PermissionSet.allCases.map(\.text), \.permissionSet.text),
        .time("created_at", \.createdAt), .time("updated_at", \.updatedAt),
    ])
}
