import Audit
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
        append("Scope", record.scope.text, to: &block)
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
}

/// The 200s of the tokens that a loop has seen lately, by the token's place in a table.
///
/// An answer is rendered once for its token: what is left for a request is a copy, and its own
/// date, id and epoch. Nothing is allocated for it.
struct AllowAnswers {
    private struct Entry {
        private let record: TokenRecord
        private let slot: GenerationSlot
        /// Up to the epoch's digits, with other bytes where date and id belong.
        private let text: [UInt8]
        private let dateStart: Int
        private let idStart: Int

        init(_ record: TokenRecord, _ slot: GenerationSlot = .primary) {
            self.record = record
            self.slot = slot
            var text: [UInt8] = []
            text.reserveCapacity(840)
            text.append(text: "HTTP/1.1 200 OK\r\nDate: " as StaticString)
            dateStart = text.count
            text.append(contentsOf: repeatElement(32, count: DateField.byteCount))
            text.append(
                text: "\r\nContent-Length: 0\r\nCache-Control: no-store\r\nX-Request-Id: "
                    as StaticString)
            RequestID.append(0, to: &text)
            idStart = text.count - Base62.width16
            text.append(text: "\r\n" as StaticString)
            text.append(contentsOf: AllowHeaders.block(record, slot))
            text.append(text: "X-Strongroom-Epoch: " as StaticString)
            self.text = text
        }

        func isOf(_ record: TokenRecord, _ slot: GenerationSlot) -> Bool {
            self.record === record && self.slot == slot
        }

        func append(requestID: UInt128, date: Span<UInt8>, to output: inout [UInt8]) {
            let start = output.count
            output.append(contentsOf: text)
            var target = output.mutableSpan
            for index in date.indices { target[start + dateStart + index] = date[index] }
            Base62.write(
                requestID, width: Base62.width16, to: &target, at: start + idStart)
        }
    }

    private static let entryCount = 1024

    /// One for nobody where no token's is.
    private var entries: [Entry]
    private let empty: Entry

    init(nobody: TokenRecord) {
        empty = Entry(nobody)
        entries = Array(repeating: empty, count: Self.entryCount)
    }

    /// Appends the whole answer.
    ///
    /// - Parameter date: `DateField.byteCount` bytes.
    mutating func append(
        _ record: TokenRecord, _ slot: GenerationSlot, epoch: UInt64, requestID: UInt128,
        _ persistence: Persistence, date: Span<UInt8>, to output: inout [UInt8]
    ) {
        let place = Int(truncatingIfNeeded: record.selector.number) & (Self.entryCount - 1)
        if !entries.span[place].isOf(record, slot) { entries[place] = Entry(record, slot) }
        entries.span[place].append(requestID: requestID, date: date, to: &output)
        output.append(decimal: epoch)
        output.append(text: "\r\n" as StaticString)
        persistence.append(to: &output)
        output.append(text: "\r\n" as StaticString)
    }

    /// Lets go of records that the vault may have dropped.
    mutating func clear() {
        for index in entries.indices { entries[index] = empty }
    }
}
