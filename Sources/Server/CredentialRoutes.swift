import Audit
import Crypto
import Vault
import Wire

/// `/v1/credentials/{owner}`: written here, read by nobody; the owner is an account, one of its
/// integrations, an integration point, or the organization itself.
enum CredentialRoutes {
    static let table: [Route] = [
        .management(
            .post, "/v1/credentials/{owner}", .credentialsCreate, .credentialCreate, body: .json,
            create),
        .management(
            .get, "/v1/credentials/{owner}", .credentialsList, .credentialList,
            query: Call.listQuery, list),
        .management(
            .get, "/v1/credentials/{owner}/{credential}", .credentialsGet, .credentialGet, get),
        .management(
            .put, "/v1/credentials/{owner}/{credential}", .credentialsUpdate, .credentialUpdate,
            body: .json, replace),
        .management(
            .delete, "/v1/credentials/{owner}/{credential}", .credentialsDelete, .credentialDelete,
            delete),
    ]

    @Sendable private static func create(_ call: Call) throws(Refusal) -> Reply {
        let (grant, place) = try call.credentialOwner()
        var fields = try call.fields()
        var new = Vault.NewCredential()
        new.name = try fields.name()
        new.fullname = try fields.fullname()
        new.expires = try fields.instant("expires")
        let payload = try payload(&fields, call, place)
        try fields.finish()
        let made = try call.vault.createCredential(
            grant, new, payload, owner: place.owner, holder: place.holder)
        call.note(made)
        return Reply(created: "credential", grant, revision: made.revision) {
            $0.credential(made, use: nil)
        }
    }

    /// The value is an object of its own, or its members stand in the body; after the others.
    private static func payload(
        _ fields: inout BodyFields, _ call: Call, _ place: CredentialHolderPlace
    ) throws(Refusal) -> CredentialPayload {
        if let own = fields.optionalValue("credential") ?? fields.optionalValue("config") {
            return try call.payload(JSONRest(object: own), in: fields.body, owner: place.owner)
        }
        let rest = fields.takeRest()
        guard rest.count > 0 else { throw .malformedRequest("credential must be given") }
        return try call.payload(rest, in: fields.body, owner: place.owner)
    }

    @Sendable private static func list(_ call: Call) throws(Refusal) -> Reply {
        let (grant, place) = try call.credentialOwner()
        let vault = call.vault
        let credentials = try vault.credentials(grant, of: place.holder, in: place.owner)
        let query = try ListQuery<Credential>(call, .credentials)
        return try call.list(grant, query, credentials) { (credential) throws(Refusal) in
            (credential, try vault.use(of: credential))
        } write: { view, json in
            json.credential(view.0, use: view.1)
        }
    }

    @Sendable private static func get(_ call: Call) throws(Refusal) -> Reply {
        let (grant, credential, _) = try call.credential()
        let use = try call.vault.use(of: credential)
        return Reply(grant, revision: credential.revision) { $0.credential(credential, use: use) }
    }

    /// A new value is a new version, effective for the next use.
    @Sendable private static func replace(_ call: Call) throws(Refusal) -> Reply {
        let (grant, credential, place) = try call.credential()
        var fields = try call.fields()
        let expires = try fields.instant("expires")
        let payload = try payload(&fields, call, place)
        try fields.finish()
        try call.requireMatch(revision: credential.revision)
        let changed = try call.vault.replace(grant, credential, with: payload, expires: expires)
        let use = try call.vault.use(of: changed)
        return Reply(grant, revision: changed.revision) { $0.credential(changed, use: use) }
    }

    @Sendable private static func delete(_ call: Call) throws(Refusal) -> Reply {
        let (grant, credential, _) = try call.credential()
        try call.requireMatch(revision: credential.revision)
        try call.vault.delete(grant, credential)
        return Reply(grant) { $0.deleted(credential.id.text) }
    }
}

/// Where a credential belongs: whose keys, and which object.
struct CredentialHolderPlace {
    let owner: KeyOwner
    let holder: CredentialOwner
    let resource: Resource
}

extension Call {
    func note(_ credential: Credential) {
        note(object: .credential, credential.id.value)
    }

    /// The owner that the path names, if the asker may do this to its credentials.
    func credentialOwner() throws(Refusal) -> (Grant, CredentialHolderPlace) {
        let place = try findCredentialOwner()
        let resource = if let place { place.resource } else { try absentOwner() }
        let grant = try grant(on: resource)
        guard let place else { throw .absent }
        event.account = place.owner.account
        if case .integration(let integration) = place.holder { event.integration = integration }
        note(object: place.holder.kind, place.holder.value)
        return (grant, place)
    }

    private func findCredentialOwner() throws(Refusal) -> CredentialHolderPlace? {
        let organization = try organization()
        let text = request.parameters[0]
        if let id = OrganizationID(text) {
            guard id == organization else { return nil }
            return CredentialHolderPlace(
                owner: .shared(id), holder: .organization(id),
                resource: .organization(id))
        }
        if let id = IntegrationPointID(text) { return try pointPlace(id, organization) }
        if let id = IntegrationID(text) { return try integrationPlace(id, organization) }
        guard let account = try findAccount() else { return try ownPlace(organization) }
        return CredentialHolderPlace(
            owner: account.scope.keyOwner, holder: .account(account.id),
            resource: .account(organization, AccountFacts(account)))
    }

    /// A point by its name, or else the organization; to who does not reach the organization there
    /// is neither.
    private func ownPlace(
        _ organization: OrganizationID
    ) throws(Refusal) -> CredentialHolderPlace? {
        guard let name = Name(request.parameters[0]), try reaches(organization) else { return nil }
        if let point = try vault.find(
            Reference<IntegrationPointKind>.name(name), in: organization)
        {
            return try pointPlace(point.id, organization)
        }
        guard try vault.find(organization)?.name == name else { return nil }
        return organizationPlace(organization)
    }

    private func reaches(_ organization: OrganizationID) throws(Refusal) -> Bool {
        do {
            _ = try grant(on: .organization(organization))
            return true
        } catch {
            if error.isOurs { throw error }
            return false
        }
    }

    /// Who does not reach the organization is not told which points it has.
    private func absentOwner() throws(Refusal) -> Resource {
        guard IntegrationPointID(request.parameters[0]) != nil else { return .absent }
        return .organization(try organization())
    }

    private func organizationPlace(_ id: OrganizationID) -> CredentialHolderPlace {
        CredentialHolderPlace(
            owner: .shared(id), holder: .organization(id), resource: .organization(id))
    }

    /// Whatever belongs to a point is the organization's own, not a tenant's.
    private func pointPlace(
        _ id: IntegrationPointID, _ organization: OrganizationID
    ) throws(Refusal) -> CredentialHolderPlace? {
        guard let point = try vault.find(.identifier(id), in: organization) else { return nil }
        return CredentialHolderPlace(
            owner: .shared(organization), holder: .integrationPoint(point.id),
            resource: .organization(organization))
    }

    private func integrationPlace(
        _ id: IntegrationID, _ organization: OrganizationID
    ) throws(Refusal) -> CredentialHolderPlace? {
        guard let integration = try vault.find(id, anywhereIn: organization),
            let account = try vault.find(integration.account, in: organization)
        else { return nil }
        return CredentialHolderPlace(
            owner: integration.scope.keyOwner, holder: .integration(id),
            resource: .integration(
                organization, AccountFacts(account), vault.facts(of: integration)))
    }

    func credential() throws(Refusal) -> (Grant, Credential, CredentialHolderPlace) {
        let (grant, place) = try credentialOwner()
        guard let reference: Reference<CredentialKind> = reference(1),
            let found = try vault.find(reference, of: place.holder, in: place.owner)
        else { throw .absent }
        note(found)
        return (grant, found, place)
    }
}
