import Glibc

extension UnixSocket {
    /// Whether a connection on which nothing is expected is still open and silent; asks without
    /// waiting and takes nothing from it.
    package static func isIdle(_ socket: borrowing Descriptor) -> Bool {
        var byte: UInt8 = 0
        let number = socket.number
        let flags = Int32(MSG_PEEK | MSG_DONTWAIT)
        do throws(Errno) {
            try call { unsafe recv(number, &byte, 1, flags) }
        } catch {
            return error == .wouldBlock
        }
        // The end of the stream, or bytes that nobody asked for.
        return false
    }
}
