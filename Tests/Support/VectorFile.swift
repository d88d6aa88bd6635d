import Crypto
import Foundation

/// One vector: names and values, both as text; bytes are hexadecimal.
package typealias Vector = [String: String]

/// A file of vectors below `schema/vectors`, made by this program and checked by another.
package struct VectorFile: Codable, Equatable {
    package let format: String
    package let vectors: [Vector]

    package init(format: String, vectors: [Vector]) {
        self.format = format
        self.vectors = vectors
    }

    private static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "schema/vectors")

    /// Whether the files are to be made anew rather than compared with.
    package static let isWriting =
        ProcessInfo.processInfo.environment["STRONGROOM_WRITE_VECTORS"] == "1"

    package static func read(_ name: String) throws -> VectorFile {
        let data = try Data(contentsOf: directory.appending(path: name))
        return try JSONDecoder().decode(VectorFile.self, from: data)
    }

    /// What is kept under that name: these vectors, where they are to be made anew.
    package func kept(_ name: String) throws -> VectorFile {
        if Self.isWriting { try write(name) }
        return try Self.read(name)
    }

    private func write(_ name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileManager.default.createDirectory(
            at: Self.directory, withIntermediateDirectories: true)
        try (encoder.encode(self) + Data("\n".utf8)).write(
            to: Self.directory.appending(path: name))
    }
}

extension [UInt8] {
    package var hex: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    package init(hex: String) {
        let digits = Array<UInt8>(hex.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension UInt128 {
    /// 32 digits.
    package var hex: String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self)
        return bytes.hex
    }
}
