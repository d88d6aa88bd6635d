import Audit
import Crypto
import Linux
import Store
import StrongroomClient
import Vault

/// `audit`: the proof of the log, and taking it away.
enum AuditProofVerbs {
    static let verbs: [Verb] = [verify, export, key, checkpoint]

    private static let data = Option.value(
        "data", "DIR", "read a stopped vault's data directory; no daemon, no master key")

    private static let verify = Verb(
        words: ["audit", "verify"],
        summary: "Prove that the log is whole: asks the daemon, or reads files without any daemon.",
        options: [
            data, .value("segments", "DIR", "read exported segments alone"),
            .value("public-key", "KEY|FILE", "the log's verifier key; else the one in --data"),
            .value("checkpoint", "FILE", "a checkpoint kept elsewhere, which must still hold"),
            .value(
                "from", "SEQ",
                "the first record that must be there, where older ones are kept elsewhere"),
        ],
        example: "strongroom audit verify --data /var/lib/strongroom --checkpoint monday.note"
    ) { session throws(Failure) in
        guard let log = try OfflineLog(session.invocation) else { return try verifyOnline(session) }
        try log.verify(session)
    }

    private static let export = Verb(
        words: ["audit", "export"],
        summary: "Write all events that are asked for, the oldest first.",
        options: AuditFilter.options + [
            .value("format", "FORMAT", "the form; default jsonl", values: ["jsonl", "csv"]),
            .value("output", "FILE", "a new file, rather than standard output"),
            .value("start-after", "SEQ", "what comes behind this event"),
            .value("limit", "N", "at most N events; default all"), data, AuditVerbs.tokenFile,
        ],
        example: "strongroom audit export --format csv --since 7d --output week.csv"
    ) { session throws(Failure) in try EventExport.run(session) }

    private static let key = Verb(
        words: ["audit", "key"],
        summary: "Print the log's public key, which proofs are checked with (C2SP verifier key).",
        options: [data], example: "strongroom audit key > audit-key.pub"
    ) { session throws(Failure) in
        if let directory = session.invocation.value("data") {
            let audit = try OfflineLog.audit(in: directory)
            return try session.output.print(OfflineLog.key(of: audit).text)
        }
        let response = try session.operate(.get, ["status"])
        if session.isJSON { return try session.output.print(exactly: response.body) }
        try session.output.print(Text.printable(ownKey(in: response).text))
    }

    private static let checkpoint = Verb(
        words: ["audit", "checkpoint"],
        summary: "Print the newest signed checkpoint; one kept elsewhere makes cuts visible.",
        example: "strongroom audit checkpoint > monday.note"
    ) { session throws(Failure) in
        try session.output.print(exactly: session.operate(.get, ["audit", "checkpoint"]).body)
    }

    /// The daemon goes over its own log; only its word is to be had that way.
    private static func verifyOnline(_ session: Session) throws(Failure) {
        guard !session.invocation.has("from") else {
            throw .usage("--from needs --data or --segments: only of files some may be elsewhere")
        }
        let query = try earlier(session)
        session.limits.timeoutSeconds = AuditVerbs.longSecondsMax
        let response = try session.operate(.get, ["audit", "verify"], query: query)
        let report = try JSONTree.result(of: response)
        if session.isJSON {
            try session.output.print(exactly: response.body)
        } else {
            for finding in report["findings"]?.elements ?? [] {
                session.output.warn(Text.printable(finding.text))
            }
            let pairs = report.leaves().filter { $0.name != "findings" }
            try session.output.print(Table.pairs(pairs))
        }
        guard report["outcome"]?.text == "proved" else {
            throw .refused("the log is not proved")
        }
    }

    /// The checkpoint that the log is to be held against; its key must be the daemon's, and the one
    /// that was given.
    private static func earlier(_ session: Session) throws(Failure) -> [QueryItem] {
        let (invocation, given) = (session.invocation, try OfflineLog.givenKey(session.invocation))
        guard given != nil || invocation.has("checkpoint") else { return [] }
        guard
            let key = VerifierKey(
                text: try ownKey(in: session.operate(.get, ["status"])).text)
        else {
            throw .refused("the daemon does not tell its log's key")
        }
        guard given == nil || given == key else {
            throw .refused("the daemon's log is signed with another key, \(key.text)")
        }
        guard let note = try OfflineLog.earlierNote(invocation, key) else { return [] }
        return [QueryItem("checkpoint", String(decoding: note, as: UTF8.self))]
    }

    private static func ownKey(in status: Response) throws(Failure) -> JSONTree {
        guard let key = try JSONTree.result(of: status).at("audit.key") else {
            throw .refused("the daemon does not tell its log's key")
        }
        return key
    }
}
