import CSodium

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
