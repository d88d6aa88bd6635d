import Crypto
import Vault

extension Token: StoredRow {
    static let shape = RowShape(
        table: "token", label: "strongroom/row/token/v1",
        columns: [
            "id", "selector", "organization", "account", "integration", "level", "origin",
            "parent", "parent_lineage", "member", "name", "fullname", "permission_set",
            "resources", "time_to_live", "ends_at", "created_at", "updated_at", "revision",
            "lineage", "revoked_at",
        ] + generationColumns("primary") + generationColumns("secondary"),
        key: ["organization", "id"], fixed: ["selector", "account", "parent", "member"])

    private static func generationColumns(_ slot: String) -> [String] {
        ["number", "epoch", "access", "refresh", "created_at", "expires"].map { "\(slot)_\($0)" }
    }

    func write(to row: inout RowWriter) {
        row.put(id)
        row.put(selector)
        row.put(organization)
        row.put(account)
        row.put(integration)
        row.put(level)
        row.put(origin)
        row.put(parent)
        row.put(parentLineage)
        row.put(member)
        row.put(name)
        row.put(fullname)
        row.put(permissionSet)
        row.put(resources.map(ResourcesCode.encoded))
        row.put(timeToLive)
        row.put(end)
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
        row.put(lineage)
        row.put(revokedAt)
        row.put(primary.number)
        row.put(primary.epoch)
        row.put(primary.access)
        row.put(primary.refresh)
        row.put(primary.createdAt)
        row.put(primary.expires)
        row.put(secondary?.number)
        row.put(secondary?.epoch)
        row.put(secondary?.access)
        row.put(secondary?.refresh)
        row.put(secondary?.createdAt)
        row.put(secondary?.expires)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Token {
        Token(
            id: try row.take(), selector: try row.take(), organization: try row.take(),
            account: try row.take(), integration: try row.take(), level: try row.take(),
            origin: try row.take(), parent: try row.take(), parentLineage: try row.take(),
            member: try row.take(), name: try row.take(), fullname: try row.take(),
            permissionSet: try row.take(), resources: try ResourcesCode.take(from: &row),
            timeToLive: try row.take(), end: try row.take(), createdAt: try row.take(),
            updatedAt: try row.take(), revision: try row.take(), lineage: try row.take(),
            revokedAt: try row.take(), primary: try primary(&row),
            secondary: try secondary(&row))
    }

    private static func primary(_ row: inout RowReader) throws(StoreError) -> Generation {
        Generation(
            number: try row.take(), epoch: try row.take(), access: try row.take(),
            refresh: try row.take(), createdAt: try row.take(), expires: try row.take())
    }

    /// All of its columns hold something, or none does.
    private static func secondary(_ row: inout RowReader) throws(StoreError) -> Generation? {
        let number = try row.take(UInt32?.self)
        let epoch = try row.take(UInt32?.self)
        let access = try row.take(MAC?.self)
        let refresh = try row.take(MAC?.self)
        let createdAt = try row.take(Instant?.self)
        let expires = try row.take(Instant?.self)
        guard let number, let epoch, let access, let refresh, let createdAt, let expires else {
            let isAbsent =
                number == nil && epoch == nil && access == nil && refresh == nil
                && createdAt == nil && expires == nil
            guard isAbsent else { throw row.fault }
            return nil
        }
        return Generation(
            number: number, epoch: epoch, access: access, refresh: refresh,
            createdAt: createdAt, expires: expires)
    }
}
