import Audit
import Crypto
import Vault

/// Tables of one row each; its number is 1 for ever.
private let onlyRow: Int64 = 1

extension Standing: StoredRow {
    static let shape = RowShape(
        table: "standing", label: "strongroom/row/standing/v1",
        columns: ["id", "vault", "generation", "epoch"], key: ["id"])

    func write(to row: inout RowWriter) {
        row.put(onlyRow)
        row.put(vault)
        row.put(generation)
        row.put(epoch)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Standing {
        guard try row.take(Int64.self) == onlyRow else { throw row.fault }
        return Standing(
            vault: try row.take(), generation: try row.take(), epoch: try row.take())
    }
}

/// Kept beside the objects, so that counting them reads one row however many there are.
struct Census: StoredRow {
    var counts = StoreCounts()

    static let shape = RowShape(
        table: "census", label: "strongroom/row/census/v1",
        columns: ["id", "organizations", "accounts", "integrations", "credentials", "tokens"],
        key: ["id"])

    func write(to row: inout RowWriter) {
        row.put(onlyRow)
        row.put(Int64(counts.organizations))
        row.put(Int64(counts.accounts))
        row.put(Int64(counts.integrations))
        row.put(Int64(counts.credentials))
        row.put(Int64(counts.tokens))
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Census {
        guard try row.take(Int64.self) == onlyRow else { throw row.fault }
        var counts = StoreCounts()
        counts.organizations = Int(try row.take(Int64.self))
        counts.accounts = Int(try row.take(Int64.self))
        counts.integrations = Int(try row.take(Int64.self))
        counts.credentials = Int(try row.take(Int64.self))
        counts.tokens = Int(try row.take(Int64.self))
        return Census(counts: counts)
    }
}

extension AuditHead: StoredRow {
    static let shape = RowShape(
        table: "audit_head", label: "strongroom/row/audit_head/v1", columns: ["id", "head"],
        key: ["id"])

    func write(to row: inout RowWriter) {
        row.put(onlyRow)
        row.put(bytes)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> AuditHead {
        guard try row.take(Int64.self) == onlyRow, let head = AuditHead(bytes: try row.take())
        else { throw row.fault }
        return head
    }
}

extension AuditBatch: StoredRow {
    static let shape = RowShape(
        table: "audit_batch", label: "strongroom/row/audit_batch/v1",
        columns: ["first", "last", "first_time", "last_time", "root", "records"],
        key: ["first"])

    func write(to row: inout RowWriter) {
        row.put(first)
        row.put(last)
        row.put(firstTime)
        row.put(lastTime)
        row.put(root)
        row.put(records)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> AuditBatch {
        AuditBatch(
            first: try row.take(), last: try row.take(), firstTime: try row.take(),
            lastTime: try row.take(), root: try row.take(), records: try row.take())
    }
}
