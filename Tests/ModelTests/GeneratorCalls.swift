import Vault

/// Makes up calls of the management API.
extension Generator {
    mutating func call(by key: Key, in own: Tenancy?, of model: Model) -> Call {
        switch chooser.number(0...99) {
        case 0...1: return chooser.once(in: 2) ? .getOrganization : .renameOrganization
        case 2...13: return account(own, model)
        case 14...21: return point(own, model)
        case 22...37: return integration(own, model)
        case 38...47: return credential(own, model)
        case 48...54: return role(own, model)
        case 55...64: return member(own, model)
        case 65...80: return mint(own, model)
        default: return token(by: key, own, model)
        }
    }

    /// How many there are before deletions get the upper hand.
    private mutating func isFull(_ count: Int?, of countMax: Int) -> Bool {
        (count ?? 0) >= countMax && !chooser.once(in: 4)
    }

    private mutating func account(_ own: Tenancy?, _ model: Model) -> Call {
        let reference = chooser.reference(\.accounts, in: own, of: model)
        switch chooser.number(0...9) {
        case 0...3:
            if isFull(own?.accounts.count, of: 4) { return .deleteAccount(reference) }
            var new = Vault.NewAccount()
            new.name = chooser.name()
            new.environment = chooser.environment()
            new.labels = chooser.labels()
            return .createAccount(new)
        case 4...5: return .getAccount(reference)
        case 6...7:
            var change = Vault.AccountChange()
            if chooser.once(in: 2) { change.environment = chooser.environment() }
            if chooser.once(in: 2) { change.labels = chooser.labels() }
            return .updateAccount(reference, change)
        case 8: return chooser.once(in: 4) ? .deleteAccount(reference) : .listAccounts
        default: return .listAccounts
        }
    }

    private mutating func point(_ own: Tenancy?, _ model: Model) -> Call {
        let reference = chooser.reference(\.points, in: own, of: model)
        switch chooser.number(0...6) {
        case 0...1:
            if isFull(own?.points.count, of: 3) { return .deletePoint(reference) }
            let connector = ConnectorID(chooser.one(of: ["ticketing", "ticketing", "siem"]))
            var new = Vault.NewIntegrationPoint(connector: connector)
            new.name = chooser.name()
            new.environments = chooser.rules()
            return .createPoint(new)
        case 2: return .getPoint(reference)
        case 3...4: return .updatePoint(reference, chooser.rules())
        case 5: return chooser.once(in: 3) ? .deletePoint(reference) : .getPoint(reference)
        default: return .listPoints
        }
    }

    private mutating func integration(_ own: Tenancy?, _ model: Model) -> Call {
        let path = path(own, model)
        switch chooser.number(0...9) {
        case 0...3:
            if isFull(own?.integrations.count, of: 6) { return .deleteIntegration(path) }
            var new = Vault.NewIntegration(provider: chooser.provider())
            new.name = chooser.name()
            if chooser.once(in: 2) {
                new.integrationPoint = chooser.reference(\.points, in: own, of: model)
            }
            return .createIntegration(path.account, new, source(own, model))
        case 4: return .getIntegration(path)
        case 5...7:
            var change = Vault.IntegrationChange()
            if chooser.once(in: 3) {
                change.state = chooser.one(of: [.enabled, .enabled, .disabled])
            }
            if chooser.once(in: 3) { change.provider = chooser.provider() }
            if chooser.once(in: 3) {
                change.integrationPoint =
                    chooser.once(in: 3)
                    ? .some(nil) : .some(chooser.reference(\.points, in: own, of: model))
            }
            return .updateIntegration(path, change, source(own, model))
        case 8: return chooser.once(in: 3) ? .deleteIntegration(path) : .getIntegration(path)
        default: return .listIntegrations(chooser.once(in: 2) ? path.account : nil)
        }
    }

    private mutating func path(_ own: Tenancy?, _ model: Model) -> IntegrationPath {
        let integration = chooser.identifier(\.integrations, in: own, of: model)
        let account = own?.integrations[integration]?.account
        let isStraight = account != nil && !chooser.once(in: 10)
        return IntegrationPath(
            account: isStraight
                ? .identifier(account ?? AccountID(0))
                : chooser.reference(\.accounts, in: own, of: model),
            integration: chooser.once(in: 10) ? .name(chooser.name()) : .identifier(integration))
    }

    private mutating func source(_ own: Tenancy?, _ model: Model) -> Source {
        switch chooser.number(0...9) {
        case 0...2: return .inline(chooser.value())
        case 3...5: return .existing(chooser.identifier(\.credentials, in: own, of: model))
        case 6: return .removed
        default: return .none
        }
    }

    private mutating func credential(_ own: Tenancy?, _ model: Model) -> Call {
        let id = chooser.identifier(\.credentials, in: own, of: model)
        let known = own?.credentials[id]?.holder
        let holder =
            chooser.once(in: 6) ? self.holder(own, model) : known ?? self.holder(own, model)
        switch chooser.number(0...7) {
        case 0...2:
            if isFull(own?.credentials.count, of: 8) {
                return .deleteCredential(holder, .identifier(id))
            }
            var new = Vault.NewCredential()
            if chooser.once(in: 2) { new.name = chooser.name() }
            if chooser.once(in: 4) { new.expires = model.now.advanced(by: .hours(2)) }
            return .createCredential(self.holder(own, model), new, chooser.value())
        case 3: return .getCredential(holder, .identifier(id))
        case 4...5: return .replaceCredential(holder, .identifier(id), chooser.value())
        case 6: return .deleteCredential(holder, .identifier(id))
        default: return .listCredentials(holder)
        }
    }

    private mutating func holder(_ own: Tenancy?, _ model: Model) -> CredentialOwner {
        switch chooser.number(0...5) {
        case 0:
            let other = chooser.once(in: 4) ? chooser.tenancy(of: model) : own
            return .organization(other?.id ?? OrganizationID(1))
        case 1...2: return .account(chooser.identifier(\.accounts, in: own, of: model))
        case 3: return .integrationPoint(chooser.identifier(\.points, in: own, of: model))
        default: return .integration(chooser.identifier(\.integrations, in: own, of: model))
        }
    }

    private mutating func role(_ own: Tenancy?, _ model: Model) -> Call {
        let reference = chooser.reference(\.roles, in: own, of: model)
        switch chooser.number(0...6) {
        case 0...1:
            if isFull(own?.roles.count, of: 8) { return .deleteRole(reference) }
            var new = Vault.NewRole(permissionSet: chooser.set())
            new.name = chooser.name()
            new.resources = chooser.resources(in: own, of: model)
            return .createRole(new)
        case 2: return .getRole(reference)
        case 3...4:
            var change = Vault.RoleChange()
            if chooser.once(in: 2) { change.permissionSet = chooser.set() }
            if chooser.once(in: 2) {
                change.resources = .some(chooser.resources(in: own, of: model))
            }
            return .updateRole(reference, change)
        case 5: return chooser.once(in: 3) ? .deleteRole(reference) : .getRole(reference)
        default: return .listRoles
        }
    }

    private mutating func member(_ own: Tenancy?, _ model: Model) -> Call {
        let reference = chooser.reference(\.members, in: own, of: model)
        switch chooser.number(0...8) {
        case 0...2:
            if isFull(own?.members.count, of: 5) { return .deleteMember(reference) }
            var new = Vault.NewMember()
            new.name = chooser.name()
            new.kind = chooser.one(of: [.personal, .service])
            new.state = chooser.once(in: 8) ? .disabled : .enabled
            new.roles = roles(own, model)
            if chooser.once(in: 2) { new.timeToLive = span() }
            return .createMember(new, hasSecret: !chooser.once(in: 4))
        case 3: return .getMember(reference)
        case 4...6:
            var change = Vault.MemberChange()
            if chooser.once(in: 4) { change.state = chooser.one(of: [.enabled, .disabled]) }
            if chooser.once(in: 3) { change.roles = roles(own, model) }
            if chooser.once(in: 4) { change.timeToLive = span() }
            return .updateMember(reference, change, setsSecret: chooser.once(in: 5))
        case 7: return chooser.once(in: 3) ? .deleteMember(reference) : .getMember(reference)
        default: return .listMembers
        }
    }

    private mutating func roles(_ own: Tenancy?, _ model: Model) -> [Reference<RoleKind>] {
        let administrator = Name(stored: "administrator")
        return (0..<chooser.number(0...3)).map { _ in
            chooser.once(in: 3)
                ? .name(administrator) : chooser.reference(\.roles, in: own, of: model)
        }
    }

    private mutating func span() -> TimeSpan {
        chooser.span([.minutes(10), .hours(1), .hours(24), .days(30)])
    }

    private mutating func mint(_ own: Tenancy?, _ model: Model) -> Call {
        var request = AdhocRequest(permissionSet: chooser.set())
        request.resources = chooser.resources(in: own, of: model)
        if chooser.once(in: 2) { request.timeToLive = span() }
        switch chooser.number(0...9) {
        case 0...2: return .mint(request, key: chooser.once(in: 5) ? repetition() : nil)
        case 3...5:
            if chooser.once(in: 3) { request.permissionSet = .connectUI }
            if request.permissionSet == .connectUI || chooser.once(in: 20) {
                request.isSingleUse = chooser.once(in: 3)
                if chooser.once(in: 2) {
                    request.integrationPoint = chooser.reference(\.points, in: own, of: model)
                }
            }
            return .mintForAccount(chooser.reference(\.accounts, in: own, of: model), request)
        case 6...7:
            if !chooser.once(in: 10) { request.permissionSet = .integration }
            return .mintForIntegration(path(own, model), request)
        default:
            var wanted = Vault.MemberTokenRequest()
            if chooser.once(in: 2) { wanted.permissionSet = request.permissionSet }
            wanted.resources = request.resources
            wanted.timeToLive = chooser.once(in: 3) ? span() : nil
            return .mintForMember(chooser.reference(\.members, in: own, of: model), wanted)
        }
    }

    private mutating func repetition() -> String { chooser.one(of: ["first", "second"]) }

    private mutating func token(by key: Key, _ own: Tenancy?, _ model: Model) -> Call {
        let id = chooser.once(in: 4) ? key.token : chooser.token(in: own, of: model)
        switch chooser.number(0...16) {
        case 0...1: return .getToken(id)
        case 2: return .listTokens
        case 3...5: return .refresh(id, grace: chooser.once(in: 3) ? grace() : nil)
        case 6...9:
            return .rotate(
                id, grace: chooser.once(in: 3) ? grace() : nil,
                key: chooser.once(in: 4) ? repetition() : nil)
        case 10...11: return .reset(id)
        case 12...14: return .removeSecondary(id, isForced: chooser.once(in: 3))
        case 15: return chooser.once(in: 5) ? .logOff : .getToken(id)
        default: return .deleteToken(id)
        }
    }
}
