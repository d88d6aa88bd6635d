import Audit
import SQLite
import Vault

/// Every table and every question that is put to one; prepared once, when the store is opened.
struct StoreTables {
    let standings: RowTable<Standing>
    let censuses: RowTable<Census>
    let organizations: RowTable<Organization>
    let accounts: RowTable<Account>
    let integrations: RowTable<Integration>
    let integrationPoints: RowTable<IntegrationPoint>
    let credentials: RowTable<Credential>
    let tokens: RowTable<Token>
    let keyPairs: RowTable<KeyPairRecord>
    let uses: RowTable<Use>
    let answers: RowTable<IdempotencyRecord>
    let auditBatches: RowTable<AuditBatch>
    let auditHeads: RowTable<AuditHead>
    let members: MemberTables
    let tokenQuestions: TokenQuestions
    let queries: StoreQueries
    let register: RowRegister
    let deletions: Deletions
    private let onlyStanding: RowQuery<Standing>
    private let onlyCensus: RowQuery<Census>
    private let onlyHead: RowQuery<AuditHead>

    init(on connection: Connection, ring: KeyRing) throws(StoreError) {
        register = try RowRegister(on: connection, ring: ring)
        let access = RowAccess(connection: connection, ring: ring, register: register)
        standings = try RowTable(access)
        censuses = try RowTable(access)
        organizations = try RowTable(access)
        accounts = try RowTable(access)
        integrations = try RowTable(access)
        integrationPoints = try RowTable(access)
        credentials = try RowTable(access)
        tokens = try RowTable(access)
        keyPairs = try RowTable(access)
        uses = try RowTable(access)
        answers = try RowTable(access)
        auditBatches = try RowTable(access)
        auditHeads = try RowTable(access)
        members = try MemberTables(access)
        tokenQuestions = try TokenQuestions(access)
        onlyStanding = try standings.query("id = 1")
        onlyCensus = try censuses.query("id = 1")
        onlyHead = try auditHeads.query("id = 1")
        deletions = try Deletions(on: connection, register)
        queries = try StoreQueries(access)
    }

    func standing() throws(StoreError) -> Standing { try onlyStanding.only() }
    func census() throws(StoreError) -> Census { try onlyCensus.only() }
    func auditHead() throws(StoreError) -> AuditHead { try onlyHead.only() }
}

/// The questions, one for each way in which the domain looks things up.
struct StoreQueries {
    let organizationByID: RowQuery<Organization>
    let organizationByName: RowQuery<Organization>
    let organizations: RowQuery<Organization>
    let accountByID: RowQuery<Account>
    let accountByName: RowQuery<Account>
    let accounts: RowQuery<Account>
    let integrationByID: RowQuery<Integration>
    let integrationByName: RowQuery<Integration>
    let integrationsOfAccount: RowQuery<Integration>
    let integrationsOfOrganization: RowQuery<Integration>
    let integrationsByCredential: RowQuery<Integration>
    let integrationsByPoint: RowQuery<Integration>
    let pointByID: RowQuery<IntegrationPoint>
    let pointByName: RowQuery<IntegrationPoint>
    let points: RowQuery<IntegrationPoint>
    let credentialByID: RowQuery<Credential>
    let credentialByName: RowQuery<Credential>
    let credentials: RowQuery<Credential>
    let tokenBySelector: RowQuery<Token>
    let tokenByID: RowQuery<Token>
    let tokensOfAccount: RowQuery<Token>
    let tokensOfOrganization: RowQuery<Token>
    let keyPair: RowQuery<KeyPairRecord>
    let newestKeyPair: RowQuery<KeyPairRecord>
    let use: RowQuery<Use>
    let answer: RowQuery<IdempotencyRecord>
    let auditBatches: RowQuery<AuditBatch>

    init(_ access: RowAccess) throws(StoreError) {
        func asked<Record: StoredRow>(
            _ condition: String
        ) throws(StoreError) -> RowQuery<Record> {
            try RowQuery(condition, access)
        }
        organizationByID = try asked("id = ?1")
        organizationByName = try asked("name = ?1")
        organizations = try asked("id > ?1 ORDER BY id LIMIT ?2")
        accountByID = try asked("organization = ?1 AND id = ?2")
        accountByName = try asked("organization = ?1 AND name = ?2")
        accounts = try asked("organization = ?1 AND id > ?2 ORDER BY id LIMIT ?3")
        integrationByID = try asked("organization = ?1 AND account = ?2 AND id = ?3")
        integrationByName = try asked("organization = ?1 AND account = ?2 AND name = ?3")
        integrationsOfAccount = try asked(
            "organization = ?1 AND account = ?2 AND id > ?3 ORDER BY id LIMIT ?4")
        integrationsOfOrganization = try asked(
            "organization = ?1 AND id > ?2 ORDER BY id LIMIT ?3")
        integrationsByCredential = try asked(
            "organization = ?1 AND credential = ?2 AND id > ?3 ORDER BY id LIMIT ?4")
        integrationsByPoint = try asked(
            "organization = ?1 AND integration_point = ?2 AND id > ?3 ORDER BY id LIMIT ?4")
        pointByID = try asked("organization = ?1 AND id = ?2")
        pointByName = try asked("organization = ?1 AND name = ?2")
        points = try asked("organization = ?1 AND id > ?2 ORDER BY id LIMIT ?3")
        credentialByID = try asked("organization = ?1 AND id = ?2")
        credentialByName = try asked(
            "organization = ?1 AND owner_kind = ?2 AND owner = ?3 AND name = ?4")
        credentials = try asked(
            "organization = ?1 AND owner_kind = ?2 AND owner = ?3 AND id > ?4 ORDER BY id LIMIT ?5")
        tokenBySelector = try asked("selector = ?1")
        tokenByID = try asked("organization = ?1 AND id = ?2")
        tokensOfAccount = try asked(
            "organization = ?1 AND account = ?2 AND id > ?3 ORDER BY id LIMIT ?4")
        tokensOfOrganization = try asked("organization = ?1 AND id > ?2 ORDER BY id LIMIT ?3")
        keyPair = try asked("organization = ?1 AND account = ?2 AND version = ?3")
        newestKeyPair = try asked(
            "organization = ?1 AND account = ?2 ORDER BY version DESC LIMIT 1")
        use = try asked("organization = ?1 AND object = ?2 AND generation = ?3")
        answer = try asked("key = ?1")
        auditBatches = try asked(
            "first >= (SELECT max(first) FROM audit_batch WHERE first <= ?1) ORDER BY first")
    }
}
