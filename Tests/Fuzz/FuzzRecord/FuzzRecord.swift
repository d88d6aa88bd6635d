import Audit

/// Audit records and checkpoints: what is read has no second form.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    // The bytes of an array, as plain as they come.
    if let entry = AuditRecord.decode(unsafe input.span.bytes) {
        var record: [UInt8] = []
        AuditRecord.append(entry.event, to: &record)
        AuditRecord.stamp(
            &record, at: 0, sequence: entry.sequence, generation: entry.generation)
        precondition(record == input, "a record has two forms")
    }
    if let checkpoint = Checkpoint(text: input) {
        precondition(checkpoint.text == input, "a checkpoint has two forms")
    }
    _ = SignedNote(input)
    if let key = VerifierKey(text: String(decoding: input, as: UTF8.self)) {
        precondition(Array(key.text.utf8) == input, "a verifier key has two forms")
    }
    return 0
}
