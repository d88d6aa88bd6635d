import Crypto

extension InlineArray where Element: BitwiseCopyable {
    /// Overwrites all of it. Here and not where bytes are wiped: a generic function of another
    /// module has to look its types up at every call.
    mutating func wipe() {
        var span = mutableSpan
        var bytes = unsafe span.mutableBytes
        Wiping.wipe(&bytes)
    }
}
