import Server
import Support
import Vault
import Wire

/// What one tenant does: drawn from its own seed, and following from its own answers alone.
struct Activity {
    private typealias Question = InProcessServer.Question

    /// Ids that others have; asked for now and then, in vain.
    var strangers: [String] = []
    private(set) var ids: [String] = []
    private(set) var goodCount = 0
    private var secrets: [String] = []
    private var random: SeededGenerator
    private var stepCount = 0
    private let organization: String

    init(seed: UInt64, organization: String) {
        random = SeededGenerator(seed: seed)
        self.organization = organization
    }

    /// One call, and what is learned from it.
    mutating func step(_ server: InProcessServer) throws -> Reaction {
        let question = try question()
        let reaction = try server.serve(question)
        stepCount += 1
        if (200...299).contains(reaction.status) { goodCount += 1 }
        // Operators see what tenants do not.
        if !question.route.isOperators || question.route.method == .post { learn(reaction) }
        return reaction
    }

    private mutating func learn(_ reaction: Reaction) {
        for id in Identifiers(in: reaction.body) where !ids.contains(id) { ids.append(id) }
        secrets += TokenTexts(in: reaction.body)
    }

    // MARK: - Questions

    private mutating func question() throws -> Question {
        let route = route()
        var question = Question(route: route, surface: route.surfaces[0])
        question.id = UInt128(random.next())
        guard let row = RouteTable.row(route.method.text.description, route.shape) else {
            return question
        }
        question.parameters = route.variables.map { parameter($0, of: route) }
        if let secret = secret(row) {
            question.bearer = try PresentedBearer(text: Array(secret.utf8))
        }
        question.body = body(row)
        if route.queryNames.contains("limit") { question.query = [("limit", "3")] }
        if row.force { question.query = [("force", "true")] }
        if row.names == .requirement, chance(2) {
            question.requirement = Requirement()
            question.requirement?.account = Reference(id("acc"))
        }
        // The keys of operators are theirs, whatever the organization.
        if row.mints, row.plane != .operators, chance(3) {
            question.idempotencyKey = "again-\(number(below: 3))"
        }
        return question
    }

    /// First what one needs, then anything.
    private mutating func route() -> Route {
        if stepCount < Self.opening.count { return Self.opening[stepCount] }
        // Only the neighbour is operated on: what is done to the subject may well be seen by it.
        if organization != "subject", chance(8) { return pick(Self.operators) }
        return pick(chance(3) ? Self.opening.dropFirst() + [] : Self.everybody)
    }

    private mutating func parameter(_ variable: String, of route: Route) -> String {
        if route.isOperators { return ids.first { $0.hasPrefix("org") } ?? organization }
        if chance(8) { return pick(Self.names) }
        if chance(8), !strangers.isEmpty { return pick(strangers) }
        switch variable {
        case "account": return id("acc")
        case "integration": return id("int")
        case "owner": return id(pick(["acc", "acc", "int", "ipt", "org"]))
        case "credential": return id("crd")
        case "token": return id("tok")
        case "member": return id("mem")
        case "role": return id("rol")
        case "point": return id("ipt")
        case "provider": return "jira"
        default: return "viewer"
        }
    }

    private mutating func id(_ prefix: String) -> String {
        let fitting = ids.filter { $0.hasPrefix(prefix) }
        return fitting.isEmpty ? "nobody" : pick(fitting)
    }

    /// The first token most of the time: what others may do is mostly less.
    private mutating func secret(_ row: Row) -> String? {
        guard !secrets.isEmpty, row.plane != .operators else { return nil }
        if row.plane == .data { return secrets.last { $0.hasPrefix("sri") } ?? secrets.last }
        return chance(4) ? pick(secrets) : secrets.first
    }

    private mutating func body(_ row: Row) -> String? {
        switch row.body {
        case .none: return nil
        case .text(let text):
            let name = row.plane == .operators ? organization : pick(Self.names)
            return text.replacing("newcomer", with: name)
        case .set: return #"{"permission_set": "\#(pick(Self.sets))"}"#
        case .form: return "token=\(secrets.isEmpty ? "x" : pick(secrets))"
        case .batch: return #"{"tokens": [{"token": "\#(secrets.isEmpty ? "x" : pick(secrets))"}]}"#
        }
    }

    // MARK: - Choices

    private static let names = ["alpha", "beta", "gamma", "desk", "person"]
    private static let sets = [
        "administrator", "viewer", "account-manager", "connect-ui", "token-issuer",
    ]

    /// The organization, and one of everything in it.
    private static let opening = [
        "POST /v1/operator/organizations", "POST /v1/accounts", "POST /v1/integration-points",
        "POST /v1/integrations/{}", "POST /v1/credentials/{}", "POST /v1/members", "POST /v1/roles",
        "POST /v1/tokens", "POST /v1/accounts/{}/tokens", "POST /v1/tokens/{}/{}",
        "POST /v1/members/{}/tokens",
    ].compactMap { title in Matrix.routes.first { $0.title == title } }

    /// The epoch is the gateways', who speak for all tenants; a log-on takes a tenth of a second.
    private static let everybody = Matrix.routes.filter { route in
        !route.isOperators && !["/v1/epoch", "/v1/auth/logon/{}"].contains(route.shape)
    }

    private static let operators = Matrix.routes.filter { route in
        route.shape.hasPrefix("/v1/operator/organizations")
    }

    private mutating func number(below count: Int) -> Int {
        Int.random(in: 0..<count, using: &random)
    }

    private mutating func chance(_ count: Int) -> Bool { number(below: count) == 0 }

    private mutating func pick<T>(_ choices: [T]) -> T { choices[number(below: choices.count)] }
}

extension Route {
    var isOperators: Bool { surfaces == [.admin] }

    /// The names of the variable parts, in order.
    fileprivate var variables: [String] {
        pattern.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
    }
}

/// Every token's text in an answer.
struct TokenTexts: Sequence, IteratorProtocol {
    private static let byteCount = 70
    private let bytes: [UInt8]
    private var position = 0

    init(in bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> String? {
        while position + Self.byteCount < bytes.count {
            defer { position += 1 }
            guard bytes[position] == 115, bytes[position + 1] == 114, bytes[position + 3] == 95,
                bytes[position + Self.byteCount] == 34
            else { continue }
            return String(
                decoding: bytes[position..<position + Self.byteCount], as: UTF8.self)
        }
        return nil
    }
}
