import Crypto
import Foundation
import SQLite
import Store
import Support
import Testing
import Vault

/// Old rows that the vault itself once wrote, put back behind its back: I7 and I8, row by row.
@Suite struct `A row that was put back` {
    /// The database before and after the first tenant's authority was taken away.
    private struct Ended {
        let before: Populated
        let after: Populated
        let tenants: [Tenant]

        init() throws {
            before = try Populated()
            after = try Populated()
            tenants = try before.tenants()
            let standing = Standing(vault: after.ring.vault, generation: 1, epoch: 1)
            try after.commit(changes(tenants[0]) + [.putStanding(standing)])
        }

        /// What the vault makes of the newer database with `tables` of the older one.
        func put(back tables: [String]) throws -> HarmedCopy {
            try after.harmed { connection in
                try connection.execute("ATTACH '\(before.path)' AS old")
                for table in tables {
                    try connection.execute(
                        "INSERT OR REPLACE INTO \(table) SELECT * FROM old.\(table)")
                }
                try connection.execute("DETACH old")
            }
        }
    }

    private static func changes(_ tenant: Tenant) -> [Mutation] {
        var (organization, account) = (tenant.organization, tenant.account)
        var (integration, point) = (tenant.integration, tenant.point)
        var (credential, token) = (tenant.credential, tenant.token)
        var (member, role) = (tenant.member, tenant.role)
        organization.state = .disabled
        account.labels = []
        integration.state = .disabled
        point.environments = ProviderRules()
        credential.sealed = SealedCredential(
            keyVersion: 1, epoch: 1, bytes: [UInt8](repeating: 7, count: 360))
        token.revokedAt = token.createdAt
        member.state = .disabled
        role.permissionSet = .viewer
        return [
            .updateOrganization(organization), .updateAccount(account),
            .updateIntegration(integration), .updateIntegrationPoint(point),
            .updateCredential(credential), .updateToken(token), .updateMember(member),
            .updateRole(role),
        ]
    }

    private static let tables = [
        "organization", "account", "integration", "integration_point", "credential", "token",
        "member", "role",
    ]

    @Test(arguments: tables)
    func `is an integrity alarm, and the others' rows go on serving`(_ table: String) throws {
        let ended = try Ended()
        let copy = try ended.put(back: [table])
        #expect(copy.read([ended.tenants[0]]) == .alarm(.integrity(table: table)))
        let others = Array(ended.tenants[1...])
        #expect(table == "organization" || copy.read(others) == .missing(0))
    }

    @Test func `was not wanted: without it the newer database is believed`() throws {
        let ended = try Ended()
        #expect(try ended.put(back: []).read(Array(ended.tenants[1...])) == .missing(0))
        #expect(try ended.put(back: []).read([]) { try $0.checkRows() } == .missing(0))
    }

    @Test(arguments: tables)
    func `does not pass with the older register beside it`(_ table: String) throws {
        let refused = HarmedCopy.Outcome.alarm(.integrity(table: "register_root"))
        let ended = try Ended()
        #expect(try ended.put(back: [table, "register_bucket"]).read([]) == refused)
        let whole = [table, "register_bucket", "register_root"]
        #expect(try ended.put(back: whole).read([]) == refused)
    }

    @Test func `passes with the vault's own row only, of which the anchor knows`() throws {
        let ended = try Ended()
        let all = Self.tables + ["register_bucket", "register_root", "standing"]
        #expect(try ended.put(back: all).read(ended.tenants) == .missing(0))
    }

    @Test(arguments: ["organization", "account", "integration"])
    func `stays away when it was deleted`(_ level: String) throws {
        let (before, after) = (try Populated(), try Populated())
        let tenant = try before.tenants()[0]
        let deletion: Mutation =
            switch level {
            case "organization": .deleteOrganization(tenant.organization.id)
            case "account": .deleteAccount(tenant.scope)
            default: .deleteIntegration(tenant.integration.id, tenant.scope)
            }
        try after.commit([deletion])
        try tenant.expectPutBackRefused(level, before, after)
    }

    @Test func `a register that lacks nothing is what undone and forgotten changes leave`() throws {
        let populated = try Populated()
        let tenants = try populated.tenants()
        let store = try SQLiteStore(opening: populated.path, ring: populated.ring)
        let changes = Self.changes(tenants[0])
        try store.apply(changes[0])
        try store.beginStep()
        for change in changes[1...] { try store.apply(change) }
        try store.apply(.deleteOrganization(tenants[1].organization.id))
        try store.undoStep()
        #expect(try store.account(tenants[0].account.id, in: tenants[0].organization.id) != nil)
        try store.abandon()
        for tenant in tenants { try tenant.expectPresent(in: store) }
        try store.checkRows()
        try store.apply(changes[0])
        try store.commit()
        try store.checkRows()
    }

    @Test func `a database from before there was a register gets one`() throws {
        let populated = try Populated()
        let tenants = try populated.tenants()
        let copy = try populated.harmed { try $0.takeRegisterAway() }
        #expect(copy.read(tenants) { try $0.checkRows() } == .missing(0))
        #expect(copy.read(tenants) == .missing(0))
    }

    @Test func `a row that is missing is missed when all are looked at`() throws {
        for table in ["member", "role", "key_pair", "integration_point"] {
            let copy = try Populated().harmed {
                try $0.execute("DELETE FROM \(table) WHERE id = (SELECT min(id) FROM \(table))")
            }
            let outcome = copy.read([]) { try $0.checkRows() }
            #expect(outcome == .alarm(.integrity(table: "register_root")))
        }
    }
}

extension Populated {
    /// When it returns, everything is in the database's one file.
    fileprivate func commit(_ mutations: [Mutation]) throws {
        let store = try SQLiteStore(opening: path, ring: ring)
        for mutation in mutations { try store.apply(mutation) }
        try store.commit()
        try store.checkRows()
    }
}

extension Tenant {
    /// Puts back each of the rows that went, one table at a time, and asks for them.
    fileprivate func expectPutBackRefused(
        _ level: String, _ before: Populated, _ after: Populated
    ) throws {
        let tables = [
            "organization": ["organization", "member", "role", "integration_point"],
            "account": ["account", "key_pair"], "integration": ["integration"],
        ]
        for table in (tables[level] ?? []) + ["credential", "token"] {
            let copy = try after.harmed { connection in
                try connection.execute("ATTACH '\(before.path)' AS old")
                try connection.execute("INSERT OR IGNORE INTO \(table) SELECT * FROM old.\(table)")
                #expect(connection.changedRowCount > 0)
                try connection.execute("DETACH old")
            }
            #expect(copy.read([self]) == .alarm(.integrity(table: table)), "\(level) \(table)")
        }
    }
}
