import Crypto

/// Accounts: one per tenant of an organization, each with keys of its own.
extension Vault {
    package struct NewAccount: Sendable {
        package var name: Name?
        package var fullname: String?
        package var environment = Account.Environment.prod
        package var labels: [String] = []
        package init() {}
    }

    package func createAccount(
        _ grant: Grant, in organization: OrganizationID, _ new: NewAccount
    ) throws(Refusal) -> Account {
        try requireOwn(grant, organization)
        let id = AccountID(entropy.uint128())
        let names = Names(name: new.name, fullname: new.fullname, id: id)
        let taken = try find(Reference<AccountKind>.name(names.name), in: organization)
        guard taken == nil else { throw .nameTaken }
        let now = clock.now()
        let account = Account(
            organization: organization, id: id, name: names.name, fullname: names.fullname,
            environment: new.environment, labels: new.labels, createdAt: now, updatedAt: now,
            revision: 1)
        try apply(.insertAccount(account))
        let pair = try makeKeyPair(of: account.scope.keyOwner, version: 1)
        try apply(.insertKeyPair(pair))
        return account
    }

    package struct AccountChange: Sendable {
        package var fullname: String?
        package var environment: Account.Environment?
        package var labels: [String]?
        package init() {}
    }

    package func update(
        _ grant: Grant, _ account: Account, _ change: AccountChange
    ) throws(Refusal) -> Account {
        try requireOwn(grant, account.organization)
        var changed = account
        changed.fullname = change.fullname ?? account.fullname
        changed.environment = change.environment ?? account.environment
        changed.labels = change.labels ?? account.labels
        let (facts, before) = (AccountFacts(changed), AccountFacts(account))
        try requireNoWider(grant) {
            $0.admits(before)
        } after: {
            $0.admits(facts)
        } isWhole: {
            $0.integrations == nil
        }
        try requirePointsAllow(changed, insteadOf: account)
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateAccount(changed))
        // Labels and environment decide what narrowed tokens may reach.
        if facts != before {
            raiseFreshness(of: account.organization, because: .init(account.id))
        }
        return changed
    }

    /// With its tokens, integrations and credentials; its keys are destroyed.
    package func delete(_ grant: Grant, _ account: Account) throws(Refusal) {
        try requireOwn(grant, account.organization)
        try forgetUses(of: account.organization) { $0.account?.id == account.id }
        try apply(.deleteAccount(account.scope))
        raiseFreshness(of: account.organization, because: .init(account.id))
        keyPairs.drop(account.scope.keyOwner)
        needsScrub = true
    }

    /// What a sender seals credentials to.
    package func sealingKey(
        _ grant: Grant, of owner: KeyOwner
    ) throws(Refusal) -> KeyPairRecord {
        try requireOwn(grant, owner.organization)
        return try newestKeyPair(of: owner)
    }
}
