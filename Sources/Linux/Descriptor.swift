import CLinux
import Glibc

/// An open file, socket or event source; closed when its owner lets go.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes over the duty to close `number`.
    package init(owning number: Int32) { self.number = number }

    deinit { _ = Glibc.close(number) }

    /// Opens a path, close-on-exec; `mode` counts where a file is made.
    package static func open(
        _ path: String, _ flags: Int32, mode: UInt32 = 0o600
    ) throws(Errno) -> Descriptor {
        Descriptor(owning: try call { unsafe strongroom_open(path, flags, mode) })
    }

    /// Opens a file that is there for reading and writing.
    package static func openForUpdate(_ path: String) throws(Errno) -> Descriptor {
        try open(path, O_RDWR)
    }

    /// Opens a file of the owner's alone for reading and writing, and makes it if it is missing.
    package static func openOrCreate(_ path: String) throws(Errno) -> Descriptor {
        try open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
    }

    /// Reads into `bytes`; 0 at the end of the input.
    package borrowing func read(into bytes: inout MutableRawSpan) throws(Errno) -> Int {
        try unsafe bytes.withUnsafeMutableBytes { (buffer) throws(Errno) -> Int in
            let (base, count) = (buffer.baseAddress, buffer.count)
            return try call { unsafe Glibc.read(number, base, count) }
        }
    }

    package borrowing func write(_ bytes: RawSpan) throws(Errno) -> Int {
        try unsafe bytes.withUnsafeBytes { (buffer) throws(Errno) -> Int in
            let (base, count) = (buffer.baseAddress, buffer.count)
            return try call { unsafe Glibc.write(number, base, count) }
        }
    }

    package borrowing func write(_ bytes: RawSpan, at offset: Int) throws(Errno) -> Int {
        try unsafe bytes.withUnsafeBytes { (buffer) throws(Errno) -> Int in
            let (base, count) = (buffer.baseAddress, buffer.count)
            return try call { unsafe pwrite(number, base, count, off_t(offset)) }
        }
    }

    /// Sends without raising SIGPIPE.
    package borrowing func send(_ bytes: RawSpan) throws(Errno) -> Int {
        try unsafe bytes.withUnsafeBytes { (buffer) throws(Errno) -> Int in
            let (base, count) = (buffer.baseAddress, buffer.count)
            return try call { unsafe Glibc.send(number, base, count, Int32(MSG_NOSIGNAL)) }
        }
    }

    /// Of a socket: the other side reads to the end of what was sent, and may go on sending.
    package borrowing func endSending() throws(Errno) {
        try call { shutdown(number, Int32(SHUT_WR)) }
    }

    /// Writes all of it, however many calls it takes.
    package borrowing func writeAll(_ bytes: RawSpan) throws(Errno) {
        var start = 0
        while start < bytes.byteCount {
            let count = try write(bytes.extracting(start..<bytes.byteCount))
            guard count > 0 else { throw .noSpace }
            start += count
        }
    }

    /// Writes all of it at a place of a file, however many calls it takes.
    package borrowing func writeAll(_ bytes: RawSpan, at offset: Int) throws(Errno) {
        var start = 0
        while start < bytes.byteCount {
            let rest = bytes.extracting(start..<bytes.byteCount)
            let count = try write(rest, at: offset + start)
            // Whoever takes nothing and says nothing would be asked for ever.
            guard count > 0 else { throw .noSpace }
            start += count
        }
    }

    /// Makes sure that so many bytes from the beginning on have their blocks.
    package borrowing func allocate(byteCount: Int) throws(Errno) {
        while true {
            // It returns the number instead of setting `errno`.
            let code = posix_fallocate(number, 0, off_t(byteCount))
            if code == 0 { return }
            if code != EINTR { throw Errno(code: code) }
        }
    }

    package borrowing func truncate(to byteCount: Int) throws(Errno) {
        try call { ftruncate(number, off_t(byteCount)) }
    }

    /// Everything written so far is on the device when it returns.
    package borrowing func sync() throws(Errno) {
        // Never called again after a failure: the kernel reports a lost page once only.
        if fsync(number) != 0 { throw Self.failedSync }
    }

    /// The same for the content of a file whose length and times may be as they were.
    package borrowing func syncContent() throws(Errno) {
        // As above: what failed once is never asked for again.
        if fdatasync(number) != 0 { throw Self.failedSync }
    }

    /// For want of room or not, pages are lost: whoever waits for room would try again.
    private static var failedSync: Errno { Errno.last.isNoRoom ? .inputOutput : .last }

    package borrowing func status() throws(Errno) -> FileStatus {
        var status = stat()
        try call { unsafe fstat(number, &status) }
        return FileStatus(status)
    }

    package borrowing func setPermissions(_ mode: UInt32) throws(Errno) {
        try call { fchmod(number, mode) }
    }
}

/// What is worth knowing about a file.
package struct FileStatus: Equatable, Sendable {
    package let byteCount: Int
    package let permissions: UInt32
    package let owner: UInt32
    package let isDirectory: Bool
    package let isRegular: Bool
    package let isSocket: Bool
    package let device: UInt64

    init(_ status: stat) {
        byteCount = Int(status.st_size)
        permissions = status.st_mode & 0o7777
        owner = status.st_uid
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
        device = UInt64(status.st_dev)
    }

    /// Nil where there is nothing; follows no symbolic link at the end.
    package static func of(_ path: String) throws(Errno) -> FileStatus? {
        var status = stat()
        do {
            try call { unsafe lstat(path, &status) }
        } catch .noEntry {
            return nil
        } catch {
            throw error
        }
        return FileStatus(status)
    }
}
