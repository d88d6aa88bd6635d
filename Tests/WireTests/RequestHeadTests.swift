import Testing
import Wire

struct RequestHeadTests {
    static let refusedRequestLines: [String] = [
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        " / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
        "GET /\r\nHost: a\r\n\r\n",
        "GET HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\u{0}b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\u{7F}b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /caf\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1\r\nHost: a\r\n\r\n",
        "GET / HTTP/01.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.11\r\nHost: a\r\n\r\n",
        "GET / HTTPS1.1\r\nHost: a\r\n\r\n",
    ]

    @Test(arguments: refusedRequestLines)
    func `a malformed request line is refused`(request: String) {
        #expect(parseRequest(request).fault == .badRequest)
    }

    @Test(arguments: ["HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/9.9"])
    func `another version is refused as such`(version: String) {
        let fault = parseRequest("GET / \(version)\r\nHost: a\r\n\r\n").fault
        #expect(fault == .versionNotSupported)
        #expect(fault?.status == 505)
    }

    static let refusedFields: [(field: String, fault: RequestFault)] = [
        (": a", .badRequest),
        ("X : a", .badRequest),
        ("X\t: a", .badRequest),
        ("X_Y: a", .badRequest),
        ("X.Y: a", .badRequest),
        ("X\u{EB}: a", .badRequest),
        ("NoColon", .badRequest),
        (" X: a", .badRequest),
        ("X: a\r\n b", .badRequest),
        ("X: a\r\n\tb", .badRequest),
        ("X: a\nY: b", .badRequest),
        ("X: a\rb", .badRequest),
        ("X: a\u{0}b", .badRequest),
        ("X: a\u{B}b", .badRequest),
        ("X: a\u{7F}b", .badRequest),
        ("Host: b", .duplicateField),
        ("HOST: a", .duplicateField),
        ("Content-Length: 1\r\nContent-Length: 1", .duplicateField),
        ("Content-Type: a/b\r\ncontent-type: a/b", .duplicateField),
        ("Idempotency-Key: a\r\nIdempotency-Key: a", .duplicateField),
        ("If-Match: a\r\nIf-Match: a", .duplicateField),
        ("If-None-Match: a\r\nIf-None-Match: b", .duplicateField),
        ("Expect: 100-continue\r\nExpect: 100-continue", .duplicateField),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .duplicateField),
        ("Content-Length:", .invalidContentLength),
        ("Content-Length: +1", .invalidContentLength),
        ("Content-Length: -1", .invalidContentLength),
        ("Content-Length: 01", .invalidContentLength),
        ("Content-Length: 00", .invalidContentLength),
        ("Content-Length: 1, 1", .invalidContentLength),
        ("Content-Length: 1 1", .invalidContentLength),
        ("Content-Length: 0x1", .invalidContentLength),
        ("Content-Length: 1_0", .invalidContentLength),
        ("Content-Length: 9223372036854775808", .invalidContentLength),
        ("Content-Length: 99999999999999999999", .invalidContentLength),
        ("Transfer-Encoding:", .invalidTransferEncoding),
        ("Transfer-Encoding: gzip", .invalidTransferEncoding),
        ("Transfer-Encoding: identity", .invalidTransferEncoding),
        ("Transfer-Encoding: xchunked", .invalidTransferEncoding),
        ("Transfer-Encoding: gzip, chunked", .invalidTransferEncoding),
        ("Transfer-Encoding: chunked,", .invalidTransferEncoding),
        ("Transfer-Encoding: chunked\r\nContent-Length: 1", .conflictingLength),
        ("Content-Length: 0\r\nTransfer-Encoding: Chunked", .conflictingLength),
    ]

    @Test(arguments: refusedFields)
    func `a bad field is refused for what it is`(field: String, fault: RequestFault) {
        let outcome = parseRequest("POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        #expect(outcome.fault == fault)
        #expect(outcome.fault?.status == 400)
    }

    @Test(arguments: [
        "", " ", "u@a", "a/b", "a, b", "a b", "a:", "a:x", "a:123456", "a:1:2", ":80", "[::1", "[]",
        "[::g]", "[1.2.3.4]", "[::1]x", "[::1]:", "a%41", "caf\u{E9}",
    ])
    func `a Host that names no host is refused`(host: String) {
        let request = "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n"
        #expect(parseRequest(request).fault == .invalidHost)
    }

    @Test(arguments: [
        "a", "A.b-c_d.example", "localhost:8080", "10.0.0.1", "10.0.0.1:80", "[::1]", "[::1]:80",
        "[2001:db8::1]:65535",
    ])
    func `a Host that names one is accepted`(host: String) {
        #expect(parseRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").head != nil)
    }

    @Test func `only HTTP 1.1 needs a Host`() {
        #expect(parseRequest("GET / HTTP/1.1\r\n\r\n").fault == .invalidHost)
        #expect(parseRequest("GET / HTTP/1.0\r\n\r\n").head?.isHTTP10 == true)
        #expect(parseRequest("GET / HTTP/1.0\r\nHost: a/b\r\n\r\n").fault == .invalidHost)
    }

    @Test func `a transfer coding is refused in HTTP 1.0 and flagged in HTTP 1.1`() {
        let old = parseRequest("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(old.fault == .invalidTransferEncoding)
        let new = parseRequest("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n")
        #expect(new.head?.hasTransferEncoding == true)
        #expect(new.head?.mayHaveBody == true)
    }

    @Test func `every part of a request is found where it is`() throws {
        let raw = bytes(
            "PATCH /v1/verify/a%20b?level=account&x=\\ HTTP/1.1\r\nhost: a\r\n"
                + "AUTHORIZATION: \t Bearer abc \t\r\nContent-Type:application/json\r\n"
                + "content-length: 12\r\nIdempotency-Key: k1\r\nIf-Match: \"7\"\r\n"
                + "If-None-Match: *\r\nAccept: text/html\r\nAccept: */*\r\n"
                + "X-Forwarded-For: 10.0.0.1, 10.0.0.2\r\nX-Real-IP: ::1\r\nX-Empty:\r\n"
                + "x-forwarded-for: 10.0.0.3\r\n"
                + "X-Opaque: \u{E9}\r\nExpect: 100-Continue\r\n\r\nbody")
        let head = try #require(parseRequest(raw).head)
        #expect(head.method == .patch)
        #expect(text(raw, head.path) == "/v1/verify/a%20b")
        #expect(text(raw, head.query) == "level=account&x=\\")
        #expect(text(raw, head.authorization) == "Bearer abc")
        #expect(text(raw, head.contentType) == "application/json")
        #expect(text(raw, head.idempotencyKey) == "k1")
        #expect(text(raw, head.ifMatch) == "\"7\"")
        #expect(text(raw, head.ifNoneMatch) == "*")
        #expect(text(raw, head.accept) == "text/html")
        #expect(text(raw, head.forwardedFor) == "10.0.0.1, 10.0.0.2")
        #expect(text(raw, head.lastForwardedFor) == "10.0.0.3")
        #expect(text(raw, head.realIP) == "::1")
        #expect(head.contentLength == 12 && head.mayHaveBody && head.expectsContinue)
        #expect(String(decoding: raw[head.byteCount...], as: UTF8.self) == "body")
    }

    @Test func `what is absent is nil`() throws {
        let head = try #require(parseRequest("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").head)
        #expect(head.query == nil && head.authorization == nil && head.authorizationCount == 0)
        #expect(head.contentLength == nil && !head.hasTransferEncoding && !head.mayHaveBody)
        #expect(head.contentType == nil && head.idempotencyKey == nil && head.ifMatch == nil)
        #expect(head.ifNoneMatch == nil && head.accept == nil && head.forwardedFor == nil)
        #expect(head.realIP == nil && !head.expectsContinue)
    }

    @Test func `more than one Authorization is counted, not refused`() {
        let request = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nauthorization: b\r\n\r\n"
        #expect(parseRequest(request).head?.authorizationCount == 2)
    }

    @Test func `a name that only looks like a known one is another field`() {
        let request =
            "GET / HTTP/1.1\r\nHost: a\r\nXransfer-Encoding: a\r\nContent-Lengti: x\r\n\r\n"
        let head = parseRequest(request).head
        #expect(head?.hasTransferEncoding == false && head?.contentLength == nil)
    }

    @Test(arguments: [
        ("GET", HTTPMethod.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch),
        ("DELETE", .delete), ("OPTIONS", .options), ("get", .other), ("TRACE", .other),
        ("XXXXXXXXXXXXXGET", .other), ("GETGETGETGETGETGET", .other),
    ])
    func `a method is known by its exact name`(name: String, method: HTTPMethod) {
        #expect(parseRequest("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n").head?.method == method)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "close", false), ("1.1", "Upgrade", true),
        ("1.1", "keep-alive, CLOSE", false), ("1.1", "closed", true), ("1.0", "", false),
        ("1.0", "Keep-Alive", true), ("1.0", "keep-alive, close", false), ("1.0", "Upgrade", false),
    ])
    func `a connection is kept by version and by Connection`(
        version: String, connection: String, isKept: Bool
    ) {
        let field = connection.isEmpty ? "" : "Connection: \(connection)\r\n"
        let request = "GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n"
        #expect(parseRequest(request).head?.keepsAlive == isKept)
    }

    @Test func `an expectation of HTTP 1.0 is ignored`() {
        let request = "POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"
        #expect(parseRequest(request).head?.expectsContinue == false)
    }
}
