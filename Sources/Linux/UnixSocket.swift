import CLinux
import Glibc

/// Who is at the other end of a Unix socket, as numbers, from the kernel.
package struct PeerCredentials: Hashable, Sendable {
    package let uid: UInt32
    package let gid: UInt32
    package let pid: Int32

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }

    package init(of socket: borrowing Descriptor) throws(Errno) {
        var uid: UInt32 = 0
        var gid: UInt32 = 0
        var pid: Int32 = 0
        let number = socket.number
        try call { unsafe strongroom_peer_credentials(number, &uid, &gid, &pid) }
        self.init(uid: uid, gid: gid, pid: pid)
    }
}

/// Stream sockets in the file system; abstract names are never used.
package enum UnixSocket {
    /// What `sun_path` holds beside its terminator.
    package static let pathByteCountMax = 107

    /// A listening socket at `path`, whose mode is `mode` from the first moment on.
    ///
    /// A socket file that nobody listens on is replaced; one that answers is an error, and so is
    /// anything that is no socket.
    package static func listen(
        at path: String, mode: UInt32, backlog: Int32 = 1024
    ) throws(Errno) -> Descriptor {
        if let status = try FileStatus.of(path) {
            guard status.isSocket else { throw .exists }
            guard try isAbandoned(path) else { throw Errno(code: EADDRINUSE) }
            try call { unsafe unlink(path) }
        }
        let socket = try make(SOCK_NONBLOCK.rawValue)
        // Bound without any permission: no instant at which others could connect. The kernel takes
        // the mode from the socket, so the umask, which is every thread's, need not change.
        try socket.setPermissions(0)
        try unsafe withAddress(path) { (address, length) throws(Errno) in
            try call { unsafe bind(socket.number, address, length) }
        }
        try call { unsafe chmod(path, mode) }
        try call { Glibc.listen(socket.number, backlog) }
        return socket
    }

    /// Only a refused connection says that nobody listens; a full queue or a closed door do not.
    private static func isAbandoned(_ path: String) throws(Errno) -> Bool {
        let socket = try make(SOCK_NONBLOCK.rawValue)
        do {
            try unsafe withAddress(path) { (address, length) throws(Errno) in
                try call { unsafe Glibc.connect(socket.number, address, length) }
            }
            return false
        } catch {
            return error == .connectionRefused
        }
    }

    /// A blocking connection to `path`; `.wouldBlock` after that many seconds before a full queue.
    package static func connect(
        to path: String, timeoutSeconds: Int? = nil
    ) throws(Errno) -> Descriptor {
        let socket = try make(0)
        // The time-out for sending is the one that a connection waits for.
        if let timeoutSeconds { try setTimeout(timeoutSeconds, of: socket) }
        try unsafe withAddress(path) { (address, length) throws(Errno) in
            try call { unsafe Glibc.connect(socket.number, address, length) }
        }
        return socket
    }

    /// From now on a connection is refused, as if the socket were closed; whoever had connected
    /// before can still be accepted.
    package static func endListening(_ listener: borrowing Descriptor) throws(Errno) {
        let number = listener.number
        try call { shutdown(number, Int32(SHUT_RDWR)) }
    }

    /// The next waiting connection, non-blocking; nil when there is none.
    package static func accept(_ listener: borrowing Descriptor) throws(Errno) -> Descriptor? {
        let number = listener.number
        do {
            return Descriptor(owning: try call { strongroom_accept(number) })
        } catch .wouldBlock {
            return nil
        } catch {
            throw error
        }
    }

    /// Time-outs of a blocking connection.
    package static func setTimeout(_ seconds: Int, of socket: borrowing Descriptor) throws(Errno) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let number = socket.number
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try call {
                unsafe setsockopt(
                    number, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
            }
        }
    }

    /// Tells the service manager; nothing happens where there is none.
    package static func notify(_ message: String, to path: String) throws(Errno) {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try call { Glibc.socket(AF_UNIX, type, 0) })
        let bytes = Array(message.utf8)
        try unsafe withAddress(path, mayBeAbstract: true) { (address, length) throws(Errno) in
            try call { unsafe Glibc.connect(socket.number, address, length) }
        }
        _ = try unsafe socket.send(bytes.span.bytes)
    }

    private static func make(_ flags: UInt32) throws(Errno) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | flags)
        return Descriptor(owning: try call { socket(AF_UNIX, type, 0) })
    }

    private static func withAddress(
        _ path: String, mayBeAbstract: Bool = false,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Void
    ) throws(Errno) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= pathByteCountMax, !bytes.contains(0) else {
            throw .nameTooLong
        }
        // The service manager writes abstract names with a leading "@".
        if mayBeAbstract, bytes[0] == 64 { bytes[0] = 0 }
        let count = bytes.count
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
            for index in 0..<count { unsafe field[index] = bytes[index] }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + count + (bytes[0] == 0 ? 0 : 1))
        try unsafe withUnsafePointer(to: &address) { (pointer) throws(Errno) in
            let raw = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            try unsafe body(raw, length)
        }
    }
}
