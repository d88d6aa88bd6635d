import Audit
package import Vault
import Wire

/// What a client is told: a status, a title and a sentence of ours, never an echo.
package struct Problem: Sendable {
    package let status: Int
    package let title: StaticString
    package let detail: String
    /// The `error` of a `WWW-Authenticate` challenge, where there is one.
    package var challenge: Challenge?
    package var retryAfterSeconds: Int?

    package enum Challenge: Sendable { case plain, invalidToken, insufficientScope }

    init(
        _ status: Int, _ detail: String, challenge: Challenge? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        title = Self.title(status)
        self.detail = detail
        self.challenge = challenge
        self.retryAfterSeconds = retryAfterSeconds
    }

    static func title(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Internal Server Error"
        }
    }

    static let unauthorized = Problem(
        401, "a valid bearer token is needed", challenge: .invalidToken)
    static let absent = Problem(404, "there is nothing here that you may see")
}

/// The error-to-status table; the only one.
extension Problem {
    init(_ refusal: Refusal) {
        switch refusal {
        case .noToken: self = Problem(401, Problem.unauthorized.detail, challenge: .plain)
        case .multipleCredentials, .malformedToken, .unknownToken, .wrongSecret, .wrongKind,
            .expired, .revoked, .parentDead, .ownerGone, .integrationDisabled, .memberDisabled:
            self = .unauthorized
        case .organizationDisabled: self = Problem(402, "the organization is disabled")
        case .wrongPlane, .insufficientScope, .badRequirement, .notInjectable:
            self = Problem(
                403, "the token does not reach this far", challenge: .insufficientScope)
        case .peerNotAllowed: self = Problem(403, "this peer may not use the socket")
        case .foreign, .absent: self = .absent
        case .malformedRequest(let text): self = Problem(400, text.string)
        case .invalidValue(let text): self = Problem(422, text.string)
        case .nameTaken: self = Problem(409, "the name is taken")
        case .inUse:
            self = Problem(
                409, "the secondary was used in the last 10 minutes; force=true removes it")
        case .conflict(let text): self = Problem(409, text.string)
        case .preconditionFailed:
            self = Problem(412, "the object has changed since it was read")
        case .idempotencyMismatch:
            self = Problem(409, "the Idempotency-Key was used with another request")
        case .limitReached(let text): self = Problem(409, text.string)
        case .tooManyAttempts(let seconds):
            self = Problem(
                429, "too many attempts; try again after the time in Retry-After",
                retryAfterSeconds: seconds)
        case .rateLimited(let text, let seconds):
            self = Problem(429, text.string, retryAfterSeconds: seconds)
        case .integrity: self = Problem(503, "the object is damaged and is not served")
        case .storeFull, .secretMemoryExhausted:
            self = Problem(503, "there is no room at the moment", retryAfterSeconds: 1)
        case .storageFailed: self = Problem(503, "the storage failed", retryAfterSeconds: 5)
        }
    }

    /// On the gateway's socket a disabled organization is 403: gateways know no 402.
    static func onGateway(_ refusal: Refusal) -> Problem {
        let problem = Problem(refusal)
        guard problem.status == 402 || problem.status == 404 else { return problem }
        return Problem(403, "the token does not reach this far", challenge: .insufficientScope)
    }

    /// What was released is not there is a 404 of its route; a verification knows none.
    package static func onGateway(_ refusal: Refusal, _ request: Request) -> Problem {
        let isVerification = request.route.kind == .tokenVerify
        if case .rateLimited(let text, let seconds) = refusal, request.limitStatus == 403 {
            return Problem(403, text.string, retryAfterSeconds: seconds)
        }
        if !isVerification, case .absent = refusal { return Problem(refusal) }
        return onGateway(refusal)
    }

    /// One answer for a wrong secret, a disabled one, and a name that is nobody's.
    static func onLogon(_ refusal: Refusal) -> Problem {
        switch refusal {
        case .absent, .wrongSecret, .memberDisabled, .organizationDisabled:
            Problem(401, "the organization, the name or the secret is wrong", challenge: .plain)
        default: Problem(refusal)
        }
    }

    init(_ fault: RequestFault) { self = Problem(fault.status, fault.detail.description) }
}

extension Refusal {
    /// Whether the vault, not the caller, is why.
    var isOurs: Bool {
        switch self {
        case .integrity, .storeFull, .secretMemoryExhausted, .storageFailed: true
        default: false
        }
    }
}
