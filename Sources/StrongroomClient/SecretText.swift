import Linux
import Synchronization
package import Wire

/// Text that must not be seen, such as a token's secret: never printed, wiped with its last
/// reference.
///
/// It stays in ordinary memory, so it can reach swap; keep it for as short as you can.
public final class SecretText: Sendable, CustomStringConvertible, CustomReflectable {
    /// Guards nothing but the right of `deinit` to overwrite: the bytes never change before.
    private let storage: Mutex<[UInt8]>

    /// The number of UTF-8 bytes.
    public let byteCount: Int

    /// Takes a copy; wiping the original stays the caller's duty.
    public convenience init(copying bytes: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        self.init(taking: &copy)
    }

    /// Moves the bytes in and leaves `bytes` empty, so that only this object holds them.
    public init(taking bytes: inout [UInt8]) {
        byteCount = bytes.count
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        storage = Mutex(taken)
    }

    deinit { storage.withLock { $0.wipe() } }

    /// Lends the bytes for the length of the call.
    public func withBytes<R: ~Copyable, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        // This object outlives the alias, so that `deinit` finds the bytes unshared and wipes
        // them where they are.
        try withExtendedLifetime(self) { () throws(E) -> R in
            let alias = storage.withLock { $0 }
            return try body(alias.span)
        }
    }

    /// Always the same word, whatever the text.
    public var description: String { "<secret>" }

    /// Shows no children, so that `dump` has nothing to print.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// A part of it, as a secret of its own.
    func part(_ range: Range<Int>) -> SecretText {
        withBytes { SecretText(copying: $0.extracting(range)) }
    }
}

extension SecretText {
    /// A JSON string's text, which never becomes a `String` on the way; nil for any other value.
    package convenience init?(decoding value: JSONValue, _ source: Span<UInt8>) {
        guard let count = value.stringByteCount(source) else { return nil }
        var decoded = [UInt8](repeating: 0, count: count)
        var span = decoded.mutableSpan
        var bytes = unsafe span.mutableBytes
        value.decodeString(source, into: &bytes, at: 0)
        self.init(taking: &decoded)
    }
}
