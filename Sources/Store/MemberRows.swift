import Crypto
import SQLite
package import Vault

extension Member: StoredRow {
    static let shape = RowShape(
        table: "member", label: "strongroom/row/member/v1",
        columns: [
            "organization", "id", "name", "fullname", "kind", "state", "roles", "time_to_live",
            "secret", "secret_set_at", "created_at", "updated_at", "revision",
        ],
        key: ["organization", "id"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(id)
        row.put(name)
        row.put(fullname)
        row.put(kind)
        row.put(state)
        row.put(RoleList.encoded(roles))
        row.put(timeToLive)
        row.put(secret)
        row.put(secretSetAt)
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Member {
        Member(
            organization: try row.take(), id: try row.take(), name: try row.take(),
            fullname: try row.take(), kind: try row.take(), state: try row.take(),
            roles: try roles(&row), timeToLive: try row.take(), secret: try row.take(),
            secretSetAt: try row.take(), createdAt: try row.take(), updatedAt: try row.take(),
            revision: try row.take())
    }

    private static func roles(_ row: inout RowReader) throws(StoreError) -> [RoleID] {
        guard let roles = RoleList.decoded(try row.take()) else { throw row.fault }
        return roles
    }
}

/// 16 bytes for each.
package enum RoleList {
    package static func encoded(_ roles: [RoleID]) -> [UInt8] {
        var bytes: [UInt8] = []
        for role in roles { bytes.append(bigEndian: role.value) }
        return bytes
    }

    package static func decoded(_ bytes: [UInt8]) -> [RoleID]? {
        var reader = ByteReader(bytes)
        var roles: [RoleID] = []
        while reader.position < bytes.count {
            guard let value = reader.uint128() else { return nil }
            roles.append(RoleID(value))
        }
        return roles
    }
}

extension Member.Kind: RepresentedColumn {}

/// Operations and memory of Argon2id (8 bytes each), epoch (4), salt (16), keyed hash (32).
extension MemberSecret: RepresentedColumn {
    var stored: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: cost.opsLimit)
        bytes.append(bigEndian: cost.memoryBytes)
        bytes.append(bigEndian: epoch)
        bytes.append(contentsOf: cost.salt)
        bytes.append(contentsOf: mac.bytes)
        return bytes
    }

    static func made(from stored: [UInt8]) -> MemberSecret? {
        var reader = ByteReader(stored)
        guard let opsLimit = reader.uint64(), let memoryBytes = reader.uint64(),
            let epoch = reader.uint32(), let salt = reader.bytes(PasswordDerivation.saltByteCount),
            let mac = MAC.made(from: reader.rest())
        else { return nil }
        return MemberSecret(
            cost: SecretCost(salt: salt, opsLimit: opsLimit, memoryBytes: memoryBytes),
            epoch: epoch, mac: mac)
    }
}

extension Role: StoredRow {
    static let shape = RowShape(
        table: "role", label: "strongroom/row/role/v1",
        columns: [
            "organization", "id", "name", "fullname", "permission_set", "resources",
            "created_at", "updated_at", "revision",
        ],
        key: ["organization", "id"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(id)
        row.put(name)
        row.put(fullname)
        row.put(permissionSet)
        row.put(resources.map(ResourcesCode.encoded))
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> Role {
        Role(
            organization: try row.take(), id: try row.take(), name: try row.take(),
            fullname: try row.take(), permissionSet: try row.take(),
            resources: try ResourcesCode.take(from: &row), createdAt: try row.take(),
            updatedAt: try row.take(), revision: try row.take())
    }
}

/// Both tables, and the questions that are put to them.
struct MemberTables {
    let members: RowTable<Member>
    let roles: RowTable<Role>
    let memberByID: RowQuery<Member>
    let memberByName: RowQuery<Member>
    let memberList: RowQuery<Member>
    let roleByID: RowQuery<Role>
    let roleByName: RowQuery<Role>
    let roleList: RowQuery<Role>

    init(_ access: RowAccess) throws(StoreError) {
        members = try RowTable(access)
        roles = try RowTable(access)
        let byID = "organization = ?1 AND id = ?2"
        let byName = "organization = ?1 AND name = ?2"
        let list = "organization = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
        memberByID = try members.query(byID)
        memberByName = try members.query(byName)
        memberList = try members.query(list)
        roleByID = try roles.query(byID)
        roleByName = try roles.query(byName)
        roleList = try roles.query(list)
    }
}
