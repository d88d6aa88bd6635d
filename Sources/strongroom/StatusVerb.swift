import StrongroomClient

/// `status`: one page on how the vault is.
enum StatusVerb {
    static let verb = Verb(
        words: ["status"], summary: "Show how the vault is.", example: "strongroom status"
    ) { session throws(Failure) in
        let response = try session.operate(.get, ["status"])
        if session.isJSON { return try session.output.print(exactly: response.body) }
        let status = try JSONTree.result(of: response)
        let pairs = page(status).filter { $0.value != "-" }
        try session.output.print(Table.pairs(pairs))
    }

    private static func page(_ status: JSONTree) -> [(name: String, value: String)] {
        [
            ("state", text(status, "state")),
            ("version", text(status, "version")),
            ("since", time(status, "started_at")),
            ("durability", durability(text(status, "durability"))),
            ("objects", counts(status.at("counts"))),
            ("audit log", audit(status.at("audit"))),
            ("checkpoint", time(status, "audit.checkpoint_at")),
            ("cache", count(status, "cache.records", "tokens")),
            ("sandbox", sandbox(status.at("sandbox"))),
        ] + keys(status.at("keys")) + [
            ("epoch", text(status, "epoch")),
            ("generation", text(status, "generation")),
            ("last backup", status.at("last_backup").map(backup) ?? "-"),
            ("alarms", alarms(text(status, "integrity_alarms"))),
        ]
    }

    private static func text(_ status: JSONTree, _ path: String) -> String {
        status.at(path)?.text ?? "-"
    }

    private static func time(_ status: JSONTree, _ path: String) -> String {
        RelativeTime.both(text(status, path))
    }

    private static func durability(_ mode: String) -> String {
        switch mode {
        case "disk": "disk: an answer leaves after its record is on the device"
        case "process": "process: an answer leaves up to 50 ms before its record is on the device"
        default: mode
        }
    }

    private static func counts(_ counts: JSONTree?) -> String {
        guard case .object(let members) = counts else { return "-" }
        let texts = members.map { member in
            let plural = member.name.replacing("_", with: " ")
            let isOne = member.value.text == "1"
            return member.value.text + " " + (isOne ? String(plural.dropLast()) : plural)
        }
        return texts.isEmpty ? "-" : texts.joined(separator: ", ")
    }

    private static func count(_ status: JSONTree, _ path: String, _ noun: String) -> String {
        let count = text(status, path)
        return count == "-" ? count : "\(count) \(noun)"
    }

    private static func audit(_ audit: JSONTree?) -> String {
        guard let audit, let size = audit["size"]?.text else { return "-" }
        let sealed = audit["sealed"].map { ", \($0.text) of them sealed" } ?? ""
        let root = audit["root"].map { ", root \($0.text)" } ?? ""
        return "\(size) records" + sealed + root
    }

    private static func sandbox(_ sandbox: JSONTree?) -> String {
        guard case .object(let members) = sandbox else { return "-" }
        return members.map { "\($0.name) \($0.value.text)" }.joined(separator: ", ")
    }

    private static func keys(_ keys: JSONTree?) -> [(name: String, value: String)] {
        (keys?.elements ?? []).map { key in
            let purpose = key["purpose"]?.text ?? "-"
            let epoch = key["epoch"].map { ", epoch \($0.text)" } ?? ""
            return ("key", purpose + epoch + ", made " + RelativeTime.text(text(key, "created_at")))
        }
    }

    private static func backup(_ backup: JSONTree) -> String {
        if case .null = backup { return "never" }
        return RelativeTime.both(backup.text)
    }

    private static func alarms(_ count: String) -> String {
        count == "0" || count == "-" ? count : "\(count): stored data was altered; see audit list"
    }
}
