import Crypto
import SQLite
package import Vault

extension UseHistory: StoredRow {
    static let shape = RowShape(
        table: "use_history", label: "strongroom/row/use_history/v1",
        columns: ["organization", "token", "carried", "marks"], key: ["organization", "token"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(token)
        row.put(carried)
        row.put(MarkList.encoded(marks))
    }

    static func read(from row: inout RowReader) throws(StoreError) -> UseHistory {
        UseHistory(
            organization: try row.take(), token: try row.take(), carried: try row.take(),
            marks: try marks(&row))
    }

    private static func marks(_ row: inout RowReader) throws(StoreError) -> [Mark] {
        guard let marks = MarkList.decoded(try row.take()) else { throw row.fault }
        return marks
    }
}

/// For each mark its hour and its total, 8 bytes each.
package enum MarkList {
    package static func encoded(_ marks: [UseHistory.Mark]) -> [UInt8] {
        var bytes: [UInt8] = []
        for mark in marks {
            bytes.append(bigEndian: UInt64(bitPattern: mark.hour))
            bytes.append(bigEndian: mark.total)
        }
        return bytes
    }

    package static func decoded(_ bytes: [UInt8]) -> [UseHistory.Mark]? {
        var reader = ByteReader(bytes)
        var marks: [UseHistory.Mark] = []
        while reader.position < bytes.count {
            guard let hour = reader.uint64(), let total = reader.uint64() else { return nil }
            marks.append(UseHistory.Mark(hour: Int64(bitPattern: hour), total: total))
        }
        return marks
    }
}

/// What is asked of tokens beside their look-ups.
struct TokenQuestions {
    let named: RowQuery<Token>
    let ofMember: RowQuery<Token>
    let ofParent: RowQuery<Token>
    let firstOfParent: RowQuery<Token>
    let dead: RowQuery<Token>
    let answer: RowQuery<IdempotencyRecord>
    let histories: RowTable<UseHistory>
    let history: RowQuery<UseHistory>

    init(_ access: RowAccess) throws(StoreError) {
        // The last two conditions are the index's own, to the letter.
        named = try RowQuery(
            """
            organization = ?1 AND name = ?2 AND account IS ?3 AND integration IS ?4 AND ends_at > ?5
            AND revoked_at IS NULL AND (length(name) <> 26 OR substr(name, 1, 4) <> 'tok_') LIMIT 1
            """, access)
        ofMember = try RowQuery(
            "organization = ?1 AND member = ?2 AND id > ?3 ORDER BY id LIMIT ?4",
            access)
        ofParent = try RowQuery(
            "organization = ?1 AND parent = ?2 AND id > ?3 ORDER BY id LIMIT ?4",
            access)
        firstOfParent = try RowQuery(
            "organization = ?1 AND parent = ?2 LIMIT 1", access)
        let end = "coalesce(revoked_at, primary_expires)"
        dead = try RowQuery(
            """
            origin > 1 AND \(end) < ?1 AND \(end) >= ?2 AND (\(end) > ?2 OR id > ?3)
            ORDER BY \(end), id LIMIT ?4
            """, access)
        answer = try RowQuery(
            "organization = ?1 AND token = ?2 LIMIT 1", access)
        histories = try RowTable(access)
        history = try histories.query("organization = ?1 AND token = ?2")
    }
}

extension SQLiteStore {
    private var questions: TokenQuestions { tables.tokenQuestions }

    package func token(
        named name: Name, in place: TokenPlace, at now: Instant
    ) throws(StoreError) -> Token? {
        let found = try questions.named.first(
            place.organization, name, place.account, place.integration, now
        ) { $0.name == name && $0.place == place && $0.isNameTaken(at: now) }
        return found
    }

    package func tokens(
        of member: MemberID, in organization: OrganizationID, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token] {
        var order = Ascending(after)
        return try questions.ofMember.all(organization, member, after ?? .first, Int64(limit)) {
            $0.organization == organization && $0.member == member && order.admits($0.id)
        }
    }

    package func children(
        of token: TokenID, in organization: OrganizationID, after: TokenID?, limit: Int
    ) throws(StoreError) -> [Token] {
        var order = Ascending(after)
        return try questions.ofParent.all(organization, token, after ?? .first, Int64(limit)) {
            $0.organization == organization && $0.parent == token && order.admits($0.id)
        }
    }

    package func hasChildren(
        _ token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Bool {
        let child = try questions.firstOfParent.first(organization, token) {
            $0.organization == organization && $0.parent == token
        }
        return child != nil
    }

    package func deadTokens(
        before limit: Instant, after: DeadPosition?, limit count: Int
    ) throws(StoreError) -> [Token] {
        let start = after ?? DeadPosition(end: Instant(microseconds: .min), token: .first)
        return try questions.dead.all(limit, start.end, start.token, Int64(count)) {
            $0.origin != .byDefault && ($0.revokedAt ?? $0.primary.expires) < limit
        }
    }

    package func hasAnswers(
        about token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> Bool {
        let answer = try questions.answer.first(organization, token) {
            $0.organization == organization && $0.token == token
        }
        return answer != nil
    }

    package func useHistory(
        of token: TokenID, in organization: OrganizationID
    ) throws(StoreError) -> UseHistory? {
        try questions.history.first(organization, token) {
            $0.organization == organization && $0.token == token
        }
    }
}
