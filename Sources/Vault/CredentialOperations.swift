import Crypto

/// Credentials: written through management, read by nobody there, released on the data plane.
extension Vault {
    package struct NewCredential: Sendable {
        package var name: Name?
        package var fullname: String?
        package var expires: Instant?
        package init() {}
    }

    package func createCredential(
        _ grant: Grant, _ new: NewCredential, _ payload: borrowing CredentialPayload,
        owner: KeyOwner, holder: CredentialOwner
    ) throws(Refusal) -> Credential {
        try requireOwn(grant, owner.organization)
        return try insertCredential(new, payload, owner: owner, holder: holder)
    }

    func insertCredential(
        _ new: NewCredential, _ payload: borrowing CredentialPayload, owner: KeyOwner,
        holder: CredentialOwner
    ) throws(Refusal) -> Credential {
        let id = CredentialID(entropy.uint128())
        // An integration's credential is named after itself: its fullname is for reading only.
        let names = Names(
            name: new.name ?? (new.fullname == nil ? nil : Name(of: id)), fullname: new.fullname,
            id: id)
        let taken = try look { () throws(StoreError) in
            try store.credential(named: names.name, of: holder, in: owner)
        }
        guard taken == nil else { throw .nameTaken }
        let place = CredentialPlace(owner: owner, holder: holder, credential: id, version: 1)
        let now = clock.now()
        let credential = Credential(
            organization: owner.organization, account: owner.account, owner: holder, id: id,
            name: names.name, fullname: names.fullname, type: payload.type, version: 1,
            expires: new.expires, createdAt: now, updatedAt: now, revision: 1,
            sealed: try seal(payload, at: place))
        try apply(.insertCredential(credential))
        return credential
    }

    package func find(
        _ reference: Reference<CredentialKind>, of holder: CredentialOwner, in owner: KeyOwner
    ) throws(Refusal) -> Credential? {
        let found = try look { () throws(StoreError) in
            switch reference {
            case .identifier(let id): try store.credential(id, in: owner)
            case .name(let name): try store.credential(named: name, of: holder, in: owner)
            }
        }
        return found?.owner == holder ? found : nil
    }

    /// A new value is a new version, effective for the next use; the old one is overwritten.
    package func replace(
        _ grant: Grant, _ credential: Credential, with payload: borrowing CredentialPayload,
        expires: Instant?
    ) throws(Refusal) -> Credential {
        try requireOwn(grant, credential.organization)
        if payload.type != credential.type { try requireUsersTake(payload.type, credential) }
        return try overwrite(credential, with: payload, expires: expires)
    }

    func overwrite(
        _ credential: Credential, with payload: borrowing CredentialPayload, expires: Instant?
    ) throws(Refusal) -> Credential {
        var changed = credential
        changed.version += 1
        let place = CredentialPlace(
            owner: credential.keyOwner, holder: credential.owner, credential: credential.id,
            version: changed.version)
        changed.sealed = try seal(payload, at: place)
        changed.type = payload.type
        changed.expires = expires
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateCredential(changed))
        needsScrub = true
        return changed
    }

    package func delete(_ grant: Grant, _ credential: Credential) throws(Refusal) {
        try requireOwn(grant, credential.organization)
        guard try users(of: credential).isEmpty else {
            throw .conflict("an integration uses the credential; give it another one first")
        }
        try forgetUses(of: credential.organization) { _ in false }
        try apply(.deleteCredential(credential.id, credential.keyOwner))
        needsScrub = true
    }

    private func requireUsersTake(
        _ type: CredentialType, _ credential: Credential
    ) throws(Refusal) {
        for integration in try users(of: credential) {
            guard let provider = catalogue.provider(integration.provider) else { continue }
            try requireFit(type, provider)
        }
    }

    package func use(of credential: Credential) throws(Refusal) -> Use? {
        let key = CredentialUseKey(
            organization: credential.organization, credential: credential.id)
        if let waiting = credentialUses[key] { return waiting }
        return try look { () throws(StoreError) in
            try store.use(of: credential.id.value, generation: 0, in: credential.organization)
        }
    }
}

/// Release: the one way by which a credential leaves the vault.
extension Vault {
    /// A credential in clear, on its way to the one integration that it belongs to.
    package struct Released: Sendable {
        package let credential: CredentialID
        package let version: UInt64
        package let value: OpenedCredential
    }

    /// Opens the credential of the integration that `grant`'s token speaks for.
    ///
    /// Every part of the path comes from the verified token; the record of the release must be
    /// durable before the answer leaves.
    ///
    /// - Parameters:
    ///   - found: that integration, if it has been looked up in this step already.
    ///   - opened: what came of `opening`; opened anew where it is not the value any more.
    package func release(
        _ grant: Grant, of found: Integration? = nil, opened: OpenedCredential? = nil
    ) throws(Refusal) -> Released {
        let (credential, opening) = try releasable(grant, found)
        let value: OpenedCredential
        if let opened, opened.isOf(opening) { value = opened } else { value = try opening.opened() }
        noteCredentialUse(credential)
        return Released(credential: credential.id, version: credential.version, value: value)
    }

    /// What `release` would open, for whoever wants to have that done meanwhile; nothing is released.
    ///
    /// - Parameter found: as in `release`.
    package func opening(
        _ grant: Grant, of found: Integration
    ) throws(Refusal) -> CredentialOpening {
        try releasable(grant, found).opening
    }

    private func releasable(
        _ grant: Grant, _ found: Integration?
    ) throws(Refusal) -> (credential: Credential, opening: CredentialOpening) {
        guard let principal = grant.principal, let account = principal.account,
            let integrationID = principal.integration
        else { throw .wrongPlane }
        let scope = AccountScope(organization: principal.organization, account: account)
        var integration = found
        if integration == nil { integration = try known(integrationID, in: scope) }
        guard let integration else { throw .ownerGone }
        guard integration.id == integrationID, integration.account == account,
            integration.organization == principal.organization
        else { throw .foreign }
        guard let credentialID = integration.credential else { throw .absent }
        guard let credential = try credential(credentialID, near: scope) else {
            throw .integrity(table: "credential")
        }
        guard integration.mayUse(credential.owner) else { throw .integrity(table: "integration") }
        if let expires = credential.expires, clock.now() >= expires { throw .absent }
        let place = CredentialPlace(
            owner: credential.owner.keyOwner(in: scope), holder: credential.owner,
            credential: credentialID, version: credential.version)
        return (credential, try opening(credential.sealed, at: place))
    }
}
