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
    let deletions: Deletions
    private let onlyStanding: RowQuery<Standing>
    private let onlyCensus: RowQuery<Census>
    private let onlyHead: RowQuery<AuditHead>

    init(on connection: Connection, ring: KeyRing) throws(StoreError) {
        standings = try RowTable(on: connection, ring: ring)
        censuses = try RowTable(on: connection, ring: ring)
        organizations = try RowTable(on: connection, ring: ring)
        accounts = try RowTable(on: connection, ring: ring)
        integrations = try RowTable(on: connection, ring: ring)
        integrationPoints = try RowTable(on: connection, ring: ring)
        credentials = try RowTable(on: connection, ring: ring)
        tokens = try RowTable(on: connection, ring: ring)
        keyPairs = try RowTable(on: connection, ring: ring)
        uses = try RowTable(on: connection, ring: ring)
        answers = try RowTable(on: connection, ring: ring)
        auditBatches = try RowTable(on: connection, ring: ring)
        auditHeads = try RowTable(on: connection, ring: ring)
        members = try MemberTables(on: connection, ring: ring)
        tokenQuestions = try TokenQuestions(on: connection, ring: ring)
        onlyStanding = try standings.query("id = 1")
        onlyCensus = try censuses.query("id = 1")
        onlyHead = try auditHeads.query("id = 1")
        deletions = try Deletions(on: connection)
        queries = try StoreQueries(on: connection, ring: ring)
    }

    func standing() throws(StoreError) -> Standing { try only(onlyStanding) }
    func census() throws(StoreError) -> Census { try only(onlyCensus) }
    func auditHead() throws(StoreError) -> AuditHead { try only(onlyHead) }

    /// A row that is always there; whoever took it away has tampered.
    private func only<Record>(_ query: RowQuery<Record>) throws(StoreError) -> Record {
        guard let record = try query.first(where: { _ in true }) else {
            throw .integrity(table: Record.shape.table)
        }
        return record
    }
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

    init(on connection: Connection, ring: KeyRing) throws(StoreError) {
        func asked<Record: StoredRow>(
            _ condition: String
        ) throws(StoreError) -> RowQuery<Record> {
            try RowQuery(condition, on: connection, ring: ring)
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
