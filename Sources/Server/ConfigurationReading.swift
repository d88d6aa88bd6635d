import Vault
import Wire

/// Reads configuration files and flags; what is not known, or not understood, is an error.
extension Configuration {
    package enum Key: String, CaseIterable, Sendable {
        case data, run, unseal, gateways, operators, management, inject, durability
        case ioThreads = "io_threads"
        case cacheBytes = "cache_bytes"
        case limits, audit, lifetimes, introspection

        /// Whether a flag's value is a plain text rather than JSON.
        var isText: Bool {
            switch self {
            case .data, .run, .unseal, .durability: true
            default: false
            }
        }
    }

    /// Applies a whole file.
    package mutating func read(file bytes: [UInt8]) throws(ConfigurationError) {
        let span = bytes.span
        let root = try Self.document(span, inFile: true).root
        guard root.kind == .object else {
            throw ConfigurationError(line: 1, "the configuration is not a JSON object")
        }
        for member in root.members {
            let line = Self.line(of: member.name, span)
            guard let key = Key(rawValue: member.name.string(span) ?? "") else {
                throw ConfigurationError(line: line, "there is no such configuration key")
            }
            do {
                try apply(key, ValueReader(value: member.value, bytes: bytes))
            } catch {
                throw ConfigurationError(line: line, "\(key.rawValue): \(error.sentence)")
            }
        }
    }

    /// Applies one flag, `--key value`.
    package mutating func read(
        flag key: Key, value: String
    ) throws(ConfigurationError) {
        var bytes = Array(value.utf8)
        if key.isText { bytes = Self.quoted(value) }
        do {
            let root = try Self.document(bytes.span, inFile: false).root
            try apply(key, ValueReader(value: root, bytes: bytes))
        } catch {
            throw ConfigurationError("--\(key.rawValue): \(error.sentence)")
        }
    }

    private static func document(
        _ bytes: Span<UInt8>, inFile: Bool
    ) throws(ConfigurationError) -> JSONDocument {
        do {
            return try JSONDocument.parse(bytes)
        } catch {
            switch error {
            case .malformed(let offset):
                let line = inFile ? Self.line(at: offset, bytes) : nil
                throw ConfigurationError(line: line, "the value is not JSON")
            case .duplicateMember(let offset):
                let line = inFile ? Self.line(at: offset, bytes) : nil
                throw ConfigurationError(line: line, "a member is there twice")
            case .tooLarge, .tooDeep, .tooManyMembers, .tooManyElements, .tooManyValues:
                throw ConfigurationError("the value is larger than any configuration")
            }
        }
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var json = JSONWriter([UInt8]())
        json.string(text)
        return json.finish()
    }

    private static func line(of value: JSONValue, _ bytes: Span<UInt8>) -> Int {
        line(at: value.sourceRange.lowerBound, bytes)
    }

    private static func line(at offset: Int, _ bytes: Span<UInt8>) -> Int {
        var line = 1
        for index in 0..<min(offset, bytes.count) where bytes[index] == 10 { line += 1 }
        return line
    }

    private mutating func apply(_ key: Key, _ value: ValueReader) throws(ConfigurationError) {
        switch key {
        case .data: data = try value.path()
        case .run: run = try value.path()
        case .unseal: unseal = try value.text()
        case .gateways: gateways = try value.peers()
        case .operators: operators = try value.peers()
        case .management: management = try value.peers()
        case .inject: inject = try value.peers()
        case .durability:
            guard let parsed = Durability(rawValue: try value.text()) else {
                throw ConfigurationError("durability is disk or process")
            }
            durability = parsed
        case .ioThreads: ioThreads = try value.integer(1...64)
        case .cacheBytes: cacheBytes = try value.integer(1 << 20...1 << 40)
        case .limits: try applyLimits(value)
        case .audit: try applyAudit(value)
        case .lifetimes: try applyLifetimes(value)
        case .introspection: try applyIntrospection(value)
        }
    }

    private mutating func applyLimits(_ value: ValueReader) throws(ConfigurationError) {
        try value.forEach { (name, value) throws(ConfigurationError) in
            switch name {
            case "gateway_connections":
                limits.gatewayConnectionsMax = try value.integer(1...100_000)
            case "admin_connections": limits.adminConnectionsMax = try value.integer(1...10_000)
            case "header_seconds": limits.headerSeconds = try value.integer(1...600)
            case "body_seconds": limits.bodySeconds = try value.integer(1...600)
            case "write_seconds": limits.writeSeconds = try value.integer(1...600)
            case "idle_seconds": limits.idleSeconds = try value.integer(1...86_400)
            case "drain_seconds": limits.drainSeconds = try value.integer(1...600)
            case "mints_per_minute_organization":
                limits.mints.perMinuteOrganization = try value.integer(1...60_000_000)
            case "mints_per_minute_caller":
                limits.mints.perMinuteCaller = try value.integer(1...60_000_000)
            default: throw ConfigurationError("limits has no member of this name")
            }
        }
    }

    private mutating func applyAudit(_ value: ValueReader) throws(ConfigurationError) {
        try value.forEach { (name, value) throws(ConfigurationError) in
            guard name == "refusals_per_second" else {
                throw ConfigurationError("audit has no member of this name")
            }
            limits.refusalsRecordedPerSecond = try value.integer(1...1_000_000)
        }
    }

    private mutating func applyLifetimes(_ value: ValueReader) throws(ConfigurationError) {
        try value.forEach { (name, value) throws(ConfigurationError) in
            switch name {
            case "default_token": lifetimes.defaultToken = try value.span()
            case "adhoc": lifetimes.adhoc = try value.span()
            case "adhoc_integration": lifetimes.adhocIntegration = try value.span()
            case "longest": lifetimes.longest = try value.span()
            case "grace": lifetimes.grace = try value.span()
            case "dead_tokens": lifetimes.deadTokens = try value.span()
            case "grace_max": lifetimes.graceMax = try value.span()
            default: throw ConfigurationError("lifetimes has no member of this name")
            }
        }
        guard lifetimes.graceMax <= .days(7), lifetimes.grace <= lifetimes.graceMax else {
            throw ConfigurationError("grace is at most grace_max, and that at most 168h")
        }
        guard lifetimes.longest <= .days(3650) else {
            throw ConfigurationError("longest is at most 87600h")
        }
    }

    private mutating func applyIntrospection(_ value: ValueReader) throws(ConfigurationError) {
        try value.forEach { (name, value) throws(ConfigurationError) in
            switch name {
            case "revocation_bound": revocationBound = try value.span()
            case "clients": introspectionClients = try value.clients()
            default: throw ConfigurationError("introspection has no member of this name")
            }
        }
    }
}

/// One value of a configuration, read as what its key asks for.
struct ValueReader {
    let value: JSONValue
    let bytes: [UInt8]

    func text() throws(ConfigurationError) -> String {
        guard let text = value.string(bytes.span), !text.isEmpty else {
            throw ConfigurationError("the value is not a text")
        }
        return text
    }

    func path() throws(ConfigurationError) -> String {
        let text = try text()
        // What looks like a flag is one whose value was forgotten before it.
        guard !text.hasPrefix("-"), !text.utf8.contains(0) else {
            throw ConfigurationError("the value is not a path")
        }
        return text
    }

    func integer(_ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let number = value.integer(bytes.span), range.contains(Int(number)) else {
            throw ConfigurationError(
                "the value is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    func span() throws(ConfigurationError) -> TimeSpan {
        guard let microseconds = DurationText.parse(try text()), microseconds > 0 else {
            throw ConfigurationError("a duration is written like 24h or 10m and is more than 0")
        }
        return TimeSpan(microseconds: microseconds)
    }

    func forEach(
        _ body: (String, ValueReader) throws(ConfigurationError) -> Void
    ) throws(ConfigurationError) {
        guard value.kind == .object else {
            throw ConfigurationError("the value is not a JSON object")
        }
        for member in value.members {
            let reader = ValueReader(value: member.value, bytes: bytes)
            try body(member.name.string(bytes.span) ?? "", reader)
        }
    }

    func peers() throws(ConfigurationError) -> PeerPolicy {
        var policy = PeerPolicy()
        try forEach { (name, value) throws(ConfigurationError) in
            switch name {
            case "uids": policy.uids = try value.numbers()
            case "gids": policy.gids = try value.numbers()
            default: throw ConfigurationError("peers are given as uids and gids")
            }
        }
        return policy
    }

    private func numbers() throws(ConfigurationError) -> Set<UInt32> {
        guard value.kind == .array else { throw ConfigurationError("the ids are not a list") }
        var numbers: Set<UInt32> = []
        for element in value.elements {
            guard let number = element.integer(bytes.span), let id = UInt32(exactly: number) else {
                throw ConfigurationError("an id is not a number from 0 to 4294967295")
            }
            numbers.insert(id)
        }
        return numbers
    }

    func clients() throws(ConfigurationError) -> [Configuration.ClientFile] {
        guard value.kind == .array else { throw ConfigurationError("clients is not a list") }
        var clients: [Configuration.ClientFile] = []
        for element in value.elements {
            var id: String?
            var file: String?
            let reader = ValueReader(value: element, bytes: bytes)
            try reader.forEach { (name, value) throws(ConfigurationError) in
                switch name {
                case "id": id = try value.text()
                case "secret_file": file = try value.path()
                default: throw ConfigurationError("a client has an id and a secret_file")
                }
            }
            guard let id, let file else {
                throw ConfigurationError("a client has an id and a secret_file")
            }
            clients.append(Configuration.ClientFile(id: id, secretFile: file))
        }
        return clients
    }
}
