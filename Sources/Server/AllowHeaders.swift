import Crypto
import Vault
import Wire

/// The identity headers of a 200 (2-gateways, rule 5): never empty, ASCII, no commas.
enum AllowHeaders {
    static func block(_ record: TokenRecord, _ slot: GenerationSlot) -> [UInt8] {
        var block: [UInt8] = []
        block.reserveCapacity(640)
        append("Organization", record.organization.text, to: &block)
        append("Account", record.account?.id.text ?? "-", to: &block)
        append("Integration", record.integration?.id.text ?? "-", to: &block)
        append("Token", record.token.text, to: &block)
        append("Level", record.level.text, to: &block)
        append("Scope", record.permissions.scope, to: &block)
        append("Connector", record.integration?.connector.text ?? "-", to: &block)
        append("Provider", record.provider?.text ?? "-", to: &block)
        append(
            "Expires", Timestamp.text(microseconds: record.expires(slot).microseconds), to: &block)
        return block
    }

    private static func append(_ name: StaticString, _ value: String, to block: inout [UInt8]) {
        block.append(text: "X-Strongroom-" as StaticString)
        block.append(text: name)
        block.append(text: ": " as StaticString)
        block.append(text: value)
        block.append(text: "\r\n" as StaticString)
    }

    /// The whole answer, but for the identity block that `identity` brings.
    static func appendAllow(
        identity: [UInt8], epoch: UInt64, requestID: UInt128, _ persistence: Persistence,
        date: Span<UInt8>, to output: inout [UInt8]
    ) {
        output.append(text: "HTTP/1.1 200 OK\r\nDate: " as StaticString)
        for index in date.indices { output.append(date[index]) }
        output.append(
            text: "\r\nContent-Length: 0\r\nCache-Control: no-store\r\nX-Request-Id: "
                as StaticString)
        RequestID.append(requestID, to: &output)
        output.append(text: "\r\nX-Strongroom-Epoch: " as StaticString)
        output.append(decimal: epoch)
        output.append(text: "\r\n" as StaticString)
        output.append(contentsOf: identity)
        persistence.append(to: &output)
        output.append(text: "\r\n" as StaticString)
    }
}

extension [UInt8] {
    mutating func append(decimal number: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 48)
        var rest = number
        var start = 20
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 48
            rest /= 10
        } while rest > 0
        for index in start..<20 { append(digits[index]) }
    }
}

/// Identity blocks of the tokens that a loop has seen lately, by the token's place in a table.
struct IdentityCache {
    private struct Entry {
        let record: TokenRecord
        let slot: GenerationSlot
        let block: [UInt8]
    }

    private var entries = [Entry?](repeating: nil, count: 1024)

    mutating func block(_ record: TokenRecord, _ slot: GenerationSlot) -> [UInt8] {
        let place = Int(truncatingIfNeeded: record.selector.number & 1023)
        if let entry = entries[place], entry.record === record, entry.slot == slot {
            return entry.block
        }
        let block = AllowHeaders.block(record, slot)
        entries[place] = Entry(record: record, slot: slot, block: block)
        return block
    }

    /// Lets go of records that the vault may have dropped.
    mutating func clear() {
        for index in entries.indices { entries[index] = nil }
    }
}
