package import Crypto
package import Linux
package import Vault
package import Wire

/// What a request showed as its credential.
package enum PresentedBearer: Sendable {
    case none
    case multiple
    /// Not a token's text; the pseudonym recognizes it in the log without keeping it.
    case malformed(pseudonym: UInt64)
    case token(DetachedToken)
}

/// The bytes of a body, wiped when the request is over, and their parsed form.
package final class RequestBody: Sendable {
    package let bytes: WipedBytes
    package let json: JSONDocument?

    package init(bytes: consuming WipedBytes, json: JSONDocument?) {
        self.bytes = bytes
        self.json = json
    }
}

/// A request that needs the store's owner: parsed and bounded, nothing believed yet.
package struct Request: Sendable {
    package let surface: Surface
    package let route: Route
    /// What stood in the variable parts of the path, in order.
    package let parameters: [String]
    package let query: [(name: String, value: String)]
    package let bearer: PresentedBearer
    package let requirement: Requirement?
    package let limitStatus: Int
    package let body: RequestBody?
    package let basic: BasicCredentials?
    package let idempotencyKey: String?
    package let ifMatch: String?
    package let peer: PeerCredentials
    /// The client's as it is forwarded, for the log; 0 when the gateway did not say.
    package let remoteAddress: UInt128
    /// As the nearest proxy has it, which a client does not choose; 0 when it did not say.
    package let nearestAddress: UInt128
    package let id: UInt128
    package let receivedAt: Instant

    /// What is not given did not come with it.
    package init(
        _ route: Route, on surface: Surface, parameters: [String] = [],
        query: [(name: String, value: String)] = [], bearer: PresentedBearer = .none,
        requirement: Requirement? = nil, limitStatus: Int = 429, body: RequestBody? = nil,
        basic: BasicCredentials? = nil, idempotencyKey: String? = nil, ifMatch: String? = nil,
        from peer: PeerCredentials, remoteAddress: UInt128 = 0, nearestAddress: UInt128 = 0,
        id: UInt128, at receivedAt: Instant
    ) {
        self.surface = surface
        self.route = route
        self.parameters = parameters
        self.query = query
        self.bearer = bearer
        self.requirement = requirement
        self.limitStatus = limitStatus
        self.body = body
        self.basic = basic
        self.idempotencyKey = idempotencyKey
        self.ifMatch = ifMatch
        self.peer = peer
        self.remoteAddress = remoteAddress
        self.nearestAddress = nearestAddress
        self.id = id
        self.receivedAt = receivedAt
    }
}

/// A client's own credentials at the introspection route; the secret is wiped with the request.
package final class BasicCredentials: Sendable {
    package let encoded: WipedBytes

    init(_ encoded: consuming WipedBytes) { self.encoded = encoded }
}

/// Random as a whole, drawn for many requests with one system call: askers see the ids of their
/// requests, and from two that were counted they would know how many others came in between.
struct RequestIDSource {
    private static let drawCount = 64

    private let entropy: any Entropy
    private var drawn: [UInt128] = []

    init(entropy: any Entropy) {
        self.entropy = entropy
        drawn.reserveCapacity(Self.drawCount)
    }

    mutating func make() -> UInt128 {
        if drawn.isEmpty { draw() }
        return drawn.removeLast()
    }

    private mutating func draw() {
        var bytes = [UInt8](repeating: 0, count: 16 * Self.drawCount)
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        entropy.fill(&raw)
        for index in 0..<Self.drawCount {
            let id = bytes[16 * index..<16 * index + 16].reduce(UInt128(0)) {
                $0 << 8 | UInt128($1)
            }
            // Zero stands for "absent" in records.
            drawn.append(max(1, id))
        }
    }
}
