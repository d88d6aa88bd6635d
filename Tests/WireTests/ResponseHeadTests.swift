import Testing
import Wire

private func parse(_ text: String) -> ResponseParse {
    let raw = bytes(text)
    return parseResponseHead(raw.span)
}

struct ResponseHeadTests {
    @Test(arguments: [
        "HTTP/1.2 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 O\u{0}K\r\n\r\n",
        "HTTP/1.1 200 OK\n\r\n", "HTTP/1.1 200 OK\r\nX Y\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "\r\n\r\n",
    ])
    func `a malformed head is refused`(head: String) {
        #expect(parse(head).isRefused)
    }

    @Test func `an endless first line is refused`() {
        let line = "HTTP/1.1 200 " + String(repeating: "a", count: 8192)
        #expect(parse(line).isRefused)
    }

    @Test func `every prefix is incomplete`() {
        let raw = bytes("HTTP/1.1 204 \r\nDate: x\r\n\r\n")
        for count in 0..<raw.count {
            #expect(parse(String(decoding: raw[..<count], as: UTF8.self)).isIncomplete)
        }
        #expect(parse(String(decoding: raw, as: UTF8.self)).head?.status == 204)
    }

    @Test func `every part is found`() throws {
        let raw = bytes(
            "HTTP/1.1 429 Too Many\r\nContent-Length: 2\r\nRETRY-AFTER: 7\r\nETag: \"1\"\r\n"
                + "Content-Type: application/json\r\nX-Request-Id: r\r\n\r\n{}")
        let head = try #require(parse(String(decoding: raw, as: UTF8.self)).head)
        #expect(head.status == 429 && head.contentLength == 2 && head.retryAfterSeconds == 7)
        #expect(!head.closes && !head.hasTransferEncoding && raw.count - head.byteCount == 2)
        #expect(text(raw, head.contentType) == "application/json")
        let (tag, none) = (head.field(named: "etag", raw.span), head.field(named: "age", raw.span))
        #expect(text(raw, tag) == "\"1\"" && none == nil)
    }

    @Test(arguments: [
        ("1.1", "", false), ("1.1", "Connection: close\r\n", true), ("1.0", "", true),
        ("1.0", "Connection: keep-alive\r\n", false),
    ])
    func `a connection closes by version and by Connection`(
        version: String, field: String, closes: Bool
    ) {
        #expect(parse("HTTP/\(version) 200 OK\r\n\(field)\r\n").head?.closes == closes)
    }

    @Test func `no mutation of a response traps the parser`() {
        var mutator = Mutator(
            samples: ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\nRetry-After: 1\r\n\r\n"], seed: 5)
        for _ in 0..<5000 {
            let input = mutator.next()
            if let head = parseResponseHead(input.span).head {
                #expect(head.byteCount <= input.count)
            }
        }
    }
}
