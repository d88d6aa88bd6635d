import Crypto
import Vault

extension Credential: StoredRow {
    static let shape = RowShape(
        table: "credential", label: "strongroom/row/credential/v1",
        columns: [
            "organization", "account", "owner_kind", "owner", "id", "name", "fullname", "type",
            "version", "expires", "created_at", "updated_at", "revision", "key_version", "epoch",
            "sealed",
        ],
        key: ["organization", "id"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(account)
        row.put(owner.kind)
        row.put(owner.value)
        row.put(id)
        row.put(name)
        row.put(fullname)
        row.put(type)
        row.put(version)
        row.put(expires)
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
        row.put(sealed.keyVersion)
        row.put(sealed.epoch)
        row.put(sealed.bytes)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Credential {
        Credential(
            organization: try row.take(), account: try row.take(), owner: try owner(&row),
            id: try row.take(), name: try row.take(), fullname: try row.take(),
            type: try row.take(), version: try row.take(), expires: try row.take(),
            createdAt: try row.take(), updatedAt: try row.take(), revision: try row.take(),
            sealed: SealedCredential(
                keyVersion: try row.take(), epoch: try row.take(), bytes: try row.take()))
    }

    private static func owner(_ row: inout RowReader) throws(StoreError) -> CredentialOwner {
        let owner = CredentialOwner(kind: try row.take(), value: try row.take())
        guard let owner else { throw row.fault }
        return owner
    }
}

extension KeyPairRecord: StoredRow {
    static let shape = RowShape(
        table: "key_pair", label: "strongroom/row/key_pair/v1",
        columns: [
            "organization", "account", "version", "id", "epoch", "public_key",
            "wrapped_private_key", "created_at",
        ],
        key: ["organization", "account", "version"])

    func write(to row: inout RowWriter) {
        row.put(owner.organization)
        row.put(owner.accountValue)
        row.put(version)
        row.put(id)
        row.put(epoch)
        row.put(publicKey)
        row.put(wrappedPrivateKey)
        row.put(createdAt)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> KeyPairRecord {
        KeyPairRecord(
            owner: KeyOwner(organization: try row.take(), accountValue: try row.take()),
            version: try row.take(), id: try row.take(), epoch: try row.take(),
            publicKey: try row.take(), wrappedPrivateKey: try row.take(),
            createdAt: try row.take())
    }
}

/// Part of a primary key, an account cannot be null: zero stands for the organization itself.
extension KeyOwner {
    var accountValue: UInt128 { account?.value ?? 0 }

    init(organization: OrganizationID, accountValue: UInt128) {
        self.init(
            organization: organization,
            account: accountValue == 0 ? nil : AccountID(accountValue))
    }
}

extension Use: StoredRow {
    static let shape = RowShape(
        table: "object_use", label: "strongroom/row/object_use/v1",
        columns: ["organization", "object", "generation", "count", "last_used_at"],
        key: ["organization", "object", "generation"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(object)
        row.put(generation)
        row.put(count)
        row.put(lastUsedAt)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Use {
        Use(
            organization: try row.take(), object: try row.take(), generation: try row.take(),
            count: try row.take(), lastUsedAt: try row.take())
    }
}

extension IdempotencyRecord: StoredRow {
    static let shape = RowShape(
        table: "remembered", label: "strongroom/row/remembered/v1",
        columns: [
            "key", "request", "organization", "token", "object", "generation", "sealed_secrets",
            "created_at", "expires",
        ],
        key: ["key"])

    func write(to row: inout RowWriter) {
        row.put(key)
        row.put(request)
        row.put(organization)
        row.put(token)
        row.put(object)
        row.put(generation)
        row.put(sealedSecrets)
        row.put(createdAt)
        row.put(expires)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> IdempotencyRecord {
        IdempotencyRecord(
            key: try row.take(), request: try row.take(), organization: try row.take(),
            token: try row.take(), object: try row.take(), generation: try row.take(),
            sealedSecrets: try row.take(), createdAt: try row.take(), expires: try row.take())
    }
}
