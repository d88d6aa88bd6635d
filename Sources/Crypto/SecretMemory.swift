import CSodium
import Linux

/// The one arena that every secret of the process lives in.
package enum SecretMemory {
    /// Half of what an ordinary user may lock, so that a second process has room too.
    package static let byteCount = 4 << 20

    private static let state: Result<LockedArena, CryptoError> = {
        guard sodium_init() >= 0 else { return .failure(.notAvailable) }
        do {
            return .success(try LockedArena(byteCount: byteCount))
        } catch {
            return .failure(.memoryNotLocked)
        }
    }()

    /// Starts libsodium and locks the arena; programs call it before anything else, so that a
    /// process that cannot keep secrets does not start.
    package static func prepare() throws(CryptoError) { _ = try arena() }

    static func arena() throws(CryptoError) -> LockedArena { try state.get() }

    package static var usedByteCount: Int {
        switch state {
        case .success(let arena): arena.usedByteCount
        case .failure: 0
        }
    }
}
