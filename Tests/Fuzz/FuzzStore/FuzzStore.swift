import Crypto
import Store
import Vault

/// Values of columns, and the small files beside the database: whatever the bytes are, they are
/// refused, or are what would be written for the value that was read.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    checkColumns(input)
    checkCredential(input)
    checkAnchor(input)
    if let key = MasterKeyText.decoded(input) {
        precondition(key.count == 32, "a master key of another length")
    }
    return 0
}

private func checkColumns(_ input: [UInt8]) {
    let forms = [
        TextList.decoded(input).map(TextList.encoded),
        ResourcesCode.decoded(input).map(ResourcesCode.encoded),
        ProviderRulesCode.decoded(input).map(ProviderRulesCode.encoded),
        RoleList.decoded(input).map(RoleList.encoded),
        MarkList.decoded(input).map(MarkList.encoded),
    ]
    for form in forms {
        precondition(form == nil || form == input, "a value has two forms")
    }
}

/// A payload as it is when its seals were opened: its parts are all that it has.
private func checkCredential(_ input: [UInt8]) {
    // No locked memory left is no fault of the input.
    guard !input.isEmpty, let secret = try? unsafe Secret(copying: input.span.bytes),
        let payload = try? CredentialPayload(decoding: secret)
    else { return }
    var byteCount = 1
    payload.forEachField { _, bytes in
        byteCount += CredentialPayload.fieldOverhead + bytes.byteCount
    }
    precondition(byteCount == input.count, "a payload has bytes that are no part's")
}

private let ring = try? KeyRing.generate(entropy: Ones(), at: Instant(microseconds: 0))

private func checkAnchor(_ input: [UInt8]) {
    guard let ring else { preconditionFailure("there is no locked memory for a ring") }
    let room = [UInt8](repeating: 0, count: 2 * AnchorSlot.byteCount)
    let content = Array((input + room).prefix(room.count))
    for place in 0..<2 {
        precondition(
            AnchorSlot(content, place: place, ring: ring) == nil, "a mark that nobody has made")
    }
    var reader = ByteReader(input)
    guard let turn = reader.uint64(), let generation = reader.uint64(),
        let epoch = reader.uint64(), let recordCount = reader.uint64()
    else { return }
    let mark = HighWaterMark(generation: generation, epoch: epoch, recordCount: recordCount)
    checkAgain(AnchorSlot(turn: turn, mark: mark), mark, ring)
}

/// What was written is read at its own place only.
private func checkAgain(_ slot: AnchorSlot, _ mark: HighWaterMark, _ ring: KeyRing) {
    let written = slot.encoded(ring)
    let again = AnchorSlot(written + written, place: slot.place, ring: ring)
    precondition(again?.mark == mark, "a mark did not come back")
    let elsewhere = AnchorSlot(written + written, place: 1 - slot.place, ring: ring)
    precondition(elsewhere == nil, "a mark is read at the other's place")
}

/// Keys that are the same in every run, so that an input can be tried again.
private struct Ones: Entropy {
    func fill(_ bytes: inout MutableRawSpan) {
        for index in 0..<bytes.byteCount { bytes.setByte(1, at: index) }
    }
}
