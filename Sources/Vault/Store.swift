package import Crypto

/// What the storage may say when it cannot do what was asked.
package enum StoreError: Error, Equatable, Sendable {
    /// No room; nothing of the batch was kept, and the batch may be tried again later.
    case full
    /// The device failed or the file is damaged: the process must stop and recover from disk.
    case failed(code: Int32)
    /// A row is not what this vault wrote; the object must not be used.
    case integrity(table: String)
    /// The file holds something else than this version's vault.
    case foreign(String)
}

/// Sentences for the operator, who may get to read no other.
extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .full: "there is no room on the disk: make some, then start again"
        case .failed(let code):
            "the storage failed (code \(code)), what was not on disk was not acknowledged:"
                + " look at the disk, then start again"
        case .integrity(let table):
            "a row of the table \(table) was changed by something else: restore a backup"
        case .foreign(let sentence): sentence
        }
    }
}

/// The vault's state, in the domain's terms; one owner, one open batch.
///
/// Contract, held by one suite for every engine:
/// - `apply` joins the open batch, opening one if there is none; reads see it at once.
/// - `commit` makes the batch durable, whole or not at all; when it has returned, the batch
///   survives the loss of power. `abandon` forgets the batch, and is never an error without one.
/// - After `.full` the whole batch is gone; `apply`, steps and `commit` go on saying `.full` until
///   `abandon`, so that no half of a batch is ever committed.
/// - An insert of what is there, an update of what is not, and a step out of order are `.failed`;
///   a deletion of what is not there does nothing.
/// - A step lies within the open batch (it opens one if there is none) and does not nest: what was
///   applied since `beginStep` stays with `keepStep` and is as if never applied after `undoStep`.
/// - Look-ups name the whole path of an object, never its identifier alone.
/// - A row whose authentication fails is reported as `.integrity`, never returned.
/// - Lists are in the order of identifiers, strictly after `after`, at most `limit` long.
package protocol Store: AnyObject {
    func organization(_ id: OrganizationID) throws(StoreError) -> Organization?
    func organization(named name: Name) throws(StoreError) -> Organization?
    func organizations(
        after: OrganizationID?, limit: Int
    ) throws(StoreError) -> [Organization]

    func account(
        _ id: AccountID, in organization: OrganizationID
    ) throws(StoreError) -> Account?
    func account(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Account?
    func accounts(
        in organization: OrganizationID, after: AccountID?, limit: Int
    ) throws(StoreError) -> [Account]

    func integration(
        _ id: IntegrationID, in scope: AccountScope
    ) throws(StoreError) -> Integration?
    func integration(
        named name: Name, in scope: AccountScope
    ) throws(StoreError) -> Integration?
    /// Of one account, or of every account of the organization when `account` is nil.
    func integrations(
        in organization: OrganizationID, account: AccountID?, after: IntegrationID?, limit: Int
    ) throws(StoreError) -> [Integration]

    /// Those that refer to a credential, in whatever account.
    func integrations(
        using credential: CredentialID, in organization: OrganizationID, after: IntegrationID?,
        limit: Int
    ) throws(StoreError) -> [Integration]
    /// Those that refer to an integration point, in whatever account.
    func integrations(
        at point: IntegrationPointID, in organization: OrganizationID, after: IntegrationID?,
        limit: Int
    ) throws(StoreError) -> [Integration]

    func integrationPoint(
        _ id: IntegrationPointID, in organization: OrganizationID
    ) throws(StoreError) -> IntegrationPoint?
    func integrationPoint(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> IntegrationPoint?
    func integrationPoints(
        in organization: OrganizationID, after: IntegrationPointID?, limit: Int
    ) throws(StoreError) -> [IntegrationPoint]

    /// `account` is nil for a credential that belongs to the organization.
    func credential(
        _ id: CredentialID, in owner: KeyOwner
    ) throws(StoreError) -> Credential?
    func credential(
        named name: Name, of holder: CredentialOwner, in owner: KeyOwner
    ) throws(StoreError) -> Credential?
    func credentials(
        of holder: CredentialOwner, in owner: KeyOwner, after: CredentialID?, limit: Int
    ) throws(StoreError) -> [Credential]

    func token(selector: SelectorBytes) throws(StoreError) -> Token?
    func token(_ id: TokenID, in organization: OrganizationID) throws(StoreError) -> Token?
    /// One that was given this name, was not revoked, and has a fixed end after `now`.
    func token(
        named name: Name, in place: TokenPlace, at now: Instant
    ) throws(StoreError) -> Token?
    func tokens(
        in organization: OrganizationID, account: AccountID?, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token]
    /// Of one member.
    func tokens(
        of member: MemberID, in organization: OrganizationID, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token]
    /// Minted by one token.
    func children(
        of token: TokenID, in organization: OrganizationID, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token]
    func hasChildren(
        _ token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Bool
    /// Tokens that did not come with their owner and were revoked, or whose newest generation
    /// ended, before `limit`; of all organizations, in the order of that time.
    func deadTokens(
        before limit: Instant, after: DeadPosition?, limit count: Int
    ) throws(StoreError) -> [Token]

    func member(
        _ id: MemberID, in organization: OrganizationID
    ) throws(StoreError) -> Member?
    func member(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Member?
    func members(
        in organization: OrganizationID, after: MemberID?, limit: Int
    ) throws(StoreError) -> [Member]

    /// Of those that somebody made.
    func role(
        _ id: RoleID, in organization: OrganizationID
    ) throws(StoreError) -> Role?
    func role(
        named name: Name, in organization: OrganizationID
    ) throws(StoreError) -> Role?
    func roles(
        in organization: OrganizationID, after: RoleID?, limit: Int
    ) throws(StoreError) -> [Role]

    func keyPair(
        of owner: KeyOwner, version: UInt32
    ) throws(StoreError) -> KeyPairRecord?
    func newestKeyPair(of owner: KeyOwner) throws(StoreError) -> KeyPairRecord?

    func use(
        of object: UInt128, generation: UInt32, in organization: OrganizationID
    ) throws(StoreError) -> Use?

    func useHistory(
        of token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> UseHistory?

    func remembered(_ key: Digest) throws(StoreError) -> IdempotencyRecord?
    func hasAnswers(
        about token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Bool

    func counts() throws(StoreError) -> StoreCounts
    func standing() throws(StoreError) -> Standing

    func apply(_ mutation: Mutation) throws(StoreError)
    func beginStep() throws(StoreError)
    func keepStep() throws(StoreError)
    func undoStep() throws(StoreError)
    func commit() throws(StoreError)
    func abandon() throws(StoreError)
    /// Overwrites what deleted rows left behind in the engine's side files.
    func scrub() throws(StoreError)
}

/// The path to everything that belongs to one account.
package struct AccountScope: Hashable, Sendable {
    package let organization: OrganizationID
    package let account: AccountID

    package init(organization: OrganizationID, account: AccountID) {
        self.organization = organization
        self.account = account
    }

    package var keyOwner: KeyOwner { KeyOwner(organization: organization, account: account) }
}

/// The path to what a token speaks for: an integration, else an account, else the organization.
package struct TokenPlace: Hashable, Sendable {
    package let organization: OrganizationID
    package let account: AccountID?
    package let integration: IntegrationID?

    package init(
        organization: OrganizationID, account: AccountID? = nil, integration: IntegrationID? = nil
    ) {
        self.organization = organization
        self.account = account
        self.integration = integration
    }
}

/// How many objects there are.
package struct StoreCounts: Equatable, Sendable {
    package var organizations = 0
    package var accounts = 0
    package var integrations = 0
    package var credentials = 0
    package var tokens = 0
    package init() {}
}

/// The vault's own row: who it is and how far it has come.
package struct Standing: Equatable, Sendable {
    package let vault: UInt128
    /// Goes up with every batch that changes state; never down without a signed override.
    package var generation: UInt64
    /// Goes up with every change that may end an authority; what gateways compare.
    package var epoch: UInt64

    package init(vault: UInt128, generation: UInt64, epoch: UInt64) {
        self.vault = vault
        self.generation = generation
        self.epoch = epoch
    }
}

/// One change of the vault's state.
package enum Mutation: Sendable {
    case insertOrganization(Organization)
    case updateOrganization(Organization)
    /// With everything that belongs to it.
    case deleteOrganization(OrganizationID)
    case insertAccount(Account)
    case updateAccount(Account)
    /// With its tokens, integrations, credentials and keys.
    case deleteAccount(AccountScope)
    case insertIntegration(Integration)
    case updateIntegration(Integration)
    /// With its tokens and the credentials that belong to it alone.
    case deleteIntegration(IntegrationID, AccountScope)
    case insertIntegrationPoint(IntegrationPoint)
    case updateIntegrationPoint(IntegrationPoint)
    /// With the credentials that belong to it.
    case deleteIntegrationPoint(IntegrationPointID, OrganizationID)
    case insertCredential(Credential)
    case updateCredential(Credential)
    case deleteCredential(CredentialID, KeyOwner)
    case insertToken(Token)
    case updateToken(Token)
    case deleteToken(TokenID, OrganizationID)
    case insertMember(Member)
    case updateMember(Member)
    case deleteMember(MemberID, OrganizationID)
    case insertRole(Role)
    case updateRole(Role)
    case deleteRole(RoleID, OrganizationID)
    case insertKeyPair(KeyPairRecord)
    case putUse(Use)
    case putUseHistory(UseHistory)
    case deleteUse(object: UInt128, generation: UInt32, OrganizationID)
    case remember(IdempotencyRecord)
    /// Every remembered answer whose window has closed by then.
    case forget(before: Instant)
    case putStanding(Standing)
}
