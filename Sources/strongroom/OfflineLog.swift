import Audit
import Linux
import Store
import StrongroomClient
import Vault

/// The proof of a log from its files, with nothing but its public key.
struct OfflineLog {
    private let audit: OfflineAudit?
    private let segments: SegmentDirectory
    private let key: VerifierKey
    private let earlier: [Checkpoint]
    private let start: UInt64

    /// Nil where the command line names no files.
    init?(_ invocation: Invocation) throws(Failure) {
        let (data, directory) = (invocation.value("data"), invocation.value("segments"))
        guard data == nil || directory == nil else {
            throw .usage("--data and --segments both name the files; give one of them")
        }
        let given = try Self.givenKey(invocation)
        if let data {
            let opened = try Self.audit(in: data)
            (audit, segments) = (opened, opened.segments)
            if let given { key = given } else { key = try Self.key(of: opened) }
        } else if let directory {
            guard let given else { throw .usage("--segments needs --public-key") }
            (audit, segments, key) = (nil, SegmentDirectory(path: directory), given)
        } else {
            return nil
        }
        start = try Self.start(invocation)
        let verifier = key
        earlier =
            try Self.earlierNote(invocation, key)
            .flatMap { Checkpoint(note: $0, verifier: verifier) }.map { [$0] } ?? []
    }

    static func audit(in directory: String) throws(Failure) -> OfflineAudit {
        do {
            return try OfflineAudit(of: directory)
        } catch {
            throw .refused(error.description)
        }
    }

    static func key(of audit: OfflineAudit) throws(Failure) -> VerifierKey {
        do {
            return try audit.ownKey()
        } catch {
            throw .refused(error.description)
        }
    }

    /// Shows what was found; fails unless everything is proved.
    func verify(_ session: Session) throws(Failure) {
        let report = try report(session.output)
        if session.isJSON {
            try session.output.print(line: ProofText.json(report, key))
        } else {
            for finding in report.findings { session.output.warn(finding.sentence) }
            try session.output.print(Table.pairs(ProofText.pairs(report, key)))
        }
        guard report.verdict == .proved else { throw .refused("the log is not proved") }
    }

    private func report(_ output: Output) throws(Failure) -> AuditReport {
        var progress = ProgressLine(output, "records verified")
        defer { progress.end() }
        do {
            let total = try audit?.auditHead().size
            return try AuditVerifier.verify(
                storage: audit, segments: PreparationAhead(segments), key: key, earlier: earlier,
                from: start,
                progress: { progress.show($0, of: total) })
        } catch {
            throw Failure(error)
        }
    }

    /// A key on the command line, or the file that holds one.
    static func givenKey(_ invocation: Invocation) throws(Failure) -> VerifierKey? {
        guard let text = invocation.value("public-key") else { return nil }
        if let key = VerifierKey(text: text) { return key }
        let content = String(decoding: try file(text, "the public key"), as: UTF8.self)
        guard
            let key = VerifierKey(
                text: String(content.split(whereSeparator: \.isNewline).first ?? ""))
        else {
            throw .usage("\(text) is neither a verifier key nor a file that holds one")
        }
        return key
    }

    /// The note that `--checkpoint` names, which this key has signed.
    static func earlierNote(
        _ invocation: Invocation, _ key: VerifierKey
    ) throws(Failure) -> [UInt8]? {
        guard let path = invocation.value("checkpoint") else { return nil }
        let note = try file(path, "the checkpoint")
        guard Checkpoint(note: note, verifier: key) != nil else {
            throw .refused("\(path) is not a checkpoint that this key has signed for this log")
        }
        return note
    }

    private static func start(_ invocation: Invocation) throws(Failure) -> UInt64 {
        guard let text = invocation.value("from") else { return 0 }
        guard let start = UInt64(text) else { throw .usage("--from needs a sequence number") }
        return start
    }

    private static func file(_ path: String, _ what: String) throws(Failure) -> [UInt8] {
        do {
            return try DurableFile.read(path, byteCountMax: SignedNote.byteCountMax)
        } catch {
            throw .usage("\(what) cannot be read from \(path): \(error)")
        }
    }
}

extension Failure {
    init(_ error: StoreError) {
        switch error {
        case .full: self = .refused("the disk is full")
        case .failed(let code): self = .refused("the files cannot be read (error \(code))")
        case .integrity(let table):
            self = .refused("the table \(table) holds what no vault has written")
        case .foreign(let sentence): self = .refused(sentence)
        }
    }

    init(_ error: AuditError) {
        switch error {
        case .storage(let error): self.init(error)
        case .crypto: self = .refused("this process cannot use the log's key")
        case .unproved: self = .refused("the log's head does not hold; see audit verify")
        case .segment(let fault): self = .refused("a segment: " + fault.sentence)
        }
    }
}
