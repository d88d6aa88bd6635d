extension RawSpan {
    /// The bytes in memory of their own, secret or not.
    package var copied: [UInt8] {
        unsafe withUnsafeBytes { buffer in unsafe Array(buffer) }
    }
}
