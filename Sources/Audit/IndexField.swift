import Crypto

/// What a segment's index can be asked by; the order of the sections in the file.
enum IndexField: Int, CaseIterable, Sendable {
    case organization, account, integration, token
    /// What happened and what became of it, together.
    case action

    /// The field of the record that begins at `offset`; nil where it is absent.
    func key(_ records: RawSpan, at offset: Int) -> UInt128? {
        switch self {
        case .organization: identifier(records, offset + AuditRecord.Offset.organization)
        case .account: identifier(records, offset + AuditRecord.Offset.account)
        case .integration: identifier(records, offset + AuditRecord.Offset.integration)
        case .token: identifier(records, offset + AuditRecord.Offset.token)
        case .action:
            Self.action(
                kind: records.byte(at: offset + AuditRecord.Offset.kind),
                outcome: records.byte(at: offset + AuditRecord.Offset.outcome))
        }
    }

    static func action(kind: UInt8, outcome: UInt8) -> UInt128 {
        UInt128(kind) << 8 | UInt128(outcome)
    }

    private func identifier(_ records: RawSpan, _ offset: Int) -> UInt128? {
        let value = records.bigEndian128(at: offset)
        return value == 0 ? nil : value
    }
}
