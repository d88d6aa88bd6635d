/// What a key is for; one key, one purpose, told apart by type.
package protocol KeyPurpose: Sendable {}

/// From the unseal provider; only derives.
package enum MasterPurpose: KeyPurpose {}
/// Seals the key ring file.
package enum RingPurpose: KeyPurpose {}
/// Wraps account private keys.
package enum WrapPurpose: KeyPurpose {}
/// The outer layer of credentials.
package enum RecordPurpose: KeyPurpose {}
/// Keyed hashes of token secrets.
package enum TokenPurpose: KeyPurpose {}
/// MACs of rows.
package enum RowPurpose: KeyPurpose {}
/// Names and seals remembered answers.
package enum IdempotencyPurpose: KeyPurpose {}
/// Pseudonyms of unknown tokens in the audit log.
package enum PseudonymPurpose: KeyPurpose {}
/// Seed of the audit log's Ed25519 key.
package enum AuditSigningPurpose: KeyPurpose {}

/// A 32-byte key of one purpose.
package struct Key<Purpose: KeyPurpose>: ~Copyable, Sendable {
    package static var byteCount: Int { 32 }

    private let secret: Secret

    package init(_ secret: consuming Secret) throws(CryptoError) {
        guard secret.byteCount == Self.byteCount else { throw .malformed }
        self.secret = secret
    }

    package init(copying bytes: RawSpan) throws(CryptoError) {
        try self.init(try Secret(copying: bytes))
    }

    package static func generate(_ entropy: some Entropy) throws(CryptoError) -> Key {
        try Key(try Secret.random(byteCount: byteCount, from: entropy))
    }

    package borrowing func withBytes<R: ~Copyable, E>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try secret.withBytes(body)
    }

    /// Keyed BLAKE2b-256 of a context.
    package borrowing func mac(_ context: Context) -> MAC {
        secret.withBytes { key in unsafe MAC.of(context.bytes.span.bytes, key: key) }
    }

    /// A key of another purpose; the context's label names it.
    package borrowing func derive<Other: KeyPurpose>(
        _ purpose: Other.Type, context: Context
    ) throws(CryptoError) -> Key<Other> {
        // Written where it will stay: no copy of the new key is left on the stack.
        let derived = try Secret(byteCount: Self.byteCount) { target in
            secret.withBytes { key in
                unsafe MAC.write(context.bytes.span.bytes, key: key, to: &target)
            }
        }
        return try Key<Other>(derived)
    }

    /// The MAC of `context` with one more field, which may hold a secret and is wiped.
    package borrowing func mac(_ context: Context, withSecret field: RawSpan) -> MAC {
        var message = WipedBytes(capacity: context.bytes.count + 4 + field.byteCount)
        message.append(context.bytes.span)
        for shift in [24, 16, 8, 0] {
            message.append(UInt8(truncatingIfNeeded: field.byteCount >> shift))
        }
        for index in field.byteOffsets { message.append(field.byte(at: index)) }
        return message.withSpan { message in
            secret.withBytes { key in unsafe MAC.of(message.bytes, key: key) }
        }
    }
}

/// Finds a token's row; 12 random bytes of its text.
package struct SelectorBytes: Hashable, Sendable {
    private let high: UInt32
    private let low: UInt64

    /// The low 96 bits of `number`.
    package init(_ number: UInt128) {
        high = UInt32(truncatingIfNeeded: number >> 64)
        low = UInt64(truncatingIfNeeded: number)
    }

    package var number: UInt128 { UInt128(high) << 64 | UInt128(low) }
}

extension Key where Purpose == TokenPurpose {
    /// The keyed hash that stands for a token's secret at rest.
    ///
    /// The context `strongroom/token/v1` over (kind, organization, account, integration, selector,
    /// secret), built in place: this runs for every verification.
    package borrowing func verifier(
        kind: UInt8, organization: UInt128, account: UInt128, integration: UInt128,
        selector: SelectorBytes, secret: RawSpan
    ) -> MAC {
        precondition(secret.byteCount == 32, "a token secret has 32 bytes")
        var message = InlineArray<147, UInt8>(repeating: 0)
        var span = message.mutableSpan
        var raw = unsafe span.mutableBytes
        var offset = 0
        raw.put(TokenLabel.bytes, &offset)
        raw.put(UInt64(kind), &offset)
        raw.put(organization, &offset)
        raw.put(account, &offset)
        raw.put(integration, &offset)
        raw.put(length: 12, &offset)
        raw.setByte(UInt8(truncatingIfNeeded: selector.number >> 88), at: offset)
        raw.setByte(UInt8(truncatingIfNeeded: selector.number >> 80), at: offset + 1)
        raw.setByte(UInt8(truncatingIfNeeded: selector.number >> 72), at: offset + 2)
        raw.setByte(UInt8(truncatingIfNeeded: selector.number >> 64), at: offset + 3)
        raw.setBigEndian(UInt64(truncatingIfNeeded: selector.number), at: offset + 4)
        offset += 12
        raw.put(length: 32, &offset)
        raw.copy(secret, to: offset)
        let mac = withBytes { key in unsafe MAC.of(message.span.bytes, key: key) }
        Wiping.wipe(&message)
        return mac
    }
}

private enum TokenLabel {
    static let bytes = Array("strongroom/token/v1" as StaticString)
}

extension MutableRawSpan {
    fileprivate mutating func put(length: UInt32, _ offset: inout Int) {
        storeBytes(of: length.bigEndian, toByteOffset: offset, as: UInt32.self)
        offset += 4
    }

    fileprivate mutating func put(_ field: [UInt8], _ offset: inout Int) {
        put(length: UInt32(field.count), &offset)
        unsafe copy(field.span.bytes, to: offset)
        offset += field.count
    }

    fileprivate mutating func put(_ field: UInt64, _ offset: inout Int) {
        put(length: 8, &offset)
        setBigEndian(field, at: offset)
        offset += 8
    }

    fileprivate mutating func put(_ field: UInt128, _ offset: inout Int) {
        put(length: 16, &offset)
        setBigEndian(UInt64(truncatingIfNeeded: field >> 64), at: offset)
        setBigEndian(UInt64(truncatingIfNeeded: field), at: offset + 8)
        offset += 16
    }
}

extension Key where Purpose == PseudonymPurpose {
    /// Eight bytes by which the same unknown token can be recognized, and nothing else.
    package borrowing func pseudonym(_ text: RawSpan) -> UInt64 {
        withBytes { key in MAC.of(text, key: key) }.first64
    }
}
