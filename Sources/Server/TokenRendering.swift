import Crypto
import Vault
import Wire

/// A token as the API shows it, and how much its generations are used.
struct TokenView {
    let token: Token
    let primaryUse: Use
    let secondaryUse: Use?

    init(_ token: Token, _ vault: Vault) throws(Refusal) {
        self.token = token
        primaryUse = try vault.use(of: token, token.primary)
        if let secondary = token.secondary {
            secondaryUse = try vault.use(of: token, secondary)
        } else {
            secondaryUse = nil
        }
    }

    var lastUsedAt: Instant? {
        [primaryUse.lastUsedAt, secondaryUse?.lastUsedAt].compactMap(\.self).max()
    }
}

extension JSONWriter where Sink == WipedBytes {
    /// A token object, with the secrets that were just made for it or without any.
    mutating func token(_ view: TokenView, secrets: MintedToken? = nil) {
        let token = view.token
        beginObject()
        identity(token.id.text, token.name, token.fullname)
        member("organization_id", token.organization.text)
        member("account_id", token.account?.text)
        member("integration_id", token.integration?.text)
        member("owner_type", token.owner.kind.noun.description)
        member("owner_id", IdentifierText.text(token.owner.kind, token.owner.value))
        member("token_type", token.origin.text)
        member("parent_id", token.parent?.text)
        member("member_id", token.member?.text)
        member("permission_set", token.shownPermissionSet)
        member("resources")
        resources(token.resources)
        member("integration_point", token.resources?.connect?.point?.text)
        member("single_use")
        bool(token.resources?.connect?.isSingleUse ?? false)
        member("token_ttl", DurationText.text(microseconds: token.timeToLive.microseconds))
        member("expires", time: token.primary.expires)
        member("revoked_at", time: token.revokedAt)
        member("last_used_at", time: view.lastUsedAt)
        member("created_at", time: token.createdAt)
        member("updated_at", time: token.updatedAt)
        member("primary")
        generation(token.primary, view.primaryUse, secrets)
        member("secondary")
        if let secondary = token.secondary, let use = view.secondaryUse {
            generation(secondary, use, nil)
        } else {
            null()
        }
        endObject()
    }

    private mutating func generation(
        _ generation: Generation, _ use: Use, _ secrets: MintedToken?
    ) {
        beginObject()
        member("generation", number: generation.number)
        member("created_at", time: generation.createdAt)
        member("last_used_at", time: use.lastUsedAt)
        member("use_count", number: use.count)
        member("access")
        half(generation.expires) { json in
            guard let secrets else { return }
            json.secret(secrets.accessText)
        }
        member("refresh")
        half(generation.expires) { json in
            guard let secrets else { return }
            json.secret(secrets.refreshText)
        }
        endObject()
    }

    private mutating func half(_ expires: Instant, _ secret: (inout Self) -> Void) {
        beginObject()
        secret(&self)
        member("expires", time: expires)
        endObject()
    }

    private mutating func secret(_ text: borrowing Secret) {
        member("secret")
        text.withBytes { bytes in secretString(bytes) }
    }

    /// From locked memory straight into the answer's wiped buffer.
    mutating func secretString(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            let octets = unsafe buffer.bindMemory(to: UInt8.self)
            string(bytes: unsafe octets.span)
        }
    }

    mutating func resources(_ resources: Resources?) {
        guard let resources, resources.accounts != nil || resources.integrations != nil else {
            return null()
        }
        beginObject()
        if let accounts = resources.accounts {
            member("accounts")
            beginObject()
            if let ids = accounts.ids { member("ids", strings: ids.map(\.text)) }
            if let labels = accounts.labels { member("labels", strings: labels) }
            if let environments = accounts.environments {
                member("environments", strings: environments.map(\.text.description))
            }
            endObject()
        }
        if let integrations = resources.integrations {
            member("integrations")
            beginObject()
            if let ids = integrations.ids { member("ids", strings: ids.map(\.text)) }
            if let connectors = integrations.connectors {
                member("connectors", strings: connectors.map(\.text))
            }
            endObject()
        }
        endObject()
    }
}

extension Token {
    /// Nil where it has no set of its own, but whatever its member's roles give.
    var shownPermissionSet: String? {
        member != nil && permissionSet == .administrator ? nil : permissionSet.text
    }
}

extension Token.Origin {
    var text: String {
        switch self {
        case .byDefault: "default"
        case .adhoc: "adhoc"
        case .logon: "logon"
        }
    }
}
