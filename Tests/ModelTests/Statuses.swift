import Vault

/// The status that each refusal has on the API (1.5 of the product's page).
extension Driver {
    func status(of refusal: Refusal, _ request: Request) throws -> Int {
        let status = try status(of: refusal)
        switch request {
        case .verify: return status == 402 ? 403 : status
        case .logOn: return [402, 404].contains(status) ? 401 : status
        // RFC 7009: an unknown secret is as good as revoked.
        case .revoke: return 200
        default: return status
        }
    }

    /// - Throws: what no request may ever run into.
    private func status(of refusal: Refusal) throws(Refusal) -> Int {
        switch refusal {
        case .noToken, .multipleCredentials, .malformedToken, .unknownToken, .wrongSecret,
            .wrongKind, .expired, .revoked, .parentDead, .ownerGone, .integrationDisabled,
            .memberDisabled:
            401
        case .organizationDisabled: 402
        case .wrongPlane, .insufficientScope, .badRequirement, .notInjectable, .peerNotAllowed: 403
        case .foreign, .absent: 404
        case .nameTaken, .inUse, .conflict, .idempotencyMismatch, .limitReached: 409
        case .invalidValue: 422
        case .malformedRequest, .preconditionFailed, .tooManyAttempts, .rateLimited, .integrity,
            .storeFull, .secretMemoryExhausted, .storageFailed:
            throw refusal
        }
    }
}
