import Support
import Testing
import Vault

/// A run of random requests, each asked of the vault and of the model.
struct Walk {
    let seed: UInt64
    private let driver: Driver
    private var model: Model
    private var generator: Generator
    private var owners: [Named: OrganizationID] = [:]
    /// The last ones, to be read when something is wrong.
    private var history: [(Request, Outcome)] = []
    private(set) var tally: [Int: Int] = [:]

    private static let historyCount = 25

    init(_ engine: Fixture.Engine, seed: UInt64) throws {
        self.seed = seed
        driver = try Driver(engine, seed: seed)
        model = Model(at: driver.fixture.clock.now())
        generator = Generator(seed: seed)
    }

    /// Stops at the first difference: what comes after it says nothing.
    mutating func run(_ count: Int) throws {
        for number in 1...count {
            let request = generator.next(model)
            let fault = try fault(of: request)
            if number.isMultiple(of: 50) { driver.forget(generator.prune(model)) }
            guard let fault else { continue }
            let story = history.map { "\($0.0)\n    -> \($0.1)" }.joined(separator: "\n")
            let readable = Readable.text(story)
            Issue.record("seed \(seed), operation \(number): \(fault)\n\(readable)")
            return
        }
    }

    /// What is wrong with the vault's answer; nil where it is the model's.
    private mutating func fault(of request: Request) throws -> String? {
        let (outcome, news) = try driver.perform(request)
        note(request, outcome)
        tally[outcome.status, default: 0] += 1
        let expected = model.answer(request, news)
        guard outcome == expected else { return "the model says \(expected)" }
        guard driver.secretsThatChanged.isEmpty else { return "a repeated answer has new secrets" }
        if let fault = crossing(request, outcome) { return fault }
        generator.add(driver.takeFreshKeys())
        return nil
    }

    private mutating func note(_ request: Request, _ outcome: Outcome) {
        history.append((request, outcome))
        if history.count > Self.historyCount { history.removeFirst() }
    }

    /// I4: nobody is answered with an object of another organization.
    private mutating func crossing(_ request: Request, _ outcome: Outcome) -> String? {
        guard let asker = request.asker else { return nil }
        for object in outcome.objects {
            // The built-in roles are everybody's.
            guard object.kind != .role || object.value > 3 else { continue }
            let owner = owners[object] ?? asker
            owners[object] = owner
            if owner != asker { return "\(object) is another organization's" }
        }
        return nil
    }
}

extension Request {
    fileprivate var asker: OrganizationID? {
        switch self {
        case .call(let key, _), .verify(let key, _), .release(let key): key.organization
        default: nil
        }
    }
}
