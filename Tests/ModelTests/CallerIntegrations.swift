import Crypto
import Support
import Vault

/// Calls about integrations and credentials.
extension Caller {
    func performOnIntegrations(_ call: Call) throws(Refusal) -> Outcome {
        switch call {
        case .createIntegration(let reference, let new, let source):
            let (grant, account) = try account(reference, .integrationsCreate)
            let scope = account.scope
            let made = try vault.createIntegration(
                grant, in: scope, new, credential: try self.source(source), remembering: nil)
            driver.news.integration = made.integration.id
            learn(credential: made.integration.credential, source)
            let isShown = grant.principal?.mayHoldSecrets ?? false
            _ = driver.learn(made.token, isShown: isShown)
            return Outcome(
                status: 200, objects: [Named(made.integration.id), Named(made.token.token.id)])
        case .getIntegration(let path): return try integration(path, .integrationsGet).1.outcome
        case .updateIntegration(let path, let change, let source):
            let (grant, found) = try integration(path, .integrationsUpdate)
            let changed = try vault.update(
                grant, found, change, credential: try self.source(source))
            learn(credential: changed.credential, source)
            return changed.outcome
        case .deleteIntegration(let path):
            let (grant, found) = try integration(path, .integrationsDelete)
            try vault.delete(grant, found)
            return .done(found.id)
        case .listIntegrations(let reference): return try listIntegrations(reference)
        default: return .nothing
        }
    }

    private func learn(credential: CredentialID?, _ source: Source) {
        if case .inline = source, let credential { driver.news.credential = credential }
    }

    private func listIntegrations(
        _ reference: Reference<AccountKind>?
    ) throws(Refusal) -> Outcome {
        let organization = try organization()
        var place = actor.principal?.account
        let grant: Grant
        if let reference {
            let (given, account) = try account(reference, .integrationsList)
            (grant, place) = (given, account.id)
        } else {
            grant = try self.grant(.integrationsList, on: .ownPart(organization))
        }
        return try page(vault.integrations(grant, in: organization, account: place)) {
            Named($0.id)
        }
    }

    func integration(
        _ path: IntegrationPath, _ permission: Permission
    ) throws(Refusal) -> (Grant, Integration) {
        let account = try vault.find(path.account, in: try organization())
        let found = try account.flatMap { (account) throws(Refusal) in
            try vault.find(
                path.integration,
                in: account.scope)
        }
        var place: Resource?
        if let account, let found {
            place = .integration(
                account.organization, AccountFacts(account), vault.facts(of: found))
        }
        let grant = try grant(permission, on: place)
        guard let found else { throw .absent }
        return (grant, found)
    }

    private func source(_ source: Source) throws(Refusal) -> Vault.CredentialSource {
        switch source {
        case .none: .none
        case .removed: .removed
        case .existing(let id): .existing(id)
        case .inline(let value): .inline(try payload(value))
        }
    }

    private func payload(_ value: Value) throws(Refusal) -> CredentialPayload {
        do {
            guard value.type == .token else {
                return try .basic(username: "robot", secret: value.secret)
            }
            let bytes = Array(value.secret.utf8)
            return try CredentialPayload(type: .token, parts: [(.secret, bytes.count)]) {
                _, room, offset in
                for (index, byte) in bytes.enumerated() {
                    room.setByte(byte, at: offset + index)
                }
            }
        } catch {
            throw .secretMemoryExhausted
        }
    }

    // MARK: - Credentials

    func performOnCredentials(_ call: Call) throws(Refusal) -> Outcome {
        switch call {
        case .createCredential(let holder, let new, let value):
            let (grant, owner) = try grant(.credentialsCreate, on: holder)
            let made = try vault.createCredential(
                grant, new, try payload(value), owner: owner, holder: holder)
            driver.news.credential = made.id
            return made.outcome
        case .getCredential(let holder, let reference):
            return try credential(holder, reference, .credentialsGet).1.outcome
        case .replaceCredential(let holder, let reference, let value):
            let (grant, found) = try credential(holder, reference, .credentialsUpdate)
            return try vault.replace(grant, found, with: try payload(value), expires: nil).outcome
        case .deleteCredential(let holder, let reference):
            let (grant, found) = try credential(holder, reference, .credentialsDelete)
            try vault.delete(grant, found)
            return .done(found.id)
        case .listCredentials(let holder):
            let (grant, owner) = try grant(.credentialsList, on: holder)
            return try page(try vault.credentials(grant, of: holder, in: owner)) { Named($0.id) }
        default: return .nothing
        }
    }

    private func credential(
        _ holder: CredentialOwner, _ reference: Reference<CredentialKind>,
        _ permission: Permission
    ) throws(Refusal) -> (Grant, Credential) {
        let (grant, owner) = try grant(permission, on: holder)
        guard let found = try vault.find(reference, of: holder, in: owner) else { throw .absent }
        return (grant, found)
    }

    private func grant(
        _ permission: Permission, on holder: CredentialOwner
    ) throws(Refusal) -> (Grant, KeyOwner) {
        let organization = try organization()
        let shared = KeyOwner.shared(organization)
        switch holder {
        case .organization(let id):
            let place = id == organization ? Resource.organization(id) : nil
            let grant: Grant = try grant(permission, on: place)
            return (grant, shared)
        case .integrationPoint(let id):
            let grant: Grant = try grant(permission, on: .organization(organization))
            guard try vault.find(.identifier(id), in: organization) != nil else { throw .absent }
            return (grant, shared)
        case .account(let id):
            let (grant, account) = try account(.identifier(id), permission)
            return (grant, KeyOwner(organization: organization, account: account.id))
        case .integration(let id):
            let found = try vault.find(id, anywhereIn: organization)
            let path = IntegrationPath(
                account: .identifier(found?.account ?? AccountID(0)),
                integration: .identifier(id))
            let (grant, integration) = try integration(path, permission)
            return (grant, integration.scope.keyOwner)
        }
    }
}

extension Integration {
    var outcome: Outcome {
        .done(
            id, provider.text, integrationPoint.map { "\(Named($0))" } ?? "no point",
            credential.map { "\(Named($0))" } ?? "no credential",
            state == .disabled ? "disabled" : "enabled")
    }
}

extension Credential {
    var outcome: Outcome {
        .done(
            id, type.text, "version \(version)",
            "expires \(expires.map { "\($0.microseconds)" } ?? "never")")
    }
}
