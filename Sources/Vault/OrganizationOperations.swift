import Crypto

/// Organizations, as the operator makes and changes them.
extension Vault {
    package struct MadeOrganization: Sendable {
        package let organization: Organization
        package let token: MintedToken
    }

    package func createOrganization(
        _ grant: Grant, name: Name?, fullname: String?, contact: String?,
        remembering request: IdempotencyRequest?
    ) throws(Refusal) -> MadeOrganization {
        if let replay = try replay(request) {
            guard let organization = try find(OrganizationID(replay.object)) else {
                throw .conflict("the organization is gone since the first call with this key")
            }
            return MadeOrganization(organization: organization, token: replay)
        }
        let id = OrganizationID(entropy.uint128())
        let names = Names(name: name, fullname: fullname, id: id)
        let taken = try look { () throws(StoreError) in
            try store.organization(named: names.name)
        }
        guard taken == nil else { throw .nameTaken }
        let now = clock.now()
        let plan = plan(
            organization: id, level: .organization, permissionSet: .administrator,
            timeToLive: min(lifetimes.defaultToken, lifetimes.longest))
        let organization = Organization(
            id: id, name: names.name, fullname: names.fullname, contact: contact, state: .enabled,
            defaultToken: plan.id, createdAt: now, updatedAt: now, revision: 1)
        try apply(.insertOrganization(organization))
        try apply(.insertKeyPair(try makeKeyPair(of: .shared(id), version: 1)))
        let token = try mint(plan, object: id.value, remembering: request)
        return MadeOrganization(organization: organization, token: token)
    }

    /// The default token of an organization, for the operator to renew.
    package func defaultToken(
        of organization: Organization
    ) throws(Refusal) -> Token {
        guard let token = try find(organization.defaultToken, in: organization.id) else {
            throw .absent
        }
        return token
    }

    package struct OrganizationChange: Sendable {
        package var fullname: String?
        package var contact: String??
        package var state: EnabledState?
        package init() {}
    }

    package func update(
        _ grant: Grant, _ organization: Organization, _ change: OrganizationChange
    ) throws(Refusal) -> Organization {
        try requireOwn(grant, organization.id)
        var changed = organization
        changed.fullname = change.fullname ?? organization.fullname
        if let contact = change.contact { changed.contact = contact }
        changed.state = change.state ?? organization.state
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateOrganization(changed))
        if changed.state != organization.state {
            raiseFreshness(of: organization.id)
            keyPairs.drop(organization.id)
        }
        return changed
    }

    /// With everything below it; its keys are destroyed.
    package func delete(_ grant: Grant, _ organization: Organization) throws(Refusal) {
        try requireOwn(grant, organization.id)
        try forgetUses(of: organization.id) { _ in true }
        try apply(.deleteOrganization(organization.id))
        raiseFreshness(of: organization.id)
        keyPairs.drop(organization.id)
        needsScrub = true
    }
}

/// How an object comes by its name: each defaults to the other, both to the id.
struct Names {
    let name: Name
    let fullname: String

    init<Kind>(name: Name?, fullname: String?, id: Identifier<Kind>) {
        self.name = name ?? fullname.flatMap(Name.init(derivedFrom:)) ?? Name(of: id)
        self.fullname = fullname ?? self.name.text
    }
}
