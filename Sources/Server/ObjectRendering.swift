import Crypto
import Vault
import Wire

/// The API's objects as JSON; names of members are those of the product's page.
typealias ObjectWriter = JSONWriter<WipedBytes>

extension JSONWriter where Sink == WipedBytes {
    mutating func member(_ name: StaticString, _ text: String?) {
        member(name)
        if let text { string(text) } else { null() }
    }

    mutating func member(_ name: StaticString, time instant: Instant?) {
        member(name, instant.map { Timestamp.text(microseconds: $0.microseconds) })
    }

    mutating func member(_ name: StaticString, number: some FixedWidthInteger) {
        member(name)
        integer(number)
    }

    mutating func member(_ name: StaticString, strings: [String]) {
        member(name)
        beginArray()
        for text in strings { string(text) }
        endArray()
    }

    mutating func identity(_ id: String, _ name: Name, _ fullname: String) {
        member("id", id)
        member("name", name.text)
        member("fullname", fullname)
    }

    mutating func list<Element>(_ elements: [Element], _ write: (Element, inout Self) -> Void) {
        beginArray()
        for element in elements { write(element, &self) }
        endArray()
    }

    mutating func organization(_ organization: Organization) {
        beginObject()
        identity(organization.id.text, organization.name, organization.fullname)
        member("state", organization.state.text)
        member("contact", organization.contact)
        member("created_at", time: organization.createdAt)
        member("updated_at", time: organization.updatedAt)
        endObject()
    }

    mutating func account(_ account: Account) {
        beginObject()
        identity(account.id.text, account.name, account.fullname)
        member("organization_id", account.organization.text)
        member("environment", account.environment.text.description)
        member("labels", strings: account.labels)
        member("created_at", time: account.createdAt)
        member("updated_at", time: account.updatedAt)
        endObject()
    }

    mutating func integration(_ integration: Integration, connector: ConnectorID) {
        beginObject()
        identity(integration.id.text, integration.name, integration.fullname)
        member("organization_id", integration.organization.text)
        member("account_id", integration.account.text)
        member("provider", integration.provider.text)
        member("connector", connector.text)
        member("integration_point", integration.integrationPoint?.text)
        member("provider_config")
        raw(integration.providerConfig.span)
        member("credential_id", integration.credential?.text)
        member("state", integration.state.text)
        member("created_at", time: integration.createdAt)
        member("updated_at", time: integration.updatedAt)
        endObject()
    }

    /// Never the secret, nor anything that was made from it.
    mutating func member(_ member: Member, roles: [String]) {
        beginObject()
        identity(member.id.text, member.name, member.fullname)
        self.member("organization_id", member.organization.text)
        self.member("type", member.kind.text)
        self.member("state", member.state.text)
        self.member("role_binding", strings: roles)
        self.member("token_ttl", DurationText.text(microseconds: member.timeToLive.microseconds))
        self.member("secret_set_at", time: member.secret == nil ? nil : member.secretSetAt)
        self.member("created_at", time: member.createdAt)
        self.member("updated_at", time: member.updatedAt)
        endObject()
    }

    mutating func role(_ role: Role) {
        beginObject()
        identity(role.id.text, role.name, role.fullname)
        member("organization_id", role.organization.text)
        member("built_in")
        bool(role.isBuiltIn)
        member("permission_set", role.permissionSet.text)
        member("resources")
        resources(role.resources)
        member("created_at", time: role.createdAt)
        member("updated_at", time: role.updatedAt)
        endObject()
    }

    mutating func integrationPoint(_ point: IntegrationPoint) {
        beginObject()
        identity(point.id.text, point.name, point.fullname)
        member("organization_id", point.organization.text)
        member("connector", point.connector.text)
        member("environments")
        beginObject()
        for environment in Account.Environment.allCases {
            guard let rule = point.environments[environment] else { continue }
            member(environment.text)
            beginObject()
            member("allow", strings: rule.allow.texts)
            member("deny", strings: rule.deny.texts)
            endObject()
        }
        endObject()
        member("created_at", time: point.createdAt)
        member("updated_at", time: point.updatedAt)
        endObject()
    }

    /// Never a secret, a user name or a client id.
    mutating func credential(_ credential: Credential, use: Use?) {
        beginObject()
        identity(credential.id.text, credential.name, credential.fullname)
        member("owner_type", credential.owner.kind.noun.description)
        member("owner_id", IdentifierText.text(credential.owner.kind, credential.owner.value))
        member("type", credential.type.text)
        member("version", number: credential.version)
        member("expires", time: credential.expires)
        member("last_used_at", time: use?.lastUsedAt)
        member("config")
        beginObject()
        member("type", credential.type.text)
        endObject()
        member("created_at", time: credential.createdAt)
        member("updated_at", time: credential.updatedAt)
        endObject()
    }

    mutating func connector(_ connector: Connector) {
        beginObject()
        member("id", connector.id.text)
        member("name", connector.id.text)
        member("fullname", connector.fullname)
        member("description", connector.summary)
        shippedTimes()
        endObject()
    }

    mutating func provider(_ provider: Provider) {
        beginObject()
        member("id", provider.id.text)
        member("name", provider.id.text)
        member("fullname", provider.fullname)
        member("connector", provider.connector.text)
        member("credential_types", strings: provider.credentialTypes.map(\.text))
        shippedTimes()
        endObject()
    }

    mutating func permissionSet(_ set: PermissionSet) {
        beginObject()
        member("id", set.text)
        member("name", set.text)
        member("fullname", set.text)
        member("permissions", strings: set.mask.permissions.map(\.text))
        member("resource_restrictions", set.restriction)
        shippedTimes()
        endObject()
    }

    private mutating func shippedTimes() {
        member("created_at", time: Catalogue.changedAt)
        member("updated_at", time: Catalogue.changedAt)
    }

    mutating func sealingKey(_ pair: KeyPairRecord) {
        beginObject()
        member("key_id", SealingKeyID.text(pair.id))
        member("public_key")
        string(bytes: unsafe Base64.encode(pair.publicKey.bytes.span.bytes).span)
        endObject()
    }
}
