import CLinux
import Glibc

/// A system call's refusal, by its number.
package struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Int32

    package init(code: Int32) { self.code = code }

    /// The calling thread's last one.
    package static var last: Errno { Errno(code: errno) }

    package static let wouldBlock = Errno(code: EAGAIN)
    package static let interrupted = Errno(code: EINTR)
    package static let noEntry = Errno(code: ENOENT)
    package static let exists = Errno(code: EEXIST)
    package static let inputOutput = Errno(code: EIO)
    package static let noSpace = Errno(code: ENOSPC)
    package static let overQuota = Errno(code: EDQUOT)
    package static let connectionRefused = Errno(code: ECONNREFUSED)
    package static let nameTooLong = Errno(code: ENAMETOOLONG)
    package static let invalid = Errno(code: EINVAL)
    package static let accessDenied = Errno(code: EACCES)
    package static let messageTooLong = Errno(code: EMSGSIZE)

    /// No room for this user: a matter of the machine's keeping, not a fault of the device.
    package var isNoRoom: Bool { self == .noSpace || self == .overQuota }

    /// The C library's sentence for it.
    package var description: String {
        var text = [CChar](repeating: 0, count: 128)
        return unsafe text.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress,
                let message = unsafe strongroom_error_text(code, base, buffer.count)
            else { return "error \(code)" }
            return unsafe String(cString: message)
        }
    }
}

/// Runs a system call again for as long as a signal interrupts it; throws its errno on -1.
@discardableResult
func call<R: FixedWidthInteger & SignedInteger>(_ body: () -> R) throws(Errno) -> R {
    while true {
        let outcome = body()
        if outcome != -1 { return outcome }
        let error = Errno.last
        if error != .interrupted { throw error }
    }
}
