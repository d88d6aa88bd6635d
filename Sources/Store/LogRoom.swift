import Linux
import SQLite
package import Vault

extension SQLiteStore {
    /// What the engine's log comes to before it is moved into the database, and as much again for
    /// the batch that comes in between.
    private static let logByteCount = 8 << 20

    /// Gives the engine's log its blocks beforehand: a commit that overwrites needs one write of the
    /// disk, one that makes the file longer needs the file system's own log too.
    ///
    /// What a kill left there goes into the database first: it may hold what was deleted, and was to
    /// be overwritten next.
    ///
    /// The engine takes zeros for the end of its log. Its locks are on another file, so that this
    /// second descriptor takes none of them away.
    package func makeLogRoom() throws(StoreError) {
        do {
            try scrub()
        } catch {
            // Without room it is done after the next deletion.
            guard error == .full else { throw error }
        }
        do {
            let file = try Descriptor.openForUpdate(path + "-wal")
            try fill(file)
            try file.sync()
            // The engine would go on if this failed: a log without a name goes with the power.
            try DurableFile.syncDirectory(of: path)
        } catch .noEntry {
            return
        } catch {
            // The engine must not sync on its way out what could not be synced; this cannot fail.
            try? connection.keepLogOnClose(true)
            throw .failed(code: error.code)
        }
    }

    /// Without room the log grows as it needs to, for as long as there is some.
    private func fill(_ file: borrowing Descriptor) throws(Errno) {
        let before = try file.status().byteCount
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var length = before
        do {
            while length < Self.logByteCount {
                let count = min(zeros.count, Self.logByteCount - length)
                try unsafe file.writeAll(zeros.span.bytes.extracting(0..<count), at: length)
                length += count
            }
        } catch {
            guard error.isNoRoom else { throw error }
            // Others need what little there is more than a log that is not written yet.
            try file.truncate(to: before)
        }
    }
}
