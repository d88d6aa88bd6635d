package import Audit
package import Vault
package import Wire

/// What proves the right to a route.
package enum Access: Sendable {
    /// `authorize` decides; the handler's answer needs the grant that it made.
    case operation(Operation)
    /// The secret in the request itself, or the gateway's place at its socket.
    case protocolOwn
}

/// How a route's body is read.
package enum BodyForm: Sendable { case none, json, optionalJSON, form }

/// One route: who may, what is recorded, what runs.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Call) throws(Refusal) -> Reply

    package let method: HTTPMethod
    /// Segments in braces are variable.
    package let pattern: String
    package let surfaces: [Surface]
    package let access: Access
    package let kind: AuditEvent.Kind
    package let body: BodyForm
    /// Query parameters that the route knows; any other is refused.
    package let queryNames: Set<String>
    /// Whether a call that succeeds is on the log; the product names the two that are not.
    package let isRecorded: Bool
    package let handler: Handler
    let segments: [Segment]
    /// Whether it is the gateway's question about one token.
    let isVerification: Bool

    enum Segment: Sendable {
        case fixed([UInt8])
        case variable
    }

    package init(
        _ method: HTTPMethod, _ pattern: String, on surfaces: [Surface], _ access: Access,
        _ kind: AuditEvent.Kind, body: BodyForm = .none, query: Set<String> = [],
        isRecorded: Bool = true, _ handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.surfaces = surfaces
        self.access = access
        self.kind = kind
        self.body = body
        queryNames = query
        self.isRecorded = isRecorded
        self.handler = handler
        isVerification = kind == .tokenVerify && body == .none
        segments = pattern.split(separator: "/").map { part in
            part.hasPrefix("{") ? .variable : .fixed(Array(part.utf8))
        }
    }
}

extension Route {
    /// One of the API for administrators: a token that has the permission may, at either socket.
    static func management(
        _ method: HTTPMethod, _ pattern: String, _ permission: Permission,
        _ kind: AuditEvent.Kind, holderMay: Bool = false, refreshSecretMay: Bool = false,
        body: BodyForm = .none, query: Set<String> = [], _ handler: @escaping Handler
    ) -> Route {
        let operation = Operation.management(
            permission, holderMay: holderMay, refreshSecretMay: refreshSecretMay)
        return Route(
            method, pattern, on: [.admin, .management], .operation(operation), kind, body: body,
            query: query, handler)
    }
}

/// Finds the route of a request: the whole privilege of the daemon is one table.
package enum Router {
    /// Every route of every socket.
    package static let table: [Route] =
        GatewayRoutes.table + OperatorRoutes.table + AuditRoutes.table + OrganizationRoutes.table
        + AccountRoutes.table + IntegrationRoutes.table + IntegrationPointRoutes.table
        + CredentialRoutes.table + TokenRoutes.table + CatalogueRoutes.table
        + MemberRoutes.table + RoleRoutes.table + SessionRoutes.table

    /// Forward authentication is matched before the table is looked at: it takes any method and
    /// any path below its own.
    package static let verify = GatewayRoutes.verify

    enum Match {
        case found(Route, parameters: [String])
        case methodNotAllowed([HTTPMethod])
        case absent
    }

    /// `/v1/verify` and everything below it, whatever the method.
    static func isVerify(_ path: Span<UInt8>) -> Bool {
        let prefix: StaticString = "/v1/verify"
        guard path.count >= prefix.utf8CodeUnitCount else { return false }
        let isPrefixed = prefix.withUTF8Buffer { prefix in
            for index in 0..<prefix.count where unsafe path[index] != prefix[index] { return false }
            return true
        }
        return isPrefixed && (path.count == 10 || path[10] == 47)
    }

    static func match(_ surface: Surface, _ method: HTTPMethod, _ path: Span<UInt8>) -> Match {
        guard let parts = split(path) else { return .absent }
        var allowed: [HTTPMethod] = []
        for route in table where route.surfaces.contains(surface) {
            guard let parameters = parameters(route, parts) else { continue }
            // What GET gives, HEAD gives without the body.
            if route.method == method || (method == .head && route.method == .get) {
                return .found(route, parameters: parameters)
            }
            allowed.append(route.method)
        }
        return allowed.isEmpty ? .absent : .methodNotAllowed(allowed)
    }

    /// Nil for a path that no route can have.
    private static func split(_ path: Span<UInt8>) -> [[UInt8]]? {
        guard isPlausible(path) else { return nil }
        var parts: [[UInt8]] = []
        for index in path.indices {
            let byte = path[index]
            if byte == 47 { parts.append([]) } else { parts[parts.count - 1].append(byte) }
        }
        return parts
    }

    /// No empty part, none longer than a name, and only bytes that names and ids hold.
    ///
    /// Looked at before it is copied: a token that somebody put there must not stay in memory.
    private static func isPlausible(_ path: Span<UInt8>) -> Bool {
        guard path.count > 1, path[0] == 47 else { return false }
        var byteCount = 0
        for index in 1..<path.count {
            let byte = path[index]
            guard byte == 47 ? byteCount > 0 : isPathByte(byte) else { return false }
            byteCount = byte == 47 ? 0 : byteCount + 1
            guard byteCount <= Name.characterCountMax else { return false }
        }
        return byteCount > 0
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 95: true
        default: false
        }
    }

    private static func parameters(_ route: Route, _ parts: [[UInt8]]) -> [String]? {
        guard route.segments.count == parts.count else { return nil }
        var parameters: [String] = []
        for (segment, part) in zip(route.segments, parts) {
            switch segment {
            case .fixed(let wanted):
                guard wanted == part else { return nil }
            case .variable: parameters.append(String(decoding: part, as: UTF8.self))
            }
        }
        return parameters
    }
}
