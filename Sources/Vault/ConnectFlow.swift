/// The connect flow: what holds an end user's page to the one thing that it was handed a token for.
extension Resources {
    /// Part of a token's row, and like every narrowing of whatever is minted with it.
    package struct Connect: Hashable, Sendable {
        /// The only point whose integrations are reached; nil for all, and those without one.
        package let point: IntegrationPointID?
        /// Whether the token ends with the first integration that it creates.
        package let isSingleUse: Bool

        package init(point: IntegrationPointID?, isSingleUse: Bool) {
            self.point = point
            self.isSingleUse = isSingleUse
        }
    }

    func admits(_ point: IntegrationPointID?) -> Bool {
        guard let own = connect?.point else { return true }
        return own == point
    }
}

extension Vault {
    /// A requested token's narrowing, with that of the connect flow.
    func narrowing(
        of request: AdhocRequest, in organization: OrganizationID
    ) throws(Refusal) -> Resources? {
        guard request.integrationPoint != nil || request.isSingleUse else {
            return request.resources
        }
        guard request.permissionSet == .connectUI else {
            throw .invalidValue("integration_point and single_use are for connect-ui tokens")
        }
        var resources = request.resources ?? Resources()
        resources.connect = Resources.Connect(
            point: try existing(request.integrationPoint, in: organization)?.id,
            isSingleUse: request.isSingleUse)
        return resources
    }

    /// The point that a request names, if it names one.
    func existing(
        _ reference: Reference<IntegrationPointKind>?, in organization: OrganizationID
    ) throws(Refusal) -> IntegrationPoint? {
        guard let reference else { return nil }
        guard let point = try find(reference, in: organization) else {
            throw Refusal.absentPoint
        }
        return point
    }

    /// Ends the asker's token, or the ancestor's that lent it, if it was good for one integration
    /// only; to be called within the step that makes that one.
    func endSingleUse(_ grant: Grant) throws(Refusal) {
        guard let principal = grant.principal else { return }
        var next: TokenID? = principal.token
        for _ in 0...Limits.lineageDepthMax {
            guard let id = next, let token = try find(id, in: principal.organization) else {
                return
            }
            if token.resources?.connect?.isSingleUse == true {
                guard token.revokedAt == nil else { throw .revoked }
                try end(token)
            }
            next = token.parent
        }
    }

    /// The part of the catalogue that the asker may choose from: where a token is narrowed to a
    /// point, what that allows in the environment of the token's account.
    package func offeredProviders(to grant: Grant) throws(Refusal) -> [Provider] {
        guard let principal = grant.principal else { return catalogue.providers }
        let points = principal.narrowings.compactMap { $0.connect?.point }
        guard !points.isEmpty else { return catalogue.providers }
        guard let accountID = principal.account,
            let account = try find(accountID, in: principal.organization)
        else { return [] }
        var offered = catalogue.providers
        for id in points {
            let found = try find(
                Reference<IntegrationPointKind>.identifier(id), in: principal.organization)
            guard let point = found else { return [] }
            offered = offered.filter { point.allows($0, in: account.environment) }
        }
        return offered
    }
}
