/// Why the vault says no; for the audit log. What the client is told is one table in the server.
package enum Refusal: Error, Equatable, Sendable {
    // The token.
    case noToken
    case multipleCredentials
    case malformedToken
    case unknownToken
    case wrongSecret
    /// A refresh secret where an access secret belongs, or the other way round.
    case wrongKind
    case expired
    case revoked
    /// An ancestor has ended, or was reset since.
    case parentDead
    /// The account or integration that the token speaks for is gone.
    case ownerGone
    case integrationDisabled
    case memberDisabled
    case organizationDisabled

    // The authority.
    case wrongPlane
    case insufficientScope
    case badRequirement
    case notInjectable
    /// Somebody else's; answered exactly as `absent`.
    case foreign
    case absent
    case peerNotAllowed

    // The request.
    case malformedRequest(StaticText)
    case invalidValue(StaticText)
    case nameTaken
    case inUse
    case conflict(StaticText)
    case preconditionFailed
    case idempotencyMismatch
    case limitReached(StaticText)
    case tooManyAttempts(retryAfterSeconds: Int)
    /// Of the caller's own doing; the sentence names the limit.
    case rateLimited(StaticText, retryAfterSeconds: Int)

    // The vault.
    case integrity(table: String)
    case storeFull
    case secretMemoryExhausted
    /// The device failed: the process must stop.
    case storageFailed(code: Int32)
}

/// A sentence of ours, fixed when the program was built, so that no refusal can echo a caller.
package struct StaticText: Equatable, Sendable, ExpressibleByStringLiteral {
    private let subject: StaticString?
    private let text: StaticString

    package init(stringLiteral value: StaticString) {
        subject = nil
        text = value
    }

    /// About a member or a parameter of a request, by the name that we know it under.
    package init(about subject: StaticString, _ text: StaticString) {
        self.subject = subject
        self.text = text
    }

    package var string: String {
        guard let subject else { return text.description }
        return "\(subject) \(text)"
    }

    package static func == (left: Self, right: Self) -> Bool { left.string == right.string }
}

extension Refusal {
    package init(_ error: StoreError) {
        switch error {
        case .full: self = .storeFull
        case .failed(let code): self = .storageFailed(code: code)
        case .integrity(let table): self = .integrity(table: table)
        case .foreign: self = .storageFailed(code: 0)
        }
    }
}
