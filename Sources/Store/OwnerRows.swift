import Crypto
import Vault

extension Organization: StoredRow {
    static let shape = RowShape(
        table: "organization", label: "strongroom/row/organization/v1",
        columns: [
            "id", "name", "fullname", "contact", "state", "default_token", "created_at",
            "updated_at", "revision",
        ],
        key: ["id"])

    func write(to row: inout RowWriter) {
        row.put(id)
        row.put(name)
        row.put(fullname)
        row.put(contact)
        row.put(state)
        row.put(defaultToken)
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Organization {
        Organization(
            id: try row.take(), name: try row.take(), fullname: try row.take(),
            contact: try row.take(), state: try row.take(), defaultToken: try row.take(),
            createdAt: try row.take(), updatedAt: try row.take(), revision: try row.take())
    }
}

extension Account: StoredRow {
    static let shape = RowShape(
        table: "account", label: "strongroom/row/account/v1",
        columns: [
            "organization", "id", "name", "fullname", "environment", "labels", "created_at",
            "updated_at", "revision",
        ],
        key: ["organization", "id"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(id)
        row.put(name)
        row.put(fullname)
        row.put(environment)
        row.put(TextList.encoded(labels))
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Account {
        Account(
            organization: try row.take(), id: try row.take(), name: try row.take(),
            fullname: try row.take(), environment: try row.take(), labels: try labels(&row),
            createdAt: try row.take(), updatedAt: try row.take(), revision: try row.take())
    }

    private static func labels(_ row: inout RowReader) throws(StoreError) -> [String] {
        guard let labels = TextList.decoded(try row.take()) else { throw row.fault }
        return labels
    }
}

extension Integration: StoredRow {
    static let shape = RowShape(
        table: "integration", label: "strongroom/row/integration/v1",
        columns: [
            "organization", "account", "id", "name", "fullname", "provider", "integration_point",
            "provider_config", "credential", "state", "default_token", "created_at",
            "updated_at", "revision",
        ],
        key: ["organization", "account", "id"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(account)
        row.put(id)
        row.put(name)
        row.put(fullname)
        row.put(provider)
        row.put(integrationPoint)
        row.put(providerConfig)
        row.put(credential)
        row.put(state)
        row.put(defaultToken)
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Integration {
        Integration(
            organization: try row.take(), account: try row.take(), id: try row.take(),
            name: try row.take(), fullname: try row.take(), provider: try row.take(),
            integrationPoint: try row.take(), providerConfig: try row.take(),
            credential: try row.take(), state: try row.take(), defaultToken: try row.take(),
            createdAt: try row.take(), updatedAt: try row.take(), revision: try row.take())
    }
}
