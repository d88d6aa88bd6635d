import Foundation

/// A secret that is looked for wherever it must not be, in every form that it could take.
struct PlantedSecret: Sendable {
    let name: String
    /// The forms, each named.
    let needles: [(form: String, bytes: [UInt8])]

    /// A text: raw, hexadecimal, base64.
    init(_ name: String, _ text: String) {
        self.init(name, bytes: Array(text.utf8))
    }

    init(_ name: String, bytes: [UInt8]) {
        self.name = name
        let hex = bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 2 ? digits : "0" + digits
        }.joined()
        var needles = [
            ("raw", bytes), ("hex", Array(hex.utf8)), ("HEX", Array(hex.uppercased().utf8)),
        ]
        for shift in 0..<3 {
            let text = Self.base64(bytes, shift: shift)
            let url = text.replacing("+", with: "-").replacing("/", with: "_")
            needles.append(("base64 from \(shift)", Array(text.utf8)))
            if url != text { needles.append(("base64url from \(shift)", Array(url.utf8))) }
        }
        self.needles = needles
    }

    /// A token's text, and its secret part alone, which is what a checker must never keep: as it
    /// is written, and as the bytes that it stands for.
    static func token(_ name: String, _ text: String) -> [PlantedSecret] {
        let secret = text.dropFirst(21).dropLast(6)
        return [
            PlantedSecret(name, text), PlantedSecret(name + "'s secret", String(secret)),
            PlantedSecret(name + "'s bytes", bytes: number(secret)),
        ]
    }

    /// The 32 bytes that base62 digits stand for.
    private static func number(_ digits: Substring) -> [UInt8] {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var bytes = [UInt8](repeating: 0, count: 32)
        for digit in digits {
            var carry = alphabet.firstIndex(of: digit) ?? 0
            for place in bytes.indices.reversed() {
                carry += Int(bytes[place]) * 62
                bytes[place] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
        }
        return bytes
    }

    /// What is the same in base64 whatever stands before and behind it, `shift` bytes from a
    /// group's begin.
    private static func base64(_ bytes: [UInt8], shift: Int) -> String {
        let padded = [UInt8](repeating: 0, count: shift) + bytes
        let text = Data(padded).base64EncodedString().filter { $0 != "=" }
        // The characters at both ends also hold bits of the neighbours.
        let head = shift == 0 ? 0 : shift + 1
        let tail = padded.count % 3 == 0 ? 0 : 1
        return String(text.dropFirst(head).dropLast(tail))
    }

    /// The forms in which it stands in `data`.
    func found(in data: Data) -> [String] {
        needles.filter { data.range(of: Data($0.bytes)) != nil }.map { "\(name), \($0.form)" }
    }
}

/// A search of everything that a vault and its programs leave behind.
struct SecretHunt {
    let secrets: [PlantedSecret]

    func search(_ data: Data, _ place: String) -> [String] {
        secrets.flatMap { $0.found(in: data) }.map { "\(place): \($0)" }
    }

    /// Every file below a directory.
    func search(directory: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).flatMap { name in
            let path = directory + "/" + name
            guard let content = FileManager.default.contents(atPath: path) else {
                return [String]()
            }
            return search(Data(name.utf8), "a name") + search(content, name)
        }
    }

    func search(file: String) throws -> [String] {
        search(try Data(contentsOf: URL(filePath: file)), file)
    }

    /// What every process of the user may see of another.
    func search(process pid: Int32) throws -> [String] {
        try ["cmdline", "environ", "comm", "status", "maps"].flatMap { name in
            let handle = try FileHandle(forReadingFrom: URL(filePath: "/proc/\(pid)/\(name)"))
            return search(try handle.readToEnd() ?? Data(), name)
        }
    }
}
