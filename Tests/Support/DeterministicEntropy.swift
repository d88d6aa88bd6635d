import CSodium
import Crypto
import Synchronization

/// The same bytes for the same seed; the vectors under `schema` are made with it.
package final class DeterministicEntropy: Entropy {
    private let seed: [UInt8]
    /// Guards how much has been handed out.
    private let count = Mutex<UInt64>(0)

    package init(seed: UInt64) {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: seed)
        self.seed = unsafe SHA256.hash(bytes.span.bytes).bytes
    }

    package func fill(_ bytes: inout MutableRawSpan) {
        let block = count.withLock { count in
            count += 1
            return count
        }
        var nonce: [UInt8] = []
        nonce.append(bigEndian: block)
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: buffer.count)
            _ = unsafe crypto_stream_chacha20(
                base.assumingMemoryBound(to: UInt8.self), UInt64(buffer.count), nonce, seed)
        }
    }
}
