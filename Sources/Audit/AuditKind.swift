extension AuditEvent {
    /// What happened. Numbers are part of the format: never changed, never used again.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case tokenVerify = 1
        case tokenIntrospect, tokenRevoke, tokenCreate, tokenGet, tokenList, tokenRefresh
        case tokenRotate, tokenReset, tokenRemoveSecondary, tokenDelete, tokenExpunge

        case credentialRelease = 20
        case credentialCreate, credentialGet, credentialList, credentialUpdate, credentialDelete

        case accountCreate = 30
        case accountGet, accountList, accountUpdate, accountDelete, accountSealingKey

        case integrationCreate = 40
        case integrationGet, integrationList, integrationUpdate, integrationDelete

        case organizationCreate = 50
        case organizationGet, organizationList, organizationUpdate, organizationDelete

        case providerList = 60
        case providerGet, connectorList, connectorGet, permissionSetList, permissionSetGet

        case memberCreate = 70
        case memberGet, memberList, memberUpdate, memberDelete

        case roleCreate = 80
        case roleGet, roleList, roleUpdate, roleDelete

        case integrationPointCreate = 90
        case integrationPointGet, integrationPointList, integrationPointUpdate
        case integrationPointDelete

        case sessionLogon = 100
        case sessionLogoff

        case auditList = 110
        case auditCheckpoint, auditSeal

        case statusRead = 120
        case jobGet, epochRead

        /// Malformed HTTP or JSON, or no such route: refused before it was anything.
        case requestRefuse = 130
        case connectionRefuse, floodSuppress

        case vaultStart = 140
        case vaultStop, vaultUnseal, clockJump, integrityAlarm, rollbackAccept, keyRotate
        case backupCreate
    }
}

extension AuditEvent.Kind {
    /// The name in every export and answer: the object, a dot, the verb.
    package var text: StaticString { Self.textByNumber[Int(rawValue)] }

    /// Nil for a name that no event has.
    package init?(text: String) {
        guard let kind = Self.allCases.first(where: { $0.text.description == text }) else {
            return nil
        }
        self = kind
    }

    /// One slot for every number that a byte can be, so that the look-up is an index.
    private static let textByNumber: [StaticString] = {
        var slots = [StaticString](repeating: "", count: 256)
        for (kind, text) in texts { slots[Int(kind.rawValue)] = text }
        return slots
    }()

    private static let texts: [(Self, StaticString)] = [
        (.tokenVerify, "token.verify"), (.tokenIntrospect, "token.introspect"),
        (.tokenRevoke, "token.revoke"), (.tokenCreate, "token.create"),
        (.tokenGet, "token.get"), (.tokenList, "token.list"), (.tokenRefresh, "token.refresh"),
        (.tokenRotate, "token.rotate"), (.tokenReset, "token.reset"),
        (.tokenRemoveSecondary, "token.remove_secondary"), (.tokenDelete, "token.delete"),
        (.tokenExpunge, "token.expunge"),
        (.credentialRelease, "credential.release"), (.credentialCreate, "credential.create"),
        (.credentialGet, "credential.get"), (.credentialList, "credential.list"),
        (.credentialUpdate, "credential.update"), (.credentialDelete, "credential.delete"),
        (.accountCreate, "account.create"), (.accountGet, "account.get"),
        (.accountList, "account.list"), (.accountUpdate, "account.update"),
        (.accountDelete, "account.delete"), (.accountSealingKey, "account.sealing_key"),
        (.integrationCreate, "integration.create"), (.integrationGet, "integration.get"),
        (.integrationList, "integration.list"), (.integrationUpdate, "integration.update"),
        (.integrationDelete, "integration.delete"),
        (.organizationCreate, "organization.create"), (.organizationGet, "organization.get"),
        (.organizationList, "organization.list"), (.organizationUpdate, "organization.update"),
        (.organizationDelete, "organization.delete"),
        (.providerList, "provider.list"), (.providerGet, "provider.get"),
        (.connectorList, "connector.list"), (.connectorGet, "connector.get"),
        (.permissionSetList, "permission_set.list"), (.permissionSetGet, "permission_set.get"),
        (.memberCreate, "member.create"), (.memberGet, "member.get"),
        (.memberList, "member.list"), (.memberUpdate, "member.update"),
        (.memberDelete, "member.delete"),
        (.roleCreate, "role.create"), (.roleGet, "role.get"), (.roleList, "role.list"),
        (.roleUpdate, "role.update"), (.roleDelete, "role.delete"),
        (.integrationPointCreate, "integration_point.create"),
        (.integrationPointGet, "integration_point.get"),
        (.integrationPointList, "integration_point.list"),
        (.integrationPointUpdate, "integration_point.update"),
        (.integrationPointDelete, "integration_point.delete"),
        (.sessionLogon, "session.logon"), (.sessionLogoff, "session.logoff"),
        (.auditList, "audit.list"), (.auditCheckpoint, "audit.checkpoint"),
        (.auditSeal, "audit.seal"),
        (.statusRead, "status.read"), (.jobGet, "job.get"), (.epochRead, "epoch.read"),
        (.requestRefuse, "request.refuse"), (.connectionRefuse, "connection.refuse"),
        (.floodSuppress, "flood.suppress"),
        (.vaultStart, "vault.start"), (.vaultStop, "vault.stop"),
        (.vaultUnseal, "vault.unseal"), (.clockJump, "clock.jump"),
        (.integrityAlarm, "integrity.alarm"), (.rollbackAccept, "rollback.accept"),
        (.keyRotate, "key.rotate"), (.backupCreate, "backup.create"),
    ]
}
