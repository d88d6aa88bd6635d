package import Vault

extension AuditEvent {
    /// Why not. Numbers are part of the format: never changed, never used again.
    package enum Reason: UInt8, CaseIterable, Sendable {
        case none = 0

        // The domain's refusals, one for one.
        case noToken = 1
        case multipleCredentials, malformedToken, unknownToken, wrongSecret, wrongKind, expired
        case revoked, parentDead, ownerGone, integrationDisabled, memberDisabled
        case organizationDisabled
        case wrongPlane = 20
        case insufficientScope, badRequirement, notInjectable, foreign, absent, peerNotAllowed
        case invalidValue = 40
        case nameTaken, inUse, conflict, preconditionFailed, idempotencyMismatch, limitReached
        case tooManyAttempts
        case integrity = 60
        case storeFull, secretMemoryExhausted, storageFailed

        // The request itself; all but the first are refused before the domain is asked.
        case malformedRequest = 80
        case tooLarge, routeAbsent, methodNotAllowed, unsupportedMediaType, timeout
        case tooManyConnections, clientUnauthenticated, replayed
    }
}

extension AuditEvent.Reason {
    /// Every refusal has a reason of its own name; what it carries beside stays out of the log.
    package init(_ refusal: Refusal) {
        switch refusal {
        case .noToken: self = .noToken
        case .multipleCredentials: self = .multipleCredentials
        case .malformedToken: self = .malformedToken
        case .unknownToken: self = .unknownToken
        case .wrongSecret: self = .wrongSecret
        case .wrongKind: self = .wrongKind
        case .expired: self = .expired
        case .revoked: self = .revoked
        case .parentDead: self = .parentDead
        case .ownerGone: self = .ownerGone
        case .integrationDisabled: self = .integrationDisabled
        case .memberDisabled: self = .memberDisabled
        case .organizationDisabled: self = .organizationDisabled
        case .wrongPlane: self = .wrongPlane
        case .insufficientScope: self = .insufficientScope
        case .badRequirement: self = .badRequirement
        case .notInjectable: self = .notInjectable
        case .foreign: self = .foreign
        case .absent: self = .absent
        case .peerNotAllowed: self = .peerNotAllowed
        case .malformedRequest: self = .malformedRequest
        case .invalidValue: self = .invalidValue
        case .nameTaken: self = .nameTaken
        case .inUse: self = .inUse
        case .conflict: self = .conflict
        case .preconditionFailed: self = .preconditionFailed
        case .idempotencyMismatch: self = .idempotencyMismatch
        case .limitReached: self = .limitReached
        case .tooManyAttempts: self = .tooManyAttempts
        case .rateLimited: self = .limitReached
        case .integrity: self = .integrity
        case .storeFull: self = .storeFull
        case .secretMemoryExhausted: self = .secretMemoryExhausted
        case .storageFailed: self = .storageFailed
        }
    }

    /// The name in every export and answer; nil for none.
    package var text: StaticString? {
        switch self {
        case .none: nil
        case .noToken: "no_token"
        case .multipleCredentials: "multiple_credentials"
        case .malformedToken: "malformed_token"
        case .unknownToken: "unknown_token"
        case .wrongSecret: "wrong_secret"
        case .wrongKind: "wrong_kind"
        case .expired: "expired"
        case .revoked: "revoked"
        case .parentDead: "parent_dead"
        case .ownerGone: "owner_gone"
        case .integrationDisabled: "integration_disabled"
        case .memberDisabled: "member_disabled"
        case .organizationDisabled: "organization_disabled"
        case .wrongPlane: "wrong_plane"
        case .insufficientScope: "insufficient_scope"
        case .badRequirement: "bad_requirement"
        case .notInjectable: "not_injectable"
        case .foreign: "foreign"
        case .absent: "absent"
        case .peerNotAllowed: "peer_not_allowed"
        case .invalidValue: "invalid_value"
        case .nameTaken: "name_taken"
        case .inUse: "in_use"
        case .conflict: "conflict"
        case .preconditionFailed: "precondition_failed"
        case .idempotencyMismatch: "idempotency_mismatch"
        case .limitReached: "limit_reached"
        case .tooManyAttempts: "too_many_attempts"
        case .integrity: "integrity"
        case .storeFull: "store_full"
        case .secretMemoryExhausted: "secret_memory_exhausted"
        case .storageFailed: "storage_failed"
        case .malformedRequest: "malformed_request"
        case .tooLarge: "too_large"
        case .routeAbsent: "route_absent"
        case .methodNotAllowed: "method_not_allowed"
        case .unsupportedMediaType: "unsupported_media_type"
        case .timeout: "timeout"
        case .tooManyConnections: "too_many_connections"
        case .clientUnauthenticated: "client_unauthenticated"
        case .replayed: "replayed"
        }
    }

    /// Nil for a name that no reason has.
    package init?(text: String) {
        guard let reason = Self.allCases.first(where: { $0.text?.description == text }) else {
            return nil
        }
        self = reason
    }
}
