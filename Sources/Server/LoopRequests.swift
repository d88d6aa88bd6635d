import Audit
import Crypto
import Linux
import Vault
import Wire

/// From a request's head to a `Request` for the store's owner; what fails here touches nothing.
extension Loop {
    /// The request's byte count with its body, or nil when the body has not arrived.
    func route(
        _ connection: Connection, _ bytes: Span<UInt8>, _ head: RequestHead
    ) -> Int? {
        switch Router.match(context.surface, head.method, bytes.extracting(head.path)) {
        case .absent:
            return refuse(connection, bytes, head, RefusedRequest(head, .absent, .routeAbsent))
        case .methodNotAllowed(let allowed):
            let problem = Problem(405, "the resource does not know this method")
            let refused = RefusedRequest(head, problem, .methodNotAllowed, allow: allowed)
            return refuse(connection, bytes, head, refused)
        case .found(let route, let parameters):
            return take(connection, bytes, head, route, parameters)
        }
    }

    private func take(
        _ connection: Connection, _ bytes: Span<UInt8>, _ head: RequestHead, _ route: Route,
        _ parameters: [String]
    ) -> Int? {
        let bodyCount: Int
        do {
            bodyCount = try checkFraming(bytes, head, route)
        } catch {
            return refuse(
                connection, bytes, head, RefusedRequest(head, error.problem, error.reason))
        }
        guard bytes.count - head.byteCount >= bodyCount else {
            // Behind answers that wait it is looked at once more, when they are out.
            if connection.heldCount == 0 {
                connection.awaitedByteCount = head.byteCount + bodyCount
            }
            sendContinue(connection, head)
            return nil
        }
        connection.hasContinued = false
        tally.requests += 1
        let end = head.byteCount + bodyCount
        do {
            let body = try readBody(bytes.extracting(head.byteCount..<end), route)
            let request = try makeRequest(connection, bytes, head, route, parameters, body)
            ask(connection, request, isHead: head.method == .head, Persistence(head))
        } catch {
            tell(connection, RefusedRequest(head, error.problem, error.reason))
        }
        return end
    }

    /// Why a request is refused before anybody has looked at its token.
    struct Fault: Error {
        let problem: Problem
        let reason: AuditEvent.Reason

        init(_ status: Int, _ detail: String, _ reason: AuditEvent.Reason = .malformedRequest) {
            problem = Problem(status, detail)
            self.reason = reason
        }
    }

    /// How long the body is; everything that makes that uncertain is refused.
    private func checkFraming(
        _ bytes: Span<UInt8>, _ head: RequestHead, _ route: Route
    ) throws(Fault) -> Int {
        if head.hasTransferEncoding {
            throw Fault(400, "a body here needs a Content-Length, not a Transfer-Encoding")
        }
        let count = head.contentLength ?? 0
        guard count <= context.limits.http.bodyByteCountMax else {
            throw Fault(413, "the body is larger than 131072 bytes", .tooLarge)
        }
        guard count > 0 else { return 0 }
        switch route.body {
        case .none: throw Fault(400, "this route takes no body")
        case .json, .optionalJSON:
            try require(bytes, head, "application/json", "application/merge-patch+json")
        case .form: try require(bytes, head, "application/x-www-form-urlencoded", nil)
        }
        return count
    }

    private func require(
        _ bytes: Span<UInt8>, _ head: RequestHead, _ type: StaticString, _ other: StaticString?
    ) throws(Fault) {
        guard let range = head.contentType else {
            throw Fault(415, "the body needs a Content-Type", .unsupportedMediaType)
        }
        let value = bytes.extracting(range)
        if MediaType.matches(value, type) { return }
        if let other, MediaType.matches(value, other) { return }
        throw Fault(
            415, "the Content-Type is not one that this route takes", .unsupportedMediaType)
    }

    private func readBody(_ bytes: Span<UInt8>, _ route: Route) throws(Fault) -> RequestBody? {
        switch route.body {
        case .none: return nil
        case .form: return RequestBody(bytes: WipedBytes(copying: bytes), json: nil)
        case .optionalJSON where bytes.isEmpty: return nil
        case .json, .optionalJSON:
            do {
                let document = try JSONDocument.parse(bytes, limits: context.limits.json)
                return RequestBody(bytes: WipedBytes(copying: bytes), json: document)
            } catch {
                throw Fault(400, error.detail.description)
            }
        }
    }

    private func makeRequest(
        _ connection: Connection, _ bytes: Span<UInt8>, _ head: RequestHead, _ route: Route,
        _ parameters: [String], _ body: RequestBody?
    ) throws(Fault) -> Request {
        let query = try readQuery(bytes, head, route)
        return Request(
            route, on: context.surface, parameters: parameters, query: query,
            bearer: try detachedBearer(bytes, head), body: body, basic: basic(bytes, head),
            idempotencyKey: try idempotencyKey(bytes, head),
            ifMatch: head.ifMatch.map { text(bytes, $0) }, from: connection.peer,
            remoteAddress: remoteAddress(bytes, head),
            nearestAddress: nearestAddress(bytes, head), id: ids.make(), at: now)
    }

    private func readQuery(
        _ bytes: Span<UInt8>, _ head: RequestHead, _ route: Route
    ) throws(Fault) -> [(name: String, value: String)] {
        guard let range = head.query else { return [] }
        var fields: [(name: String, value: String)] = []
        do {
            var reader = QueryFields(in: range)
            while let (name, value) = try reader.next(bytes) {
                fields.append((name, value))
            }
        } catch {
            throw Fault(400, "the query is malformed")
        }
        for field in fields where !route.queryNames.contains(field.name) {
            throw Fault(400, "the query has a parameter that this route does not know")
        }
        return fields
    }

    private func detachedBearer(
        _ bytes: Span<UInt8>, _ head: RequestHead
    ) throws(Fault) -> PresentedBearer {
        switch bearer(bytes, head) {
        case .absent: return .none
        case .multiple: return .multiple
        case .malformed(let pseudonym): return .malformed(pseudonym: pseudonym)
        case .read:
            do {
                return .token(try presented.detached())
            } catch {
                throw Fault(503, "there is no room at the moment", .secretMemoryExhausted)
            }
        }
    }

    private func basic(_ bytes: Span<UInt8>, _ head: RequestHead) -> BasicCredentials? {
        guard head.authorizationCount == 1, let range = head.authorization else { return nil }
        let value = bytes.extracting(range)
        guard case .basic(let encoded) = AuthorizationField(value) else { return nil }
        return BasicCredentials(WipedBytes(copying: value.extracting(encoded)))
    }

    private func idempotencyKey(
        _ bytes: Span<UInt8>, _ head: RequestHead
    ) throws(Fault) -> String? {
        guard let range = head.idempotencyKey else { return nil }
        guard (1...Limits.idempotencyKeyByteCountMax).contains(range.count) else {
            throw Fault(400, "an Idempotency-Key has 1 to 128 characters")
        }
        return text(bytes, range)
    }

    private func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        var copy: [UInt8] = []
        for index in range { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    private func sendContinue(_ connection: Connection, _ head: RequestHead) {
        guard head.expectsContinue, !connection.hasContinued, connection.output.isEmpty else {
            return
        }
        connection.hasContinued = true
        // A client that does not get it sends its body after a while anyway.
        _ = try? unsafe connection.socket.send(
            Array("HTTP/1.1 100 Continue\r\n\r\n" as StaticString).span.bytes)
    }
}

/// A media type, without regard to case and parameters.
enum MediaType {
    static func matches(_ value: Span<UInt8>, _ type: StaticString) -> Bool {
        let count = type.utf8CodeUnitCount
        guard value.count >= count else { return false }
        let isSame = type.withUTF8Buffer { type in
            for index in 0..<count {
                let byte = value[index]
                let folded = (65...90).contains(byte) ? byte + 32 : byte
                if unsafe folded != type[index] { return false }
            }
            return true
        }
        guard isSame, value.count > count else { return isSame }
        return value[count] == 59 || value[count] == 32
    }
}
