/// Credentials that more than one integration may use: an account's, a point's, an organization's.
extension Integration {
    /// Whether a credential that belongs to `owner` is this integration's to use.
    ///
    /// The row of the integration was authenticated; the credential's owner is held against it,
    /// whatever way the credential was found by.
    func mayUse(_ owner: CredentialOwner) -> Bool {
        switch owner {
        case .organization(let id): id == organization
        case .account(let id): id == account
        case .integration(let id): id == self.id
        case .integrationPoint(let id): id == integrationPoint
        }
    }

    package var scope: AccountScope { AccountScope(organization: organization, account: account) }
}

extension Vault {
    /// A credential under the account's keys or the organization's, and under no others.
    func credential(
        _ id: CredentialID, near scope: AccountScope
    ) throws(Refusal) -> Credential? {
        for owner in [scope.keyOwner, .shared(scope.organization)] {
            if let found = try known(id, in: owner) { return found }
        }
        return nil
    }

    /// The credential that an integration is to refer to from now on.
    ///
    /// Whoever lends what is the organization's or a point's to an account must reach the whole
    /// organization: the holders of that account's integration tokens will see it in clear. To
    /// anybody else it is not there.
    func lend(
        _ id: CredentialID, to integration: Integration, _ grant: Grant
    ) throws(Refusal) -> Credential {
        let found = try credential(id, near: integration.scope)
        guard let found, integration.mayUse(found.owner),
            found.account != nil || id == integration.credential
                || reaches(grant, .organization(integration.organization))
        else { throw .invalidValue("credential_id is not one that the integration may use") }
        return found
    }

    /// What the integration refers to, after its provider or its point was changed.
    func requireStillFits(
        _ integration: Integration, _ provider: Provider
    ) throws(Refusal) {
        guard let id = integration.credential else { return }
        guard let found = try credential(id, near: integration.scope) else {
            throw .integrity(table: "credential")
        }
        guard integration.mayUse(found.owner) else {
            throw .invalidValue(
                "the integration uses a credential of the point that it leaves; give it another")
        }
        try requireFit(found.type, provider)
    }

    /// The integrations that refer to a credential, in every account that its owner spans.
    func users(of credential: Credential) throws(Refusal) -> [Integration] {
        var users: [Integration] = []
        while true {
            let chunk = try look { () throws(StoreError) in
                try store.integrations(
                    using: credential.id, in: credential.organization, after: users.last?.id,
                    limit: Limits.listMax)
            }
            users += chunk
            guard chunk.count == Limits.listMax else { return users }
        }
    }
}

extension CredentialOwner {
    /// Whose keys such a credential is sealed with, as an integration of `scope` sees it: by what
    /// the request was authorized for, not by what the row says.
    func keyOwner(in scope: AccountScope) -> KeyOwner {
        switch self {
        case .account, .integration: scope.keyOwner
        case .organization, .integrationPoint: .shared(scope.organization)
        }
    }
}
