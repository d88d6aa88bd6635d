import Foundation
import Linux

/// A directory of its own for one test; gone when the test is.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "strongroom-\(UInt64.random(in: 0 ... .max))"
        try DurableFile.makeDirectory(path, mode: 0o700)
    }

    deinit {
        // Nothing depends on it: the system clears its temporary directory anyway.
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { path + "/" + name }
}

/// What a call was refused with; nil where it went through.
func refusal<E: Error>(_ body: () throws(E) -> Void) -> E? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// A pair of connected pipes' ends.
struct PipeEnds: ~Copyable {
    let reading: Descriptor
    let writing: Descriptor

    init() {
        var numbers: [Int32] = [0, 0]
        precondition(unsafe pipe(&numbers) == 0, "no pipe to be had")
        reading = Descriptor(owning: numbers[0])
        writing = Descriptor(owning: numbers[1])
    }

    /// A second number for the end that is read from, which outlives this pair.
    func keepReading() -> Descriptor { Descriptor(owning: dup(reading.number)) }

    func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        try unsafe writing.writeAll(bytes.span.bytes)
    }
}
