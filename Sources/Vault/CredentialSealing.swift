package import Crypto

/// The path of a credential value: what its ciphertext is bound to.
struct CredentialPlace: Equatable {
    let owner: KeyOwner
    let holder: CredentialOwner
    let credential: CredentialID
    let version: UInt64

    /// Padding hides the length, and with it the provider, from whoever holds the database.
    static let paddingBlock = 256

    func context(keyVersion: UInt32, epoch: UInt32) -> Context {
        var context = Context("strongroom/credential/v1")
        context.append(owner.organization.value)
        context.append(owner.account?.value ?? 0)
        context.append(UInt64(holder.kind.rawValue))
        context.append(holder.value)
        context.append(credential.value)
        context.append(version)
        context.append(UInt64(keyVersion))
        context.append(UInt64(epoch))
        context.append("live")
        context.append("x25519-sealedbox+xchacha20poly1305")
        return context
    }
}

/// Sealing and opening credential values: a sealed box to the owner's key, inside an outer layer
/// that only the vault can make and that fits one place only.
extension Vault {
    func seal(
        _ payload: borrowing CredentialPayload, at place: CredentialPlace
    ) throws(Refusal) -> SealedCredential {
        // The row was authenticated by the store before its public key is believed.
        let pair = try newestKeyPair(of: place.owner)
        let context = place.context(keyVersion: pair.version, epoch: ring.epoch)
        do {
            let padded = try payload.encoded.withBytes { (bytes) throws(CryptoError) in
                try Padding.padded(bytes, block: CredentialPlace.paddingBlock)
            }
            let inner = try padded.withBytes { (bytes) throws(CryptoError) in
                try SealedBox.seal(bytes, to: pair.publicKey)
            }
            let outer = try unsafe AEAD.seal(
                inner.span.bytes, context: context, key: ring.recording.newest.key,
                entropy: entropy)
            return SealedCredential(keyVersion: pair.version, epoch: ring.epoch, bytes: outer)
        } catch {
            throw Refusal(error)
        }
    }

    /// All that it takes to open a value for a place that the *request* named; a row from elsewhere
    /// does not fit.
    func opening(
        _ sealed: SealedCredential, at place: CredentialPlace
    ) throws(Refusal) -> CredentialOpening {
        let pair = try openKeyPair(of: place.owner, version: sealed.keyVersion)
        guard let recording = ring.recording[sealed.epoch] else {
            throw .integrity(table: "credential")
        }
        return CredentialOpening(sealed: sealed, place: place, pair: pair, recording: recording)
    }

    /// Opens what a sender sealed to the account's public key; the sender may have got it wrong.
    package func openSenderSealed(
        _ value: RawSpan, keyID: UInt128, owner: KeyOwner
    ) throws(Refusal) -> Secret {
        let newest = try newestKeyPair(of: owner)
        guard newest.id == keyID else {
            throw .invalidValue("key_id is not the account's current sealing key")
        }
        let pair = try openKeyPair(of: owner, version: newest.version)
        do {
            return try SealedBox.open(value, pair.publicKey, pair.privateKey)
        } catch .secretMemoryExhausted {
            throw .secretMemoryExhausted
        } catch {
            throw .invalidValue("encrypted_value is not sealed to the account's sealing key")
        }
    }
}
