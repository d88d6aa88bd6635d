import Crypto
import Server
import Support
import Vault

/// What stands in the request as its credential.
struct ShownCredential {
    let bearer: PresentedBearer
    let text: [UInt8]?

    init(_ text: [UInt8]) throws {
        bearer = try PresentedBearer(text: text)
        self.text = text
    }

    init(_ bearer: PresentedBearer) {
        self.bearer = bearer
        text = nil
    }
}

/// Brings the shown token into a state, and shows it.
extension World {
    func show(_ state: TokenState) throws -> ShownCredential {
        try enter(state)
        switch state {
        case .none: return ShownCredential(.none)
        case .malformed: return try ShownCredential(Array("sro_nonsense".utf8))
        case .multiple: return ShownCredential(.multiple)
        case .unknown: return try ShownCredential(try Self.stranger())
        case .wrongSecret: return try ShownCredential(try mixed(shown.newest, awayToken.newest))
        case .secondary: return try ShownCredential(shown.older.access)
        case .refresh, .revokedRefresh: return try ShownCredential(shown.newest.refresh)
        case .olderRefresh: return try ShownCredential(shown.older.refresh)
        case .primary, .expired, .revoked, .parentDead, .ownerGone, .integrationDisabled,
            .memberDisabled, .unbound, .organizationDisabled:
            return try ShownCredential(shown.newest.access)
        }
    }

    func enter(_ state: TokenState) throws {
        let grant = try fixture.operatorGrant()
        if state == .expired { fixture.clock.set(shown.token.primary.expires) }
        try vault.step { () throws(Refusal) in
            switch state {
            case .revoked, .revokedRefresh: try vault.end(grant, shown.token)
            case .parentDead: if let parent { try vault.end(grant, parent.token) }
            case .ownerGone: try vault.delete(grant, mine.home)
            case .integrationDisabled:
                var change = Vault.IntegrationChange()
                change.state = .disabled
                _ = try vault.update(grant, mine.tickets, change)
            case .memberDisabled, .unbound: try changeMember(grant, state)
            case .organizationDisabled:
                var change = Vault.OrganizationChange()
                change.state = .disabled
                _ = try vault.update(grant, mine.organization, change)
            default: break
            }
        }
        try vault.commit()
    }

    private func changeMember(_ grant: Grant, _ state: TokenState) throws(Refusal) {
        guard let member else { return }
        var change = Vault.MemberChange()
        if state == .unbound { change.roles = [] } else { change.state = .disabled }
        _ = try vault.update(grant, member, change)
    }

    /// A token of another vault.
    private static func stranger() throws -> [UInt8] {
        let fixture = try Fixture(seed: 77)
        return try fixture.makeOrganization("stranger").token.access
    }

    /// The selector of one token with the secret of another, and a checksum that fits.
    private func mixed(_ one: MintedToken, _ other: MintedToken) throws -> [UInt8] {
        var head = Array(one.access[..<21] + other.access[21..<64])
        let sum = unsafe CRC32.checksum(head.span.bytes)
        Base62.append(UInt128(sum), width: 6, to: &head)
        return head
    }
}
