package import Vault

/// Who has how much going on between batches; nil is for operators.
///
/// Law: nobody's share is another's. An organization that has its own many waits for itself, and
/// operators never wait for tenants.
package struct SharedPlaces {
    private var started: [OrganizationID?: Int] = [:]
    private var tenantsStarted = 0
    /// In the batch that is being built: it may come to nothing.
    private var asked: [OrganizationID?: Int] = [:]
    private var tenantsAsked = 0

    package init() {}

    /// One more of `holder`'s that is to be started when the batch is durable; false where it has as
    /// many as it may have.
    package mutating func ask(for holder: OrganizationID?) -> Bool {
        let own = started[holder, default: 0] + asked[holder, default: 0]
        guard own < ServerLimits.ownPlacesMax else { return false }
        if holder != nil {
            guard tenantsStarted + tenantsAsked < ServerLimits.tenantPlacesMax else { return false }
            tenantsAsked += 1
        }
        asked[holder, default: 0] += 1
        return true
    }

    /// The batch was concluded: what is to be started is started now, or never.
    package mutating func forgetAsked() {
        asked = [:]
        tenantsAsked = 0
    }

    package mutating func start(of holder: OrganizationID?) {
        started[holder, default: 0] += 1
        if holder != nil { tenantsStarted += 1 }
    }

    package mutating func end(of holder: OrganizationID?) {
        guard let count = started[holder] else { return }
        started[holder] = count > 1 ? count - 1 : nil
        if holder != nil { tenantsStarted -= 1 }
    }
}
