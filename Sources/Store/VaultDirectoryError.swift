package import Vault

/// Why a data directory cannot be used or made; each says what is wrong and what to do.
package enum VaultDirectoryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing that looks like a vault is there.
    case absent(path: String)
    /// `init` was interrupted there.
    case unfinished(path: String)
    /// `init` refuses a directory that holds anything.
    case occupied(path: String)
    /// Something else than a vault of this program, or of this version.
    case foreign(String)
    /// Of a vault, but not as it was written.
    case damaged(String)
    /// Another daemon has it.
    case locked(path: String)
    /// The master key is another vault's.
    case wrongKey
    /// No master key could be had.
    case unseal(String)
    /// The database is older than it once was, or nothing shows that it is not.
    case rolledBack(Rollback)
    /// A rollback was to be accepted, and there is none.
    case nothingToAccept
    /// The system refused; its own words are in the text.
    case system(String)

    package var description: String {
        switch self {
        case .absent(let path):
            "there is no vault in \(path): make one with `strongroom init`, or correct --data"
        case .unfinished(let path):
            "\(path) holds a vault that was never finished: remove the directory, then run "
                + "`strongroom init` again"
        case .occupied(let path):
            "\(path) is not empty: choose a new or an empty directory"
        case .locked(let path):
            "another daemon uses \(path): stop it first"
        case .wrongKey:
            "the master key is not the one that this vault was made with: check --unseal"
        case .rolledBack(let rollback): Self.sentence(rollback)
        case .nothingToAccept:
            "the database is as new as it ever was: start without --accept-rollback"
        case .foreign(let sentence), .damaged(let sentence), .unseal(let sentence),
            .system(let sentence):
            sentence
        }
    }

    private static func sentence(_ rollback: Rollback) -> String {
        let remedy =
            "or start once with --accept-rollback, which the audit log keeps for ever, to go on "
            + "without what came later: credentials come back, revocations are undone"
        guard let remembered = rollback.remembered else {
            return "the anchor is missing or was changed by something else, so that nothing shows "
                + "how new the database is: restore the anchor, \(remedy)"
        }
        let found = rollback.found
        guard !rollback.lacksRegister || found.isBehind(remembered) else {
            return "the database has no register of its rows' last versions, as one from before "
                + "there was an anchor: something took it away: restore a backup, \(remedy)"
        }
        return "the database is an older copy (generation \(found.generation), epoch "
            + "\(found.epoch), \(found.recordCount) records; it had come to "
            + "\(remembered.generation), \(remembered.epoch), \(remembered.recordCount)): "
            + "restore the newest, \(remedy)"
    }
}
