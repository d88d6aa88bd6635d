package import Audit
import Crypto
import Linux
package import Vault

/// Sealed segments as files of a directory: written aside, synced, renamed.
package final class SegmentDirectory: SegmentFiles, Sendable {
    package let path: String
    private static let suffix = ".segment"
    /// After a segment's name: it is of a log that was undone.
    private static let undone = ".undone"

    package init(path: String) { self.path = path }

    package func list() throws(StoreError) -> [SegmentName] {
        try system { () throws(Errno) in
            try DurableFile.names(in: path).compactMap { name in
                guard name.hasSuffix(Self.suffix) else { return nil }
                return SegmentName(text: String(name.dropLast(Self.suffix.count)))
            }
        }.sorted()
    }

    package func open(_ name: SegmentName) throws(StoreError) -> any SegmentFile {
        try system { () throws(Errno) in try OpenSegment(file(name)) }
    }

    package func create(_ name: SegmentName, _ pieces: [[UInt8]]) throws(StoreError) {
        let file = file(name)
        try system { () throws(Errno) in
            guard try FileStatus.of(file) == nil else { throw Errno.exists }
            try DurableFile.replace(file, with: pieces, mode: 0o600)
        }
    }

    package func setAside(_ name: SegmentName) throws(StoreError) {
        let file = file(name)
        try system { () throws(Errno) in
            try DurableFile.rename(file, to: try free(file + Self.undone))
        }
    }

    /// The path, or with a number behind it: what was set aside before is evidence too.
    private func free(_ path: String) throws(Errno) -> String {
        var (candidate, number) = (path, 1)
        while try FileStatus.of(candidate) != nil {
            number += 1
            candidate = "\(path)-\(number)"
        }
        return candidate
    }

    private func file(_ name: SegmentName) -> String {
        path + "/" + name.text + Self.suffix
    }
}

/// A segment that is being read; the file stays the same one whatever happens to its name.
private final class OpenSegment: SegmentFile {
    private let descriptor: Descriptor
    let byteCount: Int

    init(_ path: String) throws(Errno) {
        let opened = try Path.openToRead(path)
        let status = try opened.status()
        guard status.isRegular else { throw .invalid }
        byteCount = status.byteCount
        descriptor = opened
    }

    func read(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        try system { () throws(Errno) in try content(range) }
    }

    func content(_ range: Range<Int>) throws(Errno) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { throw .invalid }
        var content = [UInt8](repeating: 0, count: range.count)
        guard try descriptor.readAll(into: &content, from: range.lowerBound) == range.count else {
            throw .invalid
        }
        return content
    }
}

/// Runs what the system may refuse; a disk without room is no reason to stop.
func system<T: ~Copyable>(_ body: () throws(Errno) -> T) throws(StoreError) -> T {
    do {
        return try body()
    } catch {
        throw error.isNoRoom ? .full : .failed(code: error.code)
    }
}
