import Vault

/// What calls do to credentials by whoever holds them.
extension Tenancy {
    func performOnCredentials(
        _ call: Call, by bearer: Bearer, _ news: News
    ) throws(Denial) -> Outcome {
        switch call {
        case .createCredential(let holder, let new, let value):
            let account = try require(.credentialsCreate, on: holder, by: bearer)
            try requireFree(new.name, in: credentials.values.filter { $0.holder == holder })
            let made = KnownCredential(
                id: news.credential, holder: holder, account: account,
                name: new.name ?? Name(stored: Named(news.credential).description),
                type: value.type, expires: new.expires, secret: value.secret)
            credentials[made.id] = made
            return made.outcome
        case .getCredential(let holder, let reference):
            return try find(reference, of: holder, .credentialsGet, by: bearer).outcome
        case .replaceCredential(let holder, let reference, let value):
            var credential = try find(reference, of: holder, .credentialsUpdate, by: bearer)
            guard
                value.type == credential.type
                    || users(of: credential).allSatisfy({ takes($0, value.type) })
            else { throw .invalid }
            credential.put(value, expires: nil)
            credentials[credential.id] = credential
            return credential.outcome
        case .deleteCredential(let holder, let reference):
            let credential = try find(reference, of: holder, .credentialsDelete, by: bearer)
            guard users(of: credential).isEmpty else { throw .conflict }
            credentials[credential.id] = nil
            return .done(credential.id)
        case .listCredentials(let holder):
            _ = try require(.credentialsList, on: holder, by: bearer)
            return .list(credentials.values.filter { $0.holder == holder }.map(\.id).sorted())
        default: return .nothing
        }
    }

    private func users(of credential: KnownCredential) -> [KnownIntegration] {
        integrations.values.filter { $0.credential == credential.id }
    }

    private func find(
        _ reference: Reference<CredentialKind>, of holder: CredentialOwner,
        _ permission: Permission, by bearer: Bearer
    ) throws(Denial) -> KnownCredential {
        _ = try require(permission, on: holder, by: bearer)
        let own = credentials.filter { $0.value.holder == holder }
        guard let found = find(reference, in: own) else { throw .absent }
        return found
    }

    /// The account whose keys it takes; nil where the organization's do.
    private func require(
        _ permission: Permission, on holder: CredentialOwner, by bearer: Bearer
    ) throws(Denial) -> AccountID? {
        switch holder {
        case .organization(let other):
            try bearer.require(permission, on: other == id ? .organization : nil)
            return nil
        case .integrationPoint(let point):
            try bearer.require(permission, on: .organization)
            guard points[point] != nil else { throw .absent }
            return nil
        case .account(let account):
            return try self.account(.identifier(account), permission, by: bearer).id
        case .integration(let wanted):
            let integration = integrations[wanted]
            let account = integration.flatMap { accounts[$0.account] }
            var place: Place?
            if let integration, let account { place = .integration(account, integration) }
            try bearer.require(permission, on: place)
            return account?.id
        }
    }
}

extension KnownCredential {
    var outcome: Outcome {
        .done(
            id, type.text, "version \(version)",
            "expires \(expires.map { "\($0.microseconds)" } ?? "never")")
    }
}
