import Crypto

/// Integration points: the organization's own word on what its tenants may connect.
extension Vault {
    package struct NewIntegrationPoint: Sendable {
        package var name: Name?
        package var fullname: String?
        package var connector: ConnectorID
        package var environments = ProviderRules()
        package init(connector: ConnectorID) { self.connector = connector }
    }

    package func createIntegrationPoint(
        _ grant: Grant, in organization: OrganizationID, _ new: NewIntegrationPoint
    ) throws(Refusal) -> IntegrationPoint {
        try requireOwn(grant, organization)
        guard catalogue.connector(new.connector) != nil else {
            throw .invalidValue("connector is not in the catalogue")
        }
        try requireKnown(new.environments, new.connector)
        let id = IntegrationPointID(entropy.uint128())
        let names = Names(name: new.name, fullname: new.fullname, id: id)
        let taken = try find(Reference<IntegrationPointKind>.name(names.name), in: organization)
        guard taken == nil else { throw .nameTaken }
        let now = clock.now()
        let point = IntegrationPoint(
            organization: organization, id: id, name: names.name, fullname: names.fullname,
            connector: new.connector, environments: new.environments, createdAt: now,
            updatedAt: now, revision: 1)
        try apply(.insertIntegrationPoint(point))
        return point
    }

    /// A token that is narrowed to one point sees that one.
    package func integrationPoints(
        _ grant: Grant, in organization: OrganizationID
    ) -> Listing<IntegrationPoint> {
        Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            try self.look { () throws(StoreError) in
                try self.store.integrationPoints(
                    in: organization, after: IntegrationPointID(after: position), limit: count)
            }
        } find: { (id) throws(Refusal) in
            try self.find(.identifier(IntegrationPointID(id)), in: organization)
        } admits: { point in
            self.reaches(grant, .integrationPoint(organization, point.id))
        }
    }

    package struct IntegrationPointChange: Sendable {
        package var fullname: String?
        package var environments: ProviderRules?
        package init() {}
    }

    /// Integrations that are there stay, whatever their provider.
    package func update(
        _ grant: Grant, _ point: IntegrationPoint, _ change: IntegrationPointChange
    ) throws(Refusal) -> IntegrationPoint {
        try requireOwn(grant, point.organization)
        var changed = point
        changed.fullname = change.fullname ?? point.fullname
        changed.environments = change.environments ?? point.environments
        try requireKnown(changed.environments, point.connector)
        changed.updatedAt = clock.now()
        changed.revision += 1
        try apply(.updateIntegrationPoint(changed))
        return changed
    }

    /// With the credentials that are its own.
    package func delete(_ grant: Grant, _ point: IntegrationPoint) throws(Refusal) {
        try requireOwn(grant, point.organization)
        let users = try look { () throws(StoreError) in
            try store.integrations(at: point.id, in: point.organization, after: nil, limit: 1)
        }
        guard users.isEmpty else {
            throw .conflict(
                "integrations refer to the point; delete them or patch their integration_point")
        }
        try forgetUses(of: point.organization) { _ in false }
        try apply(.deleteIntegrationPoint(point.id, point.organization))
        needsScrub = true
    }

    package func find(
        _ reference: Reference<IntegrationPointKind>, in organization: OrganizationID
    ) throws(Refusal) -> IntegrationPoint? {
        try look { () throws(StoreError) in
            switch reference {
            case .identifier(let id): try store.integrationPoint(id, in: organization)
            case .name(let name): try store.integrationPoint(named: name, in: organization)
            }
        }
    }

    /// What an end user's page may offer to an account of that environment.
    package func providers(
        of point: IntegrationPoint, in environment: Account.Environment
    ) -> [Provider] {
        catalogue.providers.filter { point.allows($0, in: environment) }
    }

    private func requireKnown(
        _ rules: ProviderRules, _ connector: ConnectorID
    ) throws(Refusal) {
        for environment in Account.Environment.allCases {
            guard let rule = rules[environment] else { continue }
            for list in [rule.allow, rule.deny] {
                guard case .only(let ids) = list else { continue }
                guard ids.allSatisfy({ catalogue.provider($0)?.connector == connector }) else {
                    throw .invalidValue("allow and deny hold providers of the point's connector")
                }
            }
        }
    }
}
