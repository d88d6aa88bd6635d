import Crypto
import Vault

/// Key rings: the header that anybody can write, and the content under a key of the fuzzer's own.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let header = try? KeyRingFile.header(of: input) {
        // Another key's ring: a fault, whatever the header says.
        guard let master = try? unsafe Key<MasterPurpose>(copying: [UInt8](0..<32).span.bytes)
        else { return 0 }
        _ = try? KeyRingFile.open(header, with: master)
    }
    // No locked memory left is no fault of the input.
    guard count > 0, let content = try? unsafe Secret(copying: input.span.bytes) else { return 0 }
    if let ring = try? KeyRingContent.decoded(content, vault: 1) {
        checkAgain(ring)
    }
    return 0
}

/// What was read is written to a content that reads as the same.
private func checkAgain(_ ring: KeyRing) {
    guard let written = try? KeyRingContent.encoded(ring) else { return }
    guard let again = try? KeyRingContent.decoded(written, vault: 1) else {
        preconditionFailure("what was accepted is refused when it is written again")
    }
    precondition(again.epoch == ring.epoch, "the epoch has changed")
}
