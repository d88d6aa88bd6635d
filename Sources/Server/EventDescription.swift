import Audit
import Vault

/// What an event says of the token that was shown, or that ended.
extension AuditEvent {
    mutating func describe(_ record: TokenRecord, _ slot: GenerationSlot?) {
        level = record.level
        generation = slot
        organization = record.organization
        account = record.account?.id
        integration = record.integration?.id
        token = record.token
    }

    mutating func describe(_ ended: Token) {
        level = ended.level
        organization = ended.organization
        account = ended.account
        integration = ended.integration
        token = ended.id
    }
}
