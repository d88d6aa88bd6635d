import Vault

/// One thing that somebody asks of the vault, or that happens to it.
enum Request {
    // By the operator.
    case createOrganization(Name)
    case setOrganization(OrganizationID, isDisabled: Bool)
    case deleteOrganization(OrganizationID)
    case rotateDefault(OrganizationID, grace: TimeSpan?)
    case resetDefault(OrganizationID)
    case removeDefaultSecondary(OrganizationID, isForced: Bool)
    // By whoever holds a secret.
    case call(Key, Call)
    case logOn(OrganizationID, Reference<MemberKind>, isRight: Bool, TimeSpan?)
    // By the gateway.
    case verify(Key, Requirement)
    case release(Key)
    case revoke(Key)
    // By time.
    case pass(TimeSpan)
    case tidyUp
    case restart
}

/// A call of the management API.
enum Call {
    case getOrganization, renameOrganization

    case createAccount(Vault.NewAccount)
    case getAccount(Reference<AccountKind>)
    case updateAccount(Reference<AccountKind>, Vault.AccountChange)
    case deleteAccount(Reference<AccountKind>)
    case listAccounts

    case createPoint(Vault.NewIntegrationPoint)
    case getPoint(Reference<IntegrationPointKind>)
    case updatePoint(Reference<IntegrationPointKind>, ProviderRules)
    case deletePoint(Reference<IntegrationPointKind>)
    case listPoints

    case createIntegration(Reference<AccountKind>, Vault.NewIntegration, Source)
    case getIntegration(IntegrationPath)
    case updateIntegration(IntegrationPath, Vault.IntegrationChange, Source)
    case deleteIntegration(IntegrationPath)
    case listIntegrations(Reference<AccountKind>?)

    case createCredential(CredentialOwner, Vault.NewCredential, Value)
    case getCredential(CredentialOwner, Reference<CredentialKind>)
    case replaceCredential(CredentialOwner, Reference<CredentialKind>, Value)
    case deleteCredential(CredentialOwner, Reference<CredentialKind>)
    case listCredentials(CredentialOwner)

    case createRole(Vault.NewRole)
    case getRole(Reference<RoleKind>)
    case updateRole(Reference<RoleKind>, Vault.RoleChange)
    case deleteRole(Reference<RoleKind>)
    case listRoles

    case createMember(Vault.NewMember, hasSecret: Bool)
    case getMember(Reference<MemberKind>)
    case updateMember(Reference<MemberKind>, Vault.MemberChange, setsSecret: Bool)
    case deleteMember(Reference<MemberKind>)
    case listMembers

    case mint(AdhocRequest, key: String?)
    case mintForAccount(Reference<AccountKind>, AdhocRequest)
    case mintForIntegration(IntegrationPath, AdhocRequest)
    case mintForMember(Reference<MemberKind>, Vault.MemberTokenRequest)
    case getToken(TokenID)
    case listTokens
    case refresh(TokenID, grace: TimeSpan?)
    case rotate(TokenID, grace: TimeSpan?, key: String?)
    case reset(TokenID)
    case removeSecondary(TokenID, isForced: Bool)
    case deleteToken(TokenID)
    case logOff
}

struct IntegrationPath {
    let account: Reference<AccountKind>
    let integration: Reference<IntegrationKind>
}

/// A credential's value: its type, and the secret part of it.
struct Value: Hashable {
    let type: CredentialType
    let secret: String
}

/// Where an integration's credential comes from.
enum Source {
    case none, removed
    case inline(Value)
    case existing(CredentialID)

    var isNone: Bool {
        if case .none = self { true } else { false }
    }
}
