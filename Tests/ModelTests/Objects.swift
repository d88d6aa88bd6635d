import Vault

/// What calls of the management API do to objects.
extension Tenancy {
    func perform(_ call: Call, by bearer: Bearer, _ news: News) throws(Denial) -> Outcome {
        switch call {
        case .getOrganization:
            try bearer.require(.organizationGet, on: .ownPart)
            return .done(id)
        case .renameOrganization:
            try bearer.require(.organizationUpdate, on: .organization)
            return .done(id)
        case .createAccount, .getAccount, .updateAccount, .deleteAccount, .listAccounts:
            return try performOnAccounts(call, by: bearer, news)
        case .createPoint, .getPoint, .updatePoint, .deletePoint, .listPoints:
            return try performOnPoints(call, by: bearer, news)
        case .createIntegration, .getIntegration, .updateIntegration, .deleteIntegration,
            .listIntegrations:
            return try performOnIntegrations(call, by: bearer, news)
        case .createCredential, .getCredential, .replaceCredential, .deleteCredential,
            .listCredentials:
            return try performOnCredentials(call, by: bearer, news)
        case .createRole, .getRole, .updateRole, .deleteRole, .listRoles:
            return try performOnRoles(call, by: bearer, news)
        case .createMember, .getMember, .updateMember, .deleteMember, .listMembers:
            return try performOnMembers(call, by: bearer, news)
        case .mint, .mintForAccount, .mintForIntegration, .mintForMember, .getToken, .listTokens,
            .refresh, .rotate, .reset, .removeSecondary, .deleteToken, .logOff:
            return try performOnTokens(call, by: bearer, news)
        }
    }

    private func performOnAccounts(
        _ call: Call, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        switch call {
        case .createAccount(let new):
            try bearer.require(.accountsCreate, on: .organization)
            try requireFree(new.name, in: accounts.values)
            let account = KnownAccount(
                id: news.account, name: new.name ?? Name(stored: ""),
                environment: new.environment, labels: new.labels)
            accounts[account.id] = account
            return account.outcome
        case .getAccount(let reference):
            return try account(reference, .accountsGet, by: bearer).outcome
        case .updateAccount(let reference, let change):
            var account = try account(reference, .accountsUpdate, by: bearer)
            let before = account
            var after = account
            after.labels = change.labels ?? account.labels
            after.environment = change.environment ?? account.environment
            try bearer.requireNoWider(
                before: { $0.holds(before) }, after: { $0.holds(after) },
                isWhole: { $0.integrations == nil })
            account.labels = after.labels
            if let environment = change.environment, environment != account.environment {
                account.environment = environment
                try requirePointsAllow(account)
            }
            accounts[account.id] = account
            return account.outcome
        case .deleteAccount(let reference):
            let account = try account(reference, .accountsDelete, by: bearer)
            remove(account)
            return .done(account.id)
        default:
            try bearer.require(.accountsList, on: .ownPart)
            return .list(
                accounts.values.filter { bearer.may(.accountsList, on: .account($0)) }.map(\.id)
                    .sorted())
        }
    }

    func account(
        _ reference: Reference<AccountKind>, _ permission: Permission, by bearer: Bearer
    ) throws(Denial) -> KnownAccount {
        let found = find(reference, in: accounts)
        try bearer.require(permission, on: found.map(Place.account))
        guard let found else { throw .absent }
        return found
    }

    private func requirePointsAllow(_ account: KnownAccount) throws(Denial) {
        for integration in integrations.values where integration.account == account.id {
            guard let id = integration.point, let point = points[id] else { continue }
            guard Rulebook.allows(point, integration.provider, in: account.environment) else {
                throw .conflict
            }
        }
    }

    private func performOnPoints(
        _ call: Call, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        switch call {
        case .createPoint(let new):
            try bearer.require(.integrationPointsCreate, on: .organization)
            guard Rulebook.areKnown(new.environments, to: new.connector) else { throw .invalid }
            try requireFree(new.name, in: points.values)
            let point = KnownPoint(
                id: news.point, name: new.name ?? Name(stored: ""), connector: new.connector,
                rules: new.environments)
            points[point.id] = point
            return .done(point.id)
        case .getPoint(let reference):
            let found = find(reference, in: points)
            try bearer.require(.integrationPointsGet, on: found.map { .point($0.id) })
            return .done(found?.id ?? news.point)
        case .updatePoint(let reference, let rules):
            var point = try ownPoint(reference, .integrationPointsUpdate, by: bearer)
            guard Rulebook.areKnown(rules, to: point.connector) else { throw .invalid }
            point.rules = rules
            points[point.id] = point
            return .done(point.id)
        case .deletePoint(let reference):
            let point = try ownPoint(reference, .integrationPointsDelete, by: bearer)
            let isUsed = integrations.values.contains { $0.point == point.id }
            guard !isUsed else { throw .conflict }
            remove(point)
            return .done(point.id)
        default:
            try bearer.require(.integrationPointsList, on: .ownPart)
            return .list(
                points.keys.filter { bearer.may(.integrationPointsList, on: .point($0)) }.sorted())
        }
    }

    /// Whoever changes a point must reach the organization, else is not told whether it is there.
    private func ownPoint(
        _ reference: Reference<IntegrationPointKind>, _ permission: Permission, by bearer: Bearer
    ) throws(Denial) -> KnownPoint {
        try bearer.require(permission, on: .organization)
        guard let point = find(reference, in: points) else { throw .absent }
        return point
    }
}

extension KnownAccount {
    var outcome: Outcome { .done(id, environment.text.description, labels.joined(separator: ",")) }
}
