import Glibc

extension [UInt8] {
    /// Overwrites bytes that were secret, in a way that the compiler cannot leave out.
    package mutating func wipe() {
        unsafe withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe explicit_bzero(base, buffer.count)
        }
    }
}
