import Crypto
import Glibc
import Linux

/// The two things that no design can make quicker: opening a sealed box and reaching the disk.
enum Microbenchmarks {
    private static let payloadByteCount = 512
    /// What a group commit of about a hundred records writes.
    private static let syncByteCount = 25_000

    static func run(_ options: Options) throws(BenchFault) -> [Figure] {
        [
            try boxOpening(seconds: options.seconds),
            try syncing(seconds: options.seconds, below: options.directory),
        ]
    }

    private static func boxOpening(seconds: Int) throws(BenchFault) -> Figure {
        do {
            try SecretMemory.prepare()
            let pair = try KeyPair.generate(SystemEntropy())
            let payload = [UInt8](repeating: 7, count: payloadByteCount)
            let sealed = try unsafe SealedBox.seal(payload.span.bytes, to: pair.publicKey)
            var count = 0
            let start = SystemTime.monotonicNanoseconds()
            let end = start + UInt64(seconds) * 1_000_000_000
            while SystemTime.monotonicNanoseconds() < end {
                _ = try unsafe SealedBox.open(sealed.span.bytes, pair.publicKey, pair.privateKey)
                count += 1
            }
            let taken = Double(SystemTime.monotonicNanoseconds() - start) / 1e9
            return Figure(
                name: "crypto_box_seal_open", value: Double(count) / taken, unit: "per second")
        } catch {
            throw .failed("sealed boxes cannot be opened here: \(error)")
        }
    }

    private static func syncing(
        seconds: Int, below directory: String
    ) throws(BenchFault) -> Figure {
        let path = directory + "/strongroom-bench.sync"
        do {
            let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
            defer { _ = unsafe unlink(path) }
            let bytes = [UInt8](repeating: 7, count: syncByteCount)
            var times = Latencies()
            let end = SystemTime.monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
            while SystemTime.monotonicNanoseconds() < end {
                let start = SystemTime.monotonicNanoseconds()
                try unsafe file.writeAll(bytes.span.bytes)
                guard fdatasync(file.number) == 0 else { throw Errno.last }
                times.add(nanoseconds: SystemTime.monotonicNanoseconds() - start)
            }
            return Figure(name: "fdatasync_25kb_p50", value: times.percentile(50), unit: "us")
        } catch let error as Errno {
            throw .system(error)
        } catch {
            throw .failed("\(error)")
        }
    }
}
