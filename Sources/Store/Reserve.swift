import Linux
package import Vault

/// Room on the disk that belongs to what ends an authority: a file that is there to be cut off.
extension SQLiteStore {
    /// Some hundreds of revocations one by one, or as many more as come together.
    private static let reserveByteCount = 16 << 20

    private var reserve: String { DurableFile.parent(of: path) + "/reserve" }

    /// Puts the room aside, whatever of it there is already; false where there is not enough.
    package func takeReserve() throws(StoreError) -> Bool {
        do {
            let file = try Descriptor.openOrCreate(reserve)
            return try Self.fill(file)
        } catch {
            if error.isNoRoom { return false }
            throw .failed(code: error.code)
        }
    }

    private static func fill(_ file: borrowing Descriptor) throws(Errno) -> Bool {
        do {
            try file.allocate(byteCount: reserveByteCount)
            return true
        } catch {
            guard error.isNoRoom else { throw error }
            // Others need what little there is more than half a reserve does.
            try file.truncate(to: 0)
            return false
        }
    }

    /// Lets what is written next have it.
    package func giveUpReserve() throws(StoreError) {
        do {
            try Descriptor.openOrCreate(reserve).truncate(to: 0)
        } catch {
            // There is no file, and no room for one: then there is nothing to give up.
            guard !error.isNoRoom else { return }
            throw .failed(code: error.code)
        }
    }
}
