package import Vault

/// Changes of state, each within the open batch.
extension SQLiteStore: Store {
    package func apply(_ mutation: Mutation) throws(StoreError) {
        try change { () throws(StoreError) in try perform(mutation) }
    }

    // One switch without a default: a change that has no line here does not compile.
    private func perform(_ mutation: Mutation) throws(StoreError) {
        let deletions = tables.deletions
        switch mutation {
        case .insertOrganization(let organization):
            try tables.organizations.insert(organization)
            census.counts.organizations += 1
        case .insertAccount(let account):
            try tables.accounts.insert(account)
            census.counts.accounts += 1
        case .insertIntegration(let integration):
            try tables.integrations.insert(integration)
            census.counts.integrations += 1
        case .insertIntegrationPoint(let point): try tables.integrationPoints.insert(point)
        case .insertCredential(let credential):
            try tables.credentials.insert(credential)
            census.counts.credentials += 1
        case .insertToken(let token):
            try tables.tokens.insert(token)
            census.counts.tokens += 1
        case .insertMember(let member): try tables.members.members.insert(member)
        case .insertRole(let role): try tables.members.roles.insert(role)
        case .updateMember(let member): try tables.members.members.update(member)
        case .updateRole(let role): try tables.members.roles.update(role)
        case .insertKeyPair(let pair): try tables.keyPairs.insert(pair)
        case .updateOrganization(let organization): try tables.organizations.update(organization)
        case .updateAccount(let account): try tables.accounts.update(account)
        case .updateIntegration(let integration): try tables.integrations.update(integration)
        case .updateIntegrationPoint(let point): try tables.integrationPoints.update(point)
        case .updateCredential(let credential): try tables.credentials.update(credential)
        case .updateToken(let token): try tables.tokens.update(token)
        case .putUse(let use): try tables.uses.put(use)
        case .putUseHistory(let history): try tables.tokenQuestions.histories.put(history)
        case .remember(let answer): try tables.answers.put(answer)
        case .putStanding(let standing):
            try tables.standings.put(standing)
            tables.register.note(generation: standing.generation)
        case .deleteOrganization(let id): try deletions.organization(id, &census.counts)
        case .deleteAccount(let scope): try deletions.account(scope, &census.counts)
        case .deleteIntegration(let id, let scope):
            try deletions.integration(id, scope, &census.counts)
        case .deleteIntegrationPoint(let id, let organization):
            try deletions.integrationPoint(id, organization, &census.counts)
        case .deleteCredential(let id, let owner):
            try deletions.credential(id, owner, &census.counts)
        case .deleteToken(let id, let organization):
            try deletions.token(id, organization, &census.counts)
        case .deleteUse(let object, let generation, let organization):
            try deletions.use(object, generation, organization)
        case .deleteMember(let id, let organization):
            try deletions.member(id, organization, &census.counts)
        case .deleteRole(let id, let organization):
            try deletions.role(id, organization, &census.counts)
        case .forget(let end): try deletions.answers(until: end)
        }
    }
}
