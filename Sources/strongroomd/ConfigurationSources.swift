import Linux
import Server

/// The configuration from its file, then from the flags, which win.
enum ConfigurationSources {
    private static let standardFile = "/etc/strongroom/strongroom.json"
    private static let byteCountMax = 1 << 20

    static func read(
        flags: [(key: Configuration.Key, value: String)], file: String?
    ) throws(ConfigurationError) -> Configuration {
        var configuration = Configuration(ownUID: ProcessHygiene.ownUID)
        if let path = file ?? standard() {
            let bytes: [UInt8]
            do {
                bytes = try DurableFile.read(path, byteCountMax: byteCountMax)
            } catch {
                throw ConfigurationError("\(path) cannot be read: \(error)")
            }
            do {
                try configuration.read(file: bytes)
            } catch {
                throw ConfigurationError("\(path): \(error)")
            }
        }
        for flag in flags { try configuration.read(flag: flag.key, value: flag.value) }
        return configuration
    }

    private static func standard() -> String? {
        // A file that cannot be looked at is as good as none; naming it tells why.
        let status = try? FileStatus.of(standardFile)
        return status == nil ? nil : standardFile
    }
}
