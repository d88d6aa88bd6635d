/// The vault's own limits, in one place.
package enum Limits {
    /// A mint or rotation repeated within this time gets the same answer.
    package static let idempotencyWindow = TimeSpan.minutes(10)
    /// A secondary used this recently is not removed without force.
    package static let recentUse = TimeSpan.minutes(10)
    /// Ancestors a token may have; delegation is for steps, not for chains.
    package static let lineageDepthMax = 8
    package static let rolesPerMemberMax = 16
    package static let labelCountMax = 32
    package static let labelByteCountMax = 64
    package static let contactByteCountMax = 256
    package static let providerConfigByteCountMax = 16 * 1024
    package static let credentialByteCountMax = 64 * 1024
    package static let idempotencyKeyByteCountMax = 128
    package static let listMax = 1000
    /// Unwrapped account keys kept in locked memory.
    package static let openKeyPairsMax = 256
    /// Epochs whose changes are remembered at least, for gateways that keep answers.
    package static let revocationsMax = 4096
}
