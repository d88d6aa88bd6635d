import Crypto
import Foundation

/// One vector: names and values, both as text; bytes are hexadecimal.
typealias Vector = [String: String]

/// A file of vectors below `schema/vectors`, made by this program and checked by another.
struct VectorFile: Codable, Equatable {
    let format: String
    let vectors: [Vector]

    private static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "schema/vectors")

    /// Whether the files are to be made anew rather than compared with.
    static let isWriting = ProcessInfo.processInfo.environment["STRONGROOM_WRITE_VECTORS"] == "1"

    static func read(_ name: String) throws -> VectorFile {
        let data = try Data(contentsOf: directory.appending(path: name))
        return try JSONDecoder().decode(VectorFile.self, from: data)
    }

    func write(_ name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try FileManager.default.createDirectory(
            at: Self.directory, withIntermediateDirectories: true)
        try (encoder.encode(self) + Data("\n".utf8)).write(
            to: Self.directory.appending(path: name))
    }
}

extension [UInt8] {
    var hex: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    init(hex: String) {
        let digits = Array<UInt8>(hex.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension UInt128 {
    /// 32 digits.
    var hex: String {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self)
        return bytes.hex
    }
}

extension Secret {
    borrowing func copied() -> [UInt8] { withBytes { $0.copied } }

    static func holding(_ bytes: [UInt8]) throws(CryptoError) -> Secret {
        try unsafe Secret(copying: bytes.span.bytes)
    }
}

extension Key {
    static func holding(_ bytes: [UInt8]) throws(CryptoError) -> Key {
        try Key(try Secret.holding(bytes))
    }

    borrowing func copied() -> [UInt8] { withBytes { $0.copied } }
}
