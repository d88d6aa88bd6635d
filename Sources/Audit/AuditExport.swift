import Crypto
import Vault
import Wire

/// Events as text that other programs read: JSON lines and CSV, the same fields in the same order.
///
/// Every value is a number, an identifier or a word of ours, so that nothing needs escaping.
package enum AuditExport {
    /// The header line of the table, with its newline.
    package static func appendCSVHeader(to text: inout [UInt8]) {
        let names = columns.map { String($0.map { $0 == "." ? "_" : $0 }) }
        text.append(contentsOf: names.joined(separator: ",").utf8)
        text.append(UInt8(ascii: "\n"))
    }

    /// Where the values of the columns stand in an event's JSON; a dot leads into an object.
    package static let columns = AuditField.allCases.map(\.path)

    /// One row and its newline; absent values are empty.
    package static func appendCSV(_ entry: AuditEntry, to text: inout [UInt8]) {
        for field in AuditField.allCases {
            if field != .sequence { text.append(UInt8(ascii: ",")) }
            field.append(entry, to: &text)
        }
        text.append(UInt8(ascii: "\n"))
    }

    /// One JSON object, without a newline; absent values are null.
    package static func appendJSON(_ entry: AuditEntry, to text: inout [UInt8]) {
        for field in AuditField.allCases {
            text.append(field.jsonLead)
            let start = text.count
            field.append(entry, to: &text)
            if text.count == start {
                text.append("null")
            } else if !field.isNumber {
                text.insert(UInt8(ascii: "\""), at: start)
                text.append(UInt8(ascii: "\""))
            }
        }
        text.append("}")
    }

    /// One JSON object and a newline.
    package static func appendJSONLine(_ entry: AuditEntry, to text: inout [UInt8]) {
        appendJSON(entry, to: &text)
        text.append(UInt8(ascii: "\n"))
    }
}

/// The members of an exported event, in order.
private enum AuditField: CaseIterable {
    case sequence, time, event, outcome, reason, organization, account, integration, token
    case generation, object, peerUID, peerPID, remoteAddress, requestID

    var isNumber: Bool { self == .sequence || self == .peerUID || self == .peerPID }

    var path: String {
        switch self {
        case .sequence: "seq"
        case .time: "time"
        case .event: "event"
        case .outcome: "outcome"
        case .reason: "reason"
        case .organization: "organization_id"
        case .account: "account_id"
        case .integration: "integration_id"
        case .token: "token_id"
        case .generation: "generation"
        case .object: "object_id"
        case .peerUID: "peer.uid"
        case .peerPID: "peer.pid"
        case .remoteAddress: "remote_addr"
        case .requestID: "request_id"
        }
    }

    /// What stands in front of the value.
    var jsonLead: StaticString {
        switch self {
        case .sequence: #"{"seq":"#
        case .time: #","time":"#
        case .event: #","event":"#
        case .outcome: #","outcome":"#
        case .reason: #","reason":"#
        case .organization: #","organization_id":"#
        case .account: #","account_id":"#
        case .integration: #","integration_id":"#
        case .token: #","token_id":"#
        case .generation: #","generation":"#
        case .object: #","object_id":"#
        case .peerUID: #","peer":{"uid":"#
        case .peerPID: #","pid":"#
        case .remoteAddress: #"},"remote_addr":"#
        case .requestID: #","request_id":"#
        }
    }

    /// The value without quotes; nothing where it is absent.
    func append(_ entry: AuditEntry, to text: inout [UInt8]) {
        let event = entry.event
        switch self {
        case .sequence: text.append(contentsOf: String(entry.sequence).utf8)
        case .time: Timestamp.append(microseconds: event.time.microseconds, to: &text)
        case .event: text.append(event.kind.text)
        case .outcome: text.append(event.outcome.text)
        case .reason: if let reason = event.reason.text { text.append(reason) }
        case .organization: append(event.organization, to: &text)
        case .account: append(event.account, to: &text)
        case .integration: append(event.integration, to: &text)
        case .token: append(event.token, to: &text)
        case .generation:
            if let slot = event.generation { text.append(slot.text) }
        case .object:
            if let kind = event.objectKind { IdentifierText.append(kind, event.object, to: &text) }
        case .peerUID: text.append(contentsOf: String(event.peerUID).utf8)
        case .peerPID: text.append(contentsOf: String(event.peerPID).utf8)
        case .remoteAddress:
            if event.remoteAddress != 0 {
                NetworkAddress(event.remoteAddress).append(to: &text)
            }
        case .requestID:
            if event.requestID != 0 { RequestID.append(event.requestID, to: &text) }
        }
    }

    private func append<K>(_ id: Identifier<K>?, to text: inout [UInt8]) {
        if let id { IdentifierText.append(K.kind, id.value, to: &text) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        append(contentsOf: [UInt8](text))
    }
}
