import CLinux
import Glibc

/// Files that survive the loss of power: written aside, synced, renamed, the directory synced.
package enum DurableFile {
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case system(Errno)
        case tooLarge(byteCountMax: Int)
        case notARegularFile

        /// What goes behind "cannot be read: " and the like.
        package var description: String {
            switch self {
            case .system(let errno): errno.description
            case .tooLarge(let max): "it is larger than \(max) bytes"
            case .notARegularFile: "it is not a regular file"
            }
        }
    }

    /// The whole of a regular file of bounded size.
    package static func read(_ path: String, byteCountMax: Int) throws(Failure) -> [UInt8] {
        do {
            // Not blocking: a pipe in the file's place is refused, not waited for.
            let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.isRegular else { throw Failure.notARegularFile }
            guard status.byteCount <= byteCountMax else {
                throw Failure.tooLarge(byteCountMax: byteCountMax)
            }
            return try readAll(file, byteCountMax: byteCountMax)
        } catch let error as Errno {
            throw .system(error)
        } catch let error as Failure {
            throw error
        } catch {
            throw .system(.invalid)
        }
    }

    /// What is left of an open file, a pipe or standard input.
    package static func readAll(
        _ file: borrowing Descriptor, byteCountMax: Int
    ) throws -> [UInt8] {
        var content: [UInt8] = []
        // What may be a secret is short: such content never moves, so no copy stays behind.
        content.reserveCapacity(min(byteCountMax, 65_536))
        var chunk = [UInt8](repeating: 0, count: 65_536)
        defer { chunk.wipe() }
        do {
            while true {
                var span = chunk.mutableSpan
                var bytes = unsafe span.mutableBytes
                let count = try file.read(into: &bytes)
                if count == 0 { return content }
                guard content.count + count <= byteCountMax else {
                    throw Failure.tooLarge(byteCountMax: byteCountMax)
                }
                content.append(contentsOf: chunk[..<count])
            }
        } catch {
            content.wipe()
            throw error
        }
    }

    /// Replaces the file at `path` as a whole: a reader sees the old one or the new one.
    package static func replace(
        _ path: String, with bytes: RawSpan, mode: UInt32
    ) throws(Errno) {
        try replace(path, mode) { file throws(Errno) in try file.writeAll(bytes) }
    }

    /// The same, with pieces one behind the other.
    package static func replace(
        _ path: String, with pieces: [[UInt8]], mode: UInt32
    ) throws(Errno) {
        try replace(path, mode) { file throws(Errno) in
            for piece in pieces { try unsafe file.writeAll(piece.span.bytes) }
        }
    }

    private static func replace(
        _ path: String, _ mode: UInt32, _ content: (borrowing Descriptor) throws(Errno) -> Void
    ) throws(Errno) {
        let aside = path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
        do {
            try write(aside, flags, mode, content)
            try call { unsafe Glibc.rename(aside, path) }
        } catch {
            unsafe unlink(aside)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Makes a file that must not be there yet.
    package static func create(
        _ path: String, with bytes: RawSpan, mode: UInt32
    ) throws(Errno) {
        do {
            try write(path, O_WRONLY | O_CREAT | O_EXCL, mode) { file throws(Errno) in
                try file.writeAll(bytes)
            }
        } catch .exists {
            throw .exists
        } catch {
            // Half a file would stand in the way of the next attempt.
            unsafe unlink(path)
            throw error
        }
        try syncDirectory(of: path)
    }

    private static func write(
        _ path: String, _ flags: Int32, _ mode: UInt32,
        _ content: (borrowing Descriptor) throws(Errno) -> Void
    ) throws(Errno) {
        let file = try Descriptor.open(path, flags, mode: mode)
        try file.setPermissions(mode)
        try content(file)
        try file.sync()
    }

    /// Within one directory.
    package static func rename(_ path: String, to other: String) throws(Errno) {
        try call { unsafe Glibc.rename(path, other) }
        try syncDirectory(of: path)
    }

    package static func remove(_ path: String) throws(Errno) {
        try call { unsafe unlink(path) }
        try syncDirectory(of: path)
    }

    /// Makes a directory whose mode does not follow the umask; one that is there is left alone.
    package static func makeDirectory(_ path: String, mode: UInt32) throws(Errno) {
        do {
            try call { unsafe mkdir(path, mode) }
        } catch .exists {
            return
        } catch {
            throw error
        }
        try call { unsafe chmod(path, mode) }
        try syncDirectory(of: path)
    }

    /// The names in a directory, sorted, without `.` and `..`.
    package static func names(in path: String) throws(Errno) -> [String] {
        guard let directory = unsafe opendir(path) else { throw .last }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(directory) else { break }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe String(cString: UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        // The end and a failure look alike but for this; half a list must not pass for a whole.
        if errno != 0 { throw .last }
        return names.sorted()
    }

    /// What a directory says about its files is on the device when it returns.
    package static func syncDirectory(of path: String) throws(Errno) {
        let directory = try Descriptor.open(parent(of: path), O_RDONLY | O_DIRECTORY)
        try directory.sync()
    }

    package static func parent(of path: String) -> String {
        let end = path.lastIndex { $0 != "/" }.map(path.index(after:)) ?? path.startIndex
        guard let slash = path[..<end].lastIndex(of: "/") else {
            return path.hasPrefix("/") ? "/" : "."
        }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// A directory that one process may use at a time.
package struct DirectoryLock: ~Copyable, Sendable {
    private let file: Descriptor

    /// Throws `.wouldBlock` while another process holds it.
    package init(_ path: String) throws(Errno) {
        let opened = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        let number = opened.number
        try call { strongroom_lock_exclusively(number) }
        file = opened
    }
}
