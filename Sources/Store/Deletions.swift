import SQLite
import Vault

/// Everything that goes when something goes: what lies below it, uses and remembered answers too.
struct Deletions {
    private let ofOrganization: Cascade
    private let ofAccount: Cascade
    private let ofIntegration: Cascade
    private let ofIntegrationPoint: Cascade
    private let ofCredential: Cascade
    private let ofToken: Cascade
    private let ofMember: Cascade
    private let ofRole: Cascade
    private let use: Statement
    private let answers: Statement
    private let auditBatches: Statement

    init(on connection: Connection, _ register: RowRegister) throws(StoreError) {
        ofOrganization = try Cascade(.organization, on: connection, register)
        ofAccount = try Cascade(.account, on: connection, register)
        ofIntegration = try Cascade(.integration, on: connection, register)
        ofIntegrationPoint = try Cascade(.integrationPoint, on: connection, register)
        ofCredential = try Cascade(.credential, on: connection, register)
        ofToken = try Cascade(.token, on: connection, register)
        ofMember = try Cascade(.member, on: connection, register)
        ofRole = try Cascade(.role, on: connection, register)
        (use, answers, auditBatches) = try engine { () throws(SQLiteError) in
            (
                try Statement(
                    "DELETE FROM object_use "
                        + "WHERE organization = ?1 AND object = ?2 AND generation = ?3",
                    on: connection),
                try Statement("DELETE FROM remembered WHERE expires <= ?1", on: connection),
                try Statement(
                    "DELETE FROM audit_batch WHERE first <= ?1 AND last <= ?1", on: connection)
            )
        }
    }

    func organization(_ id: OrganizationID, _ counts: inout StoreCounts) throws(StoreError) {
        try ofOrganization.run(id, counts: &counts)
    }

    func account(_ scope: AccountScope, _ counts: inout StoreCounts) throws(StoreError) {
        try ofAccount.run(scope.organization, scope.account, counts: &counts)
    }

    func integration(
        _ id: IntegrationID, _ scope: AccountScope, _ counts: inout StoreCounts
    ) throws(StoreError) {
        try ofIntegration.run(scope.organization, scope.account, id, counts: &counts)
    }

    func integrationPoint(
        _ id: IntegrationPointID, _ organization: OrganizationID, _ counts: inout StoreCounts
    ) throws(StoreError) {
        try ofIntegrationPoint.run(organization, id, counts: &counts)
    }

    func credential(
        _ id: CredentialID, _ owner: KeyOwner, _ counts: inout StoreCounts
    ) throws(StoreError) {
        try ofCredential.run(owner.organization, id, owner.account, counts: &counts)
    }

    func token(
        _ id: TokenID, _ organization: OrganizationID, _ counts: inout StoreCounts
    ) throws(StoreError) {
        try ofToken.run(organization, id, counts: &counts)
    }

    func member(
        _ id: MemberID, _ organization: OrganizationID, _ counts: inout StoreCounts
    ) throws(StoreError) {
        try ofMember.run(organization, id, counts: &counts)
    }

    func role(
        _ id: RoleID, _ organization: OrganizationID, _ counts: inout StoreCounts
    ) throws(StoreError) {
        try ofRole.run(organization, id, counts: &counts)
    }

    func use(
        _ object: UInt128, _ generation: UInt32, _ organization: OrganizationID
    ) throws(StoreError) {
        try run(use, organization, object, generation)
    }

    func answers(until end: Instant) throws(StoreError) { try run(answers, end) }

    func auditBatches(through sequence: UInt64) throws(StoreError) {
        try run(auditBatches, sequence)
    }

    private func run<each Value: ColumnValue>(
        _ statement: Statement, _ values: repeat each Value
    ) throws(StoreError) {
        try engine { () throws(SQLiteError) in
            try statement.bind(values: repeat each values)
            try statement.run()
        }
    }
}

/// Deletions that take the same parameters, run one after the other; what they remove is counted.
private struct Cascade {
    /// Which rows go, table by table. Uses and answers find their objects while those are there.
    enum Kind {
        case organization, account, integration, integrationPoint, credential, token, member, role
    }

    private let register: RowRegister
    private let deletions: [Deletion]

    private struct Deletion {
        /// Where the table's rows are registered, it gives the identifiers of what it removes.
        let kind: RegisteredKind?
        let statement: Statement
    }

    init(_ kind: Kind, on connection: Connection, _ register: RowRegister) throws(StoreError) {
        self.register = register
        deletions = try kind.conditions.map { (table, condition) throws(StoreError) in
            let kind = RegisteredKind(table: table)
            let sql = "DELETE FROM \(table) WHERE \(condition)"
            let statement = try engine { () throws(SQLiteError) in
                try Statement(kind == nil ? sql : sql + " RETURNING id", on: connection)
            }
            return Deletion(kind: kind, statement: statement)
        }
    }

    func run<each Value: ColumnValue>(
        _ values: repeat each Value, counts: inout StoreCounts
    ) throws(StoreError) {
        for deletion in deletions {
            let identifiers = try engine { () throws(SQLiteError) in
                try deletion.statement.bind(values: repeat each values)
                return try deletion.statement.removed()
            }
            guard let kind = deletion.kind else { continue }
            counts.subtract(identifiers.count, of: kind)
            for case let identifier? in identifiers {
                try register.forget(RowName(kind, identifier))
            }
        }
    }
}

extension Statement {
    /// Runs to the end; the identifiers of what it removed, as far as they are any.
    fileprivate func removed() throws(SQLiteError) -> [UInt128?] {
        defer { reset() }
        var identifiers: [UInt128?] = []
        while try step() { identifiers.append(UInt128.read(0, of: self)) }
        return identifiers
    }
}

extension Cascade.Kind {
    fileprivate var conditions: [(table: String, condition: String)] {
        switch self {
        case .organization:
            let all = "organization = ?1"
            return [
                ("object_use", all), ("use_history", all), ("remembered", all), ("token", all),
                ("credential", all), ("integration", all), ("integration_point", all),
                ("key_pair", all), ("account", all), ("member", all), ("role", all),
                ("organization", "id = ?1"),
            ]
        case .account:
            let tokens = "organization = ?1 AND account = ?2"
            return below(tokens: tokens, credentials: tokens) + [
                ("integration", tokens), ("key_pair", tokens),
                ("account", "organization = ?1 AND id = ?2"),
            ]
        case .integration:
            // By the index of the integration: an account may have very many tokens.
            let tokens = "organization = ?1 AND +account = ?2 AND integration = ?3"
            let credentials =
                "organization = ?1 AND account = ?2 AND owner_kind = "
                + "\(ObjectKind.integration.rawValue) AND owner = ?3"
            return below(tokens: tokens, credentials: credentials) + [
                ("integration", "organization = ?1 AND account = ?2 AND id = ?3")
            ]
        case .integrationPoint:
            let credentials =
                "organization = ?1 AND owner_kind = \(ObjectKind.integrationPoint.rawValue) "
                + "AND owner = ?2"
            return [
                (
                    "object_use",
                    "organization = ?1 AND object IN "
                        + "(SELECT id FROM credential WHERE \(credentials))"
                ),
                ("credential", credentials), ("integration_point", "organization = ?1 AND id = ?2"),
            ]
        case .credential:
            // IS, because an organization's own credential has no account.
            let condition = "organization = ?1 AND id = ?2 AND account IS ?3"
            return [
                (
                    "object_use",
                    "organization = ?1 AND object IN (SELECT id FROM credential WHERE \(condition))"
                ),
                ("credential", condition),
            ]
        case .token:
            return [
                ("object_use", "organization = ?1 AND object = ?2"),
                ("use_history", "organization = ?1 AND token = ?2"),
                ("remembered", "organization = ?1 AND token = ?2"),
                ("token", "organization = ?1 AND id = ?2"),
            ]
        case .member: return [("member", "organization = ?1 AND id = ?2")]
        case .role: return [("role", "organization = ?1 AND id = ?2")]
        }
    }

    private func below(
        tokens: String, credentials: String
    ) -> [(table: String, condition: String)] {
        let tokenIDs = "(SELECT id FROM token WHERE \(tokens))"
        let credentialIDs = "(SELECT id FROM credential WHERE \(credentials))"
        return [
            ("object_use", "organization = ?1 AND object IN \(tokenIDs)"),
            ("object_use", "organization = ?1 AND object IN \(credentialIDs)"),
            ("use_history", "organization = ?1 AND token IN \(tokenIDs)"),
            ("remembered", "organization = ?1 AND token IN \(tokenIDs)"),
            ("token", tokens), ("credential", credentials),
        ]
    }
}

extension StoreCounts {
    fileprivate mutating func subtract(_ count: Int, of kind: RegisteredKind) {
        switch kind {
        case .organization: organizations -= count
        case .account: accounts -= count
        case .integration: integrations -= count
        case .credential: credentials -= count
        case .token: tokens -= count
        case .member, .role, .integrationPoint, .keyPair: break
        }
    }
}
