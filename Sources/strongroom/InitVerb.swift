import Audit
import Crypto
import Linux
import Store
import StrongroomClient
import Vault

/// `init`: a new vault, without any daemon.
enum InitVerb {
    static let verb = Verb(
        words: ["init"],
        summary: "Make a new vault: key ring, database, audit log and its signing key.",
        options: [
            .value("data", "DIR", "a new or empty directory"),
            .value(
                "unseal", "METHOD",
                "where the master key comes from: key-file:PATH (made if it is not there), "
                    + "credential:NAME or passphrase; default a key file in DIR"),
        ],
        example: "strongroom init --data /var/lib/strongroom --unseal key-file:/etc/strongroom/key"
    ) { session throws(Failure) in
        // Before anything is opened, or a file of ours could be taken for the passphrase's.
        let passphrases = StandardPassphraseSource()
        guard let directory = session.invocation.value("data") else {
            throw .usage("init needs --data DIR")
        }
        let unseal = try method(session.invocation) ?? .standard(for: directory)
        try report(session, made(directory, unseal, passphrases), unseal)
    }

    private static func method(_ invocation: Invocation) throws(Failure) -> UnsealMethod? {
        guard let text = invocation.value("unseal") else { return nil }
        guard let method = UnsealMethod(text) else {
            throw .usage("--unseal is key-file:PATH, credential:NAME or passphrase")
        }
        return method
    }

    private static func made(
        _ directory: String, _ unseal: UnsealMethod, _ passphrases: StandardPassphraseSource
    ) throws(Failure) -> VaultDirectory.New {
        do {
            return try VaultDirectory.create(
                at: directory, unseal: unseal, entropy: SystemEntropy(), clock: SystemClock(),
                passphrases: passphrases)
        } catch {
            throw .refused(error.description)
        }
    }

    private static func report(
        _ session: Session, _ made: VaultDirectory.New, _ unseal: UnsealMethod
    ) throws(Failure) {
        if session.isJSON {
            var body = RequestBody()
            body.string("data", made.directory.path)
            body.string("unseal", unseal.text)
            body.string("audit_key", made.auditKey.text)
            try session.output.print(line: body.finish())
        } else {
            try session.output.print(
                Table.pairs([
                    ("vault", made.directory.path), ("unseal", unseal.text),
                    ("audit key", made.auditKey.text),
                ]))
        }
        session.output.note("Keep the audit key elsewhere too: the log is proved with it.")
        if let warning = made.warning { session.output.warn(warning) }
    }
}
