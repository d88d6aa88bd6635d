import Linux
package import Vault

extension SQLiteStore {
    /// As much of the engine's log as is moved into the database at once.
    private static let logByteCount = 64 << 20

    /// Gives the engine's log its blocks beforehand: a commit that overwrites needs one write of the
    /// disk, one that makes the file longer needs the file system's own log too.
    ///
    /// The engine takes zeros for the end of its log. Its locks are on another file, so that this
    /// second descriptor takes none of them away.
    package func makeLogRoom() throws(StoreError) {
        do {
            let file = try Descriptor.openForUpdate(path + "-wal")
            var length = try file.status().byteCount
            guard length < Self.logByteCount else { return }
            let zeros = [UInt8](repeating: 0, count: 1 << 20)
            while length < Self.logByteCount {
                let count = min(zeros.count, Self.logByteCount - length)
                length += try unsafe file.write(
                    zeros.span.bytes.extracting(0..<count), at: length)
            }
            try file.sync()
        } catch .noSpace {
            // The log then grows as it needs to, for as long as there is room.
            return
        } catch .noEntry {
            return
        } catch {
            throw .failed(code: error.code)
        }
    }
}
