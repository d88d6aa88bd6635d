import Crypto

/// All that it takes to open one credential's value: any thread can, and nothing of the vault is
/// touched.
package struct CredentialOpening: Sendable {
    let sealed: SealedCredential
    let place: CredentialPlace
    let pair: OpenKeyPair
    let recording: KeyBox<RecordPurpose>

    /// What is opened, with both layers; in bytes.
    package var byteCount: Int { sealed.bytes.count }

    /// - Throws: `integrity` where the value was not sealed for its place.
    package func opened() throws(Refusal) -> OpenedCredential {
        let context = place.context(keyVersion: sealed.keyVersion, epoch: sealed.epoch)
        let payload: Secret
        do {
            let inner = try unsafe AEAD.open(
                sealed.bytes.span.bytes, context: context, key: recording.key)
            let padded = try inner.withBytes { (bytes) throws(CryptoError) in
                try SealedBox.open(bytes, pair.publicKey, pair.privateKey)
            }
            payload = try Padding.unpadded(padded, block: CredentialPlace.paddingBlock)
        } catch .secretMemoryExhausted {
            throw .secretMemoryExhausted
        } catch {
            throw .integrity(table: "credential")
        }
        return OpenedCredential(
            sealed: sealed, place: place, payload: try CredentialPayload(decoding: payload))
    }
}

/// A credential's value in clear, and what it is the value of; wiped when the last user lets go.
package final class OpenedCredential: Sendable {
    private let sealed: SealedCredential
    private let place: CredentialPlace
    package let payload: CredentialPayload

    init(
        sealed: SealedCredential, place: CredentialPlace, payload: consuming CredentialPayload
    ) {
        self.sealed = sealed
        self.place = place
        self.payload = payload
    }

    /// Whether opening `opening` now would give this.
    func isOf(_ opening: CredentialOpening) -> Bool {
        place == opening.place && sealed == opening.sealed
    }
}
