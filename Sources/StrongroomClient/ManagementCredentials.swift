extension ManagementClient {
    /// A page of an owner's credentials.
    ///
    /// - Parameter owner: the id of an account, integration, integration point or organization.
    public func credentials(
        of owner: String, _ query: ListQuery = ListQuery()
    ) throws(ClientError) -> [Credential] {
        try list(Path.of("credentials", owner), query) { (object) throws(ClientError) in
            try Credential(object)
        }
    }

    /// What may be read of one credential.
    public func credential(
        _ id: Credential.ID, of owner: String
    ) throws(ClientError) -> Credential {
        let result = try call(.get, Path.of("credentials", owner, id.text))
        return try Credential(result.named("credential"))
    }

    /// Puts a credential into the vault.
    public func createCredential(
        of owner: String, name: String? = nil, fullname: String? = nil, expires: UTCTime? = nil,
        _ value: CredentialInput
    ) throws(ClientError) -> Credential {
        var body = RequestBody()
        body.string("name", name)
        body.string("fullname", fullname)
        body.string("expires", expires?.description)
        body.json("credential", value.json())
        let result = try call(.post, Path.of("credentials", owner), body.finish())
        return try Credential(result.named("credential"))
    }

    /// Makes a new version, effective for the next use.
    public func replaceCredential(
        _ id: Credential.ID, of owner: String, _ value: CredentialInput
    ) throws(ClientError) -> Credential {
        var body = RequestBody()
        body.json("credential", value.json())
        let result = try call(.put, Path.of("credentials", owner, id.text), body.finish())
        return try Credential(result.named("credential"))
    }

    /// Ends a credential that no integration uses.
    public func deleteCredential(_ id: Credential.ID, of owner: String) throws(ClientError) {
        try end(Path.of("credentials", owner, id.text))
    }
}
