import Crypto
import Support
import Vault

/// One caller of the management API for the length of one call.
struct Caller {
    let driver: Driver
    let actor: Actor

    var vault: Vault { driver.vault }

    func perform(_ call: Call) throws(Refusal) -> Outcome {
        switch call {
        case .getOrganization:
            let organization = try organization()
            _ = try grant(.organizationGet, on: .ownPart(organization))
            return .done(organization)
        case .renameOrganization:
            let grant = try grant(.organizationUpdate, on: .organization(try organization()))
            guard let found = try vault.find(try organization()) else { throw .absent }
            var change = Vault.OrganizationChange()
            change.fullname = "Renamed"
            return .done(try vault.update(grant, found, change).id)
        case .createAccount, .getAccount, .updateAccount, .deleteAccount, .listAccounts:
            return try performOnAccounts(call)
        case .createPoint, .getPoint, .updatePoint, .deletePoint, .listPoints:
            return try performOnPoints(call)
        case .createIntegration, .getIntegration, .updateIntegration, .deleteIntegration,
            .listIntegrations:
            return try performOnIntegrations(call)
        case .createCredential, .getCredential, .replaceCredential, .deleteCredential,
            .listCredentials:
            return try performOnCredentials(call)
        case .createRole, .getRole, .updateRole, .deleteRole, .listRoles:
            return try performOnRoles(call)
        case .createMember, .getMember, .updateMember, .deleteMember, .listMembers:
            return try performOnMembers(call)
        case .mint, .mintForAccount, .mintForIntegration, .mintForMember, .getToken, .listTokens,
            .refresh, .rotate, .reset, .removeSecondary, .deleteToken, .logOff:
            return try performOnTokens(call)
        }
    }

    func organization() throws(Refusal) -> OrganizationID {
        guard let principal = actor.principal else { throw .wrongPlane }
        return principal.organization
    }

    func grant(
        _ permission: Permission, on resource: Resource?, holderMay: Bool = false,
        refreshSecretMay: Bool = false
    ) throws(Refusal) -> Grant {
        try authorize(
            actor,
            .management(permission, holderMay: holderMay, refreshSecretMay: refreshSecretMay),
            on: resource ?? .absent)
    }

    func page<Element>(
        _ listing: Listing<Element>, _ id: (Element) -> Named
    ) throws(Refusal) -> Outcome {
        Outcome(status: 200, objects: try listing.page(limit: 100_000).map(id))
    }

    private func performOnAccounts(_ call: Call) throws(Refusal) -> Outcome {
        switch call {
        case .createAccount(let new):
            let grant = try grant(.accountsCreate, on: .organization(try organization()))
            let made = try vault.createAccount(grant, in: try organization(), new)
            driver.news.account = made.id
            return made.outcome
        case .getAccount(let reference): return try account(reference, .accountsGet).1.outcome
        case .updateAccount(let reference, let change):
            let (grant, found) = try account(reference, .accountsUpdate)
            return try vault.update(grant, found, change).outcome
        case .deleteAccount(let reference):
            let (grant, found) = try account(reference, .accountsDelete)
            try vault.delete(grant, found)
            return .done(found.id)
        default:
            let grant = try grant(.accountsList, on: .ownPart(try organization()))
            return try page(vault.accounts(grant, in: try organization())) { Named($0.id) }
        }
    }

    func account(
        _ reference: Reference<AccountKind>, _ permission: Permission
    ) throws(Refusal) -> (Grant, Account) {
        let found = try vault.find(reference, in: try organization())
        let grant = try grant(
            permission, on: found.map { .account($0.organization, AccountFacts($0)) })
        guard let found else { throw .absent }
        return (grant, found)
    }

    private func performOnPoints(_ call: Call) throws(Refusal) -> Outcome {
        let whole = Resource.organization(try organization())
        switch call {
        case .createPoint(let new):
            let grant = try grant(.integrationPointsCreate, on: whole)
            let made = try vault.createIntegrationPoint(grant, in: try organization(), new)
            driver.news.point = made.id
            return .done(made.id)
        case .getPoint(let reference):
            let found = try vault.find(reference, in: try organization())
            _ = try grant(
                .integrationPointsGet, on: found.map { .integrationPoint($0.organization, $0.id) })
            guard let found else { throw .absent }
            return .done(found.id)
        case .updatePoint(let reference, let rules):
            let grant = try grant(.integrationPointsUpdate, on: whole)
            var change = Vault.IntegrationPointChange()
            change.environments = rules
            return .done(try vault.update(grant, try point(reference), change).id)
        case .deletePoint(let reference):
            let grant = try grant(.integrationPointsDelete, on: whole)
            let found = try point(reference)
            try vault.delete(grant, found)
            return .done(found.id)
        default:
            let grant = try grant(.integrationPointsList, on: .ownPart(try organization()))
            return try page(vault.integrationPoints(grant, in: try organization())) {
                Named($0.id)
            }
        }
    }

    private func point(
        _ reference: Reference<IntegrationPointKind>
    ) throws(Refusal) -> IntegrationPoint {
        guard let found = try vault.find(reference, in: try organization()) else { throw .absent }
        return found
    }
}

extension Account {
    var outcome: Outcome { .done(id, environment.text.description, labels.joined(separator: ",")) }
}
