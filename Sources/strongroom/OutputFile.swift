import Foundation
import Linux

/// Where bulky output goes: a new file that only its owner may read, or standard output.
final class OutputFile {
    private let file: Descriptor
    /// Of the file that was made for it; nil for standard output.
    private let path: String?

    /// - Parameter path: nil for standard output.
    init(_ path: String?) throws(Failure) {
        self.path = path
        guard let path else {
            file = Descriptor(owning: dup(1))
            return
        }
        do {
            file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        } catch .exists {
            throw .usage("\(path) is there already")
        } catch {
            throw .usage("\(path) cannot be written: \(error)")
        }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        do {
            try unsafe file.writeAll(bytes.span.bytes)
        } catch {
            throw .refused("the output cannot be written: \(error)")
        }
    }

    /// A file is on the device when this returns.
    func finish() throws(Failure) {
        guard path != nil else { return }
        do {
            try file.sync()
        } catch {
            throw .refused("the output cannot be written: \(error)")
        }
    }

    /// Half a file would pass for a whole one, and stand in the way of the next attempt.
    func discard() {
        if let path { unsafe unlink(path) }
    }
}
