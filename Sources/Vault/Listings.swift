/// The lists of everything but tokens, each as one asker may see it.
extension Vault {
    package func organizations(_ grant: Grant) -> Listing<Organization> {
        Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            try self.look { () throws(StoreError) in
                try self.store.organizations(after: OrganizationID(after: position), limit: count)
            }
        } find: { (id) throws(Refusal) in
            try self.find(OrganizationID(id))
        } admits: { _ in
            // Operators see all, and nobody else comes this far.
            self.reaches(grant, .vault)
        }
    }

    package func accounts(
        _ grant: Grant, in organization: OrganizationID
    ) -> Listing<Account> {
        Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            // How many others there are must not show in how long it takes.
            if let own = grant.principal?.account {
                guard own.value > position else { return [] }
                return try [self.find(own, in: organization)].compactMap(\.self)
            }
            return try self.look { () throws(StoreError) in
                try self.store.accounts(
                    in: organization, after: AccountID(after: position), limit: count)
            }
        } find: { (id) throws(Refusal) in
            try self.find(AccountID(id), in: organization)
        } admits: { account in
            self.reaches(grant, .account(organization, AccountFacts(account)))
        }
    }

    /// Of one account, or of every account of the organization.
    package func integrations(
        _ grant: Grant, in organization: OrganizationID, account wanted: AccountID?
    ) -> Listing<Integration> {
        let account = wanted ?? grant.principal?.account
        return Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            try self.look { () throws(StoreError) in
                try self.store.integrations(
                    in: organization, account: account, after: IntegrationID(after: position),
                    limit: count)
            }
        } find: { (id) throws(Refusal) in
            let found = try self.find(IntegrationID(id), anywhereIn: organization)
            return account == nil || found?.account == account ? found : nil
        } admits: { (integration) throws(Refusal) in
            guard let account = try self.find(integration.account, in: organization) else {
                return false
            }
            let facts = AccountFacts(account)
            return self.reaches(
                grant, .integration(organization, facts, self.facts(of: integration)))
        }
    }

    /// Whoever may see the holder may see what is said of its credentials.
    package func credentials(
        _ grant: Grant, of holder: CredentialOwner, in owner: KeyOwner
    ) throws(Refusal) -> Listing<Credential> {
        try requireOwn(grant, owner.organization)
        return Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            try self.look { () throws(StoreError) in
                try self.store.credentials(
                    of: holder, in: owner, after: CredentialID(after: position), limit: count)
            }
        } find: { (id) throws(Refusal) in
            try self.find(.identifier(CredentialID(id)), of: holder, in: owner)
        } admits: { _ in
            true
        }
    }

    package func members(
        _ grant: Grant, in organization: OrganizationID
    ) -> Listing<Member> {
        Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            // They are the organization's, and an account's token sees none.
            guard grant.principal?.account == nil else { return [] }
            return try self.look { () throws(StoreError) in
                try self.store.members(
                    in: organization, after: MemberID(after: position), limit: count)
            }
        } find: { (id) throws(Refusal) in
            try self.find(MemberID(id), in: organization)
        } admits: { member in
            self.reaches(grant, .member(member.id, organization))
        }
    }

    /// Built-in ones first; their identifiers come before all others.
    package func roles(_ grant: Grant, in organization: OrganizationID) -> Listing<Role> {
        Listing(id: { $0.id.value }) { (position, count) throws(Refusal) in
            guard grant.principal?.account == nil else { return [] }
            return try self.roles(in: organization, after: RoleID(after: position), limit: count)
        } find: { (id) throws(Refusal) in
            try self.find(.identifier(RoleID(id)), in: organization)
        } admits: { _ in
            self.reaches(grant, .role(organization))
        }
    }
}
