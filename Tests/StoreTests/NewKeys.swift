import Crypto
import SQLite

/// The keys that a harmed file has in the tables that are asked by key only.
struct NewKeys {
    struct Pair {
        let organization: UInt128
        let account: UInt128
        let version: Int64
    }

    struct Use {
        let organization: UInt128
        let object: UInt128
        let generation: Int64
    }

    struct Credential {
        let organization: UInt128
        let account: UInt128
        let id: UInt128
    }

    struct History {
        let organization: UInt128
        let token: UInt128
    }

    private(set) var histories: [History] = []
    private(set) var credentials: [Credential] = []
    private(set) var pairs: [Pair] = []
    private(set) var uses: [Use] = []
    private(set) var answers: [Digest] = []

    init() {}

    /// Keys of a shape that nobody can ask for are left out.
    init(_ connection: Connection) throws {
        let pairs = try Statement(
            "SELECT organization, account, version FROM key_pair", on: connection)
        while try pairs.step() {
            guard let organization = number(pairs, 0), let account = number(pairs, 1) else {
                continue
            }
            self.pairs.append(
                Pair(
                    organization: organization, account: account, version: pairs.integer(at: 2)))
        }
        let uses = try Statement(
            "SELECT organization, object, generation FROM object_use", on: connection)
        while try uses.step() {
            guard let organization = number(uses, 0), let object = number(uses, 1) else {
                continue
            }
            self.uses.append(
                Use(
                    organization: organization, object: object, generation: uses.integer(at: 2)))
        }
        let credentials = try Statement(
            "SELECT organization, coalesce(account, zeroblob(16)), id FROM credential",
            on: connection)
        while try credentials.step() {
            guard let organization = number(credentials, 0), let account = number(credentials, 1),
                let id = number(credentials, 2)
            else { continue }
            self.credentials.append(
                Credential(organization: organization, account: account, id: id))
        }
        let histories = try Statement("SELECT organization, token FROM use_history", on: connection)
        while try histories.step() {
            guard let organization = number(histories, 0), let token = number(histories, 1) else {
                continue
            }
            self.histories.append(History(organization: organization, token: token))
        }
        let answers = try Statement("SELECT key FROM remembered", on: connection)
        while try answers.step() {
            if let key = Digest(answers.blob(at: 0)) { self.answers.append(key) }
        }
    }
}

private func number(_ row: Statement, _ column: Int32) -> UInt128? {
    let bytes = row.blob(at: column)
    guard bytes.count == 16 else { return nil }
    return bytes.reduce(0) { $0 << 8 | UInt128($1) }
}
