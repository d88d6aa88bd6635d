import Linux
import Store
import Vault

/// Organizations, their accounts, their integrations, their tokens: one after the other until
/// there are as many tokens as are wanted, in batches of as many as memory takes easily.
struct SeededTree {
    private static let tokensOfIntegration = 10
    private static let integrationsOfAccount = 10
    private static let accountsOfOrganization = 1000
    private static let tokensOfBatch = 100_000

    private let vault: Vault
    private let store: SQLiteStore
    /// Holds the directory's lock.
    private let opened: OpenedVault
    private let sample: TokenSample?
    private let total: Int
    private let operators: Grant
    private var madeCount = 0
    private var committedCount = 0
    private let startedAt = SystemTime.monotonicNanoseconds()

    /// How many identifiers are drawn at most for so many tokens: two for each, and less than one
    /// for its part of what is above it.
    static func identifierCountMax(_ tokenCount: Int) -> Int { 3 * tokenCount + 16 }

    init(
        _ options: SeedOptions, _ opened: OpenedVault, _ vault: Vault, _ sample: TokenSample?
    ) throws(BenchFault) {
        self.vault = vault
        self.opened = opened
        self.sample = sample
        store = opened.store
        total = options.tokenCount
        operators = try done { () throws(Refusal) in
            try authorize(.peer(uid: ProcessHygiene.ownUID), .operators, on: .vault)
        }
    }

    private var leftCount: Int { total - madeCount }

    /// Durable when it returns, and all of it in the database itself.
    mutating func grow() throws(BenchFault) {
        while leftCount > 0 { try addOrganization() }
        try commit()
        try written { () throws(StoreError) in try store.scrub() }
    }

    private mutating func addOrganization() throws(BenchFault) {
        let (vault, operators) = (vault, operators)
        let made = try step { () throws(Refusal) in
            try vault.createOrganization(
                operators, name: nil, fullname: nil, contact: nil, remembering: nil)
        }
        let minter = try done { () throws(Refusal) in
            guard let record = try vault.record(made.token.token.selector) else {
                throw Refusal.unknownToken
            }
            return Actor.token(record.principal(.primary))
        }
        for _ in 0..<Self.accountsOfOrganization where leftCount > 0 {
            try addAccount(made.organization.id, minter)
        }
    }

    private mutating func addAccount(
        _ organization: OrganizationID, _ minter: Actor
    ) throws(BenchFault) {
        let (vault, operators) = (vault, operators)
        let account = try step { () throws(Refusal) in
            try vault.createAccount(operators, in: organization, Vault.NewAccount())
        }
        for _ in 0..<Self.integrationsOfAccount where leftCount > 0 {
            try addIntegration(account, minter)
        }
        if madeCount - committedCount >= Self.tokensOfBatch { try commit() }
    }

    /// One token is the integration's own, the others are minted with the organization's.
    private mutating func addIntegration(
        _ account: Account, _ minter: Actor
    ) throws(BenchFault) {
        let (vault, operators, sample) = (vault, operators, sample)
        let count = min(leftCount, Self.tokensOfIntegration)
        try step { () throws(Refusal) in
            let made = try vault.createIntegration(
                operators, in: account.scope,
                Vault.NewIntegration(provider: ProviderID("jira")), credential: .none,
                remembering: nil)
            sample?.note(made.token)
            try vault.mintSeeds(count - 1, account, made.integration, minter) { minted in
                sample?.note(minted)
            }
        }
        madeCount += count
    }

    private mutating func commit() throws(BenchFault) {
        let (vault, store) = (vault, store)
        try written { () throws(StoreError) in
            try vault.commit()
            try store.checkpointIfLarge()
        }
        try sample?.flush()
        committedCount = madeCount
        let seconds = (SystemTime.monotonicNanoseconds() - startedAt) / 1_000_000_000
        ProcessHygiene.writeError("\(madeCount) of \(total) tokens after \(seconds) s")
    }

    private func step<T>(_ body: () throws(Refusal) -> T) throws(BenchFault) -> T {
        try done { () throws(Refusal) in try vault.step(body) }
    }
}

extension Vault {
    /// For as long as whoever mints them lives.
    fileprivate func mintSeeds(
        _ count: Int, _ account: Account, _ integration: Integration, _ minter: Actor,
        each body: (MintedToken) -> Void
    ) throws(Refusal) {
        guard count > 0 else { return }
        let place = Resource.integration(
            account.organization, AccountFacts(account), facts(of: integration))
        let grant = try authorize(minter, .management(.tokensCreateIntegration), on: place)
        var request = AdhocRequest(permissionSet: .integration)
        request.timeToLive = lifetimes.longest
        try mintIntegrationTokens(count, grant, integration, request, each: body)
    }
}

private func done<T>(_ body: () throws(Refusal) -> T) throws(BenchFault) -> T {
    do {
        return try body()
    } catch .storeFull {
        throw .fullDisk
    } catch {
        throw .failed("the vault refused: \(error)")
    }
}

private func written(_ body: () throws(StoreError) -> Void) throws(BenchFault) {
    do {
        try body()
    } catch .full {
        throw .fullDisk
    } catch {
        throw .failed("\(error)")
    }
}
