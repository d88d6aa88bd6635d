import Linux
import Wire

/// Bytes that grow without leaving a copy behind: what it outgrows and what it ends with is wiped.
package final class WipedBuffer: ByteSink {
    private var bytes: [UInt8] = []

    package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    deinit { bytes.wipe() }

    package var count: Int { bytes.count }

    package func withBytes<R, E>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        // Gone when this returns, so that whatever wipes the bytes finds them unshared.
        let alias = bytes
        return try body(alias.span)
    }

    package func append(_ byte: UInt8) {
        makeRoom(1)
        bytes.append(byte)
    }

    package func append(_ source: Span<UInt8>) {
        makeRoom(source.count)
        for index in source.indices { bytes.append(source[index]) }
    }

    package func append(_ text: StaticString) {
        makeRoom(text.utf8CodeUnitCount)
        text.withUTF8Buffer { buffer in unsafe bytes.append(contentsOf: buffer) }
    }

    package func append(_ text: String) {
        makeRoom(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    package func append(_ secret: SecretText) {
        secret.withBytes { append($0) }
    }

    /// Moves the bytes out; the buffer is empty afterwards.
    package func take() -> SecretText { SecretText(taking: &bytes) }

    private func makeRoom(_ count: Int) {
        guard bytes.count + count > bytes.capacity else { return }
        var larger: [UInt8] = []
        larger.reserveCapacity(max(2 * bytes.capacity, bytes.count + count))
        larger.append(contentsOf: bytes)
        bytes.wipe()
        bytes = larger
    }
}
