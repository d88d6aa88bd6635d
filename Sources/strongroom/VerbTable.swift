/// Everything that the program does, in the order that help shows it.
enum VerbTable {
    static let verbs: [Verb] =
        [InitVerb.verb, StatusVerb.verb, TopVerb.verb] + OrganizationVerbs.verbs + MemberVerbs.verbs
        + RoleVerbs.verbs + SessionVerbs.verbs + AccountVerbs.verbs + IntegrationPointVerbs.verbs
        + IntegrationVerbs.verbs + CredentialVerbs.verbs + TokenVerbs.verbs + CatalogueVerbs.verbs
        + AuditVerbs.verbs + AuditProofVerbs.verbs + [CompletionVerb.verb]

    /// What the first words of verbs stand for.
    static let topics: [(word: String, summary: String)] = [
        ("init", "make a new vault"),
        ("status", "show how the vault is"),
        ("top", "watch what the vault does"),
        ("org", "organizations and their tokens, as the operator"),
        ("member", "persons and robots who log on"),
        ("role", "what members may do"),
        ("session", "log on as a member, and off"),
        ("account", "the tenants of an organization"),
        ("integration-point", "which providers tenants may connect, and where"),
        ("integration", "connections of accounts to providers"),
        ("credential", "what integrations log on with"),
        ("token", "bearer tokens"),
        ("provider", "products that integrations connect to"),
        ("connector", "categories of products"),
        ("audit", "the log of everything, and its proof"),
        ("completion", "let a shell complete these words"),
        ("help", "say how a verb is used"),
    ]

    static func verbs(below words: [String]) -> [Verb] {
        verbs.filter { $0.words.starts(with: words) }
    }
}
