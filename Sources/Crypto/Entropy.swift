import CSodium
import Synchronization

/// A source of random bytes; handed in, so that vectors and model tests can repeat themselves.
package protocol Entropy: Sendable {
    func fill(_ bytes: inout MutableRawSpan)
}

extension Entropy {
    /// 128 random bits, never zero: zero stands for "absent" in records.
    package func uint128() -> UInt128 {
        while true {
            var bytes = InlineArray<16, UInt8>(repeating: 0)
            var span = bytes.mutableSpan
            var raw = unsafe span.mutableBytes
            fill(&raw)
            let value = bytes.indices.reduce(UInt128(0)) { $0 << 8 | UInt128(bytes[$1]) }
            if value != 0 { return value }
        }
    }
}

/// The kernel's generator, through libsodium.
package struct SystemEntropy: Entropy {
    package init() {}

    package func fill(_ bytes: inout MutableRawSpan) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe randombytes_buf(base, buffer.count)
        }
    }
}

/// The same bytes for the same seed, for vectors and tests; never in a vault.
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
