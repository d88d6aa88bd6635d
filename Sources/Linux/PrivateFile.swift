import CLinux
import Glibc

/// Files that are for their owner's eyes only.
package enum PrivateFile {
    package enum Failure: Error, Equatable {
        case system(Errno)
        case notARegularFile
        case tooLarge(byteCountMax: Int)
        /// The group or everybody may read or write it.
        case openToOthers
    }

    /// The whole file; the caller wipes what it gets. One that others may touch is refused.
    package static func read(
        _ path: String, byteCountMax: Int
    ) throws(Failure) -> [UInt8] {
        let refusal: Failure
        do throws(Errno) {
            let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
            // Asked of the open file, so that no other one can take its place in between.
            let status = try file.status()
            if let found = Self.refusal(of: status, byteCountMax) {
                refusal = found
            } else {
                var content = [UInt8](repeating: 0, count: status.byteCount)
                guard try file.readAll(into: &content, from: 0) == content.count else {
                    throw Errno.invalid
                }
                return content
            }
        } catch {
            throw .system(error)
        }
        throw refusal
    }

    private static func refusal(of status: FileStatus, _ byteCountMax: Int) -> Failure? {
        if !status.isRegular { return .notARegularFile }
        if status.permissions & 0o077 != 0 { return .openToOthers }
        return status.byteCount > byteCountMax ? .tooLarge(byteCountMax: byteCountMax) : nil
    }
}

/// What the path's owner reads behind "cannot be read: ".
extension PrivateFile.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let errno): errno.description
        case .notARegularFile: "it is not a regular file"
        case .tooLarge(let byteCountMax): "it is larger than \(byteCountMax) bytes"
        case .openToOthers: "others may read or write it"
        }
    }
}

extension Descriptor {
    /// Reads from a place in a file until `content` is full or the file ends; the count read.
    package borrowing func readAll(
        into content: inout [UInt8], from offset: Int
    ) throws(Errno) -> Int {
        let total = content.count
        var count = 0
        while count < total {
            let (start, place) = (count, off_t(offset + count))
            var span = content.mutableSpan
            var bytes = unsafe span.mutableBytes
            let added = try unsafe bytes.withUnsafeMutableBytes { (buffer) throws(Errno) -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                return try call { unsafe pread(number, base + start, total - start, place) }
            }
            if added == 0 { break }
            count += added
        }
        return count
    }

    /// What the process was started with under that number, if anything.
    package static func inherited(_ number: Int32) -> Descriptor? {
        // Closing a number that is not open, as `deinit` then does, changes nothing.
        let descriptor = Descriptor(owning: number)
        do throws(Errno) {
            _ = try descriptor.status()
        } catch {
            return nil
        }
        return descriptor
    }
}

/// Places in the file system.
package enum Path {
    /// Absolute, without symbolic links; what it names must be there.
    package static func resolved(_ path: String) throws(Errno) -> String {
        guard let resolved = unsafe realpath(path, nil) else { throw .last }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    package static func setPermissions(_ mode: UInt32, of path: String) throws(Errno) {
        try call { unsafe chmod(path, mode) }
    }

    /// What an ordinary process may still write to the file system that `path` lies on.
    package static func freeByteCount(_ path: String) throws(Errno) -> Int {
        var status = statvfs()
        try call { unsafe statvfs(path, &status) }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// Empty ones only.
    package static func removeDirectory(_ path: String) throws(Errno) {
        try call { unsafe rmdir(path) }
    }

    /// Opens an existing file to read it; a symbolic link at the end is refused.
    package static func openToRead(_ path: String) throws(Errno) -> Descriptor {
        try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    }
}
