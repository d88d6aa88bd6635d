import Foundation

/// The memory of a running process; readable only by who may trace it.
struct ProcessMemory {
    private let pid: Int32
    private let file: FileHandle

    /// Whether this process may trace others, and so read what they have in memory.
    static let mayRead: Bool = {
        let capabilityToTrace: UInt64 = 1 << 19
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let effective = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return effective & capabilityToTrace != 0
    }()

    /// Nil where this user may not look.
    init?(of pid: Int32) {
        guard let file = FileHandle(forReadingAtPath: "/proc/\(pid)/mem") else { return nil }
        (self.pid, self.file) = (pid, file)
    }

    struct Region {
        let start: UInt64
        let end: UInt64
        let name: String
    }

    /// Whatever can be written: heap, stacks, locked memory, data of libraries.
    func regions() throws -> [Region] {
        try String(contentsOfFile: "/proc/\(pid)/maps", encoding: .utf8).split(separator: "\n")
            .compactMap { line in
                let parts = line.split(separator: " ", omittingEmptySubsequences: true)
                let bounds = parts[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
                guard parts[1].hasPrefix("rw"), bounds.count == 2 else { return nil }
                let name = parts.count > 5 ? String(parts[5]) : "anonymous"
                return Region(start: bounds[0], end: bounds[1], name: name)
            }
    }

    /// Where each secret's raw form stands, for people who have to find out why.
    func search(_ secrets: [PlantedSecret]) throws -> [String] {
        var found: [String] = []
        for region in try regions() {
            guard let content = read(region) else { continue }
            for secret in secrets {
                let needle = Data(secret.needles[0].bytes)
                var rest = content.startIndex..<content.endIndex
                while let hit = content.range(of: needle, in: rest) {
                    let place = String(region.start + UInt64(hit.lowerBound), radix: 16)
                    found.append("\(secret.name) at 0x\(place) in \(region.name)")
                    rest = hit.upperBound..<content.endIndex
                }
            }
        }
        return found
    }

    /// Nil for a region that is gone by now, or that nobody may read.
    private func read(_ region: Region) -> Data? {
        do {
            try file.seek(toOffset: region.start)
            return try file.read(upToCount: Int(region.end - region.start))
        } catch {
            return nil
        }
    }
}
