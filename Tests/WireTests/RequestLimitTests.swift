import Testing
import Wire

struct RequestLimitTests {
    private let limits = HTTPLimits()

    private func request(lineByteCount: Int) -> String {
        let path = String(repeating: "a", count: lineByteCount - "GET / HTTP/1.1".utf8.count)
        return "GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n"
    }

    private func request(blockByteCount: Int) -> String {
        let rest = "Host: a\r\nX: \r\n\r\n".utf8.count
        let value = String(repeating: "b", count: blockByteCount - rest)
        return "GET / HTTP/1.1\r\nHost: a\r\nX: \(value)\r\n\r\n"
    }

    private func request(fieldCount: Int) -> String {
        let fields = String(repeating: "X-A: b\r\n", count: fieldCount - 1)
        return "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    @Test func `a request line of one byte too many is 414`() {
        let over = request(lineByteCount: limits.requestLineByteCountMax + 1)
        #expect(parseRequest(over).fault == .targetTooLong)
        #expect(parseRequest(over).fault?.status == 414)
        #expect(parseRequest(request(lineByteCount: limits.requestLineByteCountMax)).head != nil)
    }

    @Test func `a header block of one byte too many is 431`() {
        let over = request(blockByteCount: limits.headerBlockByteCountMax + 1)
        #expect(parseRequest(over).fault == .headersTooLarge)
        #expect(parseRequest(over).fault?.status == 431)
        #expect(parseRequest(request(blockByteCount: limits.headerBlockByteCountMax)).head != nil)
    }

    @Test func `one field too many is 431`() {
        let over = parseRequest(request(fieldCount: limits.fieldCountMax + 1))
        #expect(over.fault == .tooManyFields && over.fault?.status == 431)
        #expect(parseRequest(request(fieldCount: limits.fieldCountMax)).head != nil)
    }

    @Test func `an endless line is refused once it cannot fit any more`() {
        // A version, as long as this one, must still follow.
        let room = limits.requestLineByteCountMax - "HTTP/1.1".utf8.count
        let method = String(repeating: "A", count: room)
        let target = "GET /" + String(repeating: "a", count: room - 5)
        for line in [method, target] {
            #expect(parseRequest(line).fault == .targetTooLong)
            #expect(parseRequest(String(line.dropLast())).isIncomplete)
        }
    }

    @Test func `an endless block is refused once it cannot fit any more`() {
        let start = "GET / HTTP/1.1\r\n"
        let value = String(repeating: "b", count: limits.headerBlockByteCountMax - "X: ".utf8.count)
        #expect(parseRequest(start + "X: " + value).fault == .headersTooLarge)
        #expect(parseRequest(start + "X: " + value.dropLast()).isIncomplete)
        let name = String(repeating: "N", count: limits.headerBlockByteCountMax)
        #expect(parseRequest(start + name).fault == .headersTooLarge)
        #expect(parseRequest(start + name.dropLast()).isIncomplete)
    }

    @Test func `every prefix of a request is incomplete, and every longer text is complete`() {
        let raw = bytes("GET /a?b HTTP/1.1\r\nHost: a\r\nX-Y:  z \r\nConnection: close\r\n\r\n")
        for count in 0..<raw.count {
            #expect(parseRequest(Array(raw[..<count])).isIncomplete, "\(count)")
        }
        #expect(parseRequest(raw).head?.byteCount == raw.count)
        let more = raw + bytes("\r\n\u{0}")
        #expect(parseRequest(more).head?.byteCount == raw.count)
    }

    @Test func `a fault is seen before the request ends`() {
        #expect(parseRequest("\r").fault == .badRequest)
        #expect(parseRequest("GET x").fault == .badRequest)
        #expect(parseRequest("GET / HTTP/2").isIncomplete)
        #expect(parseRequest("GET / HTTPS").fault == .badRequest)
        #expect(parseRequest("GET / HTTP/1.1\r\nHost: a\r\nX Y").fault == .badRequest)
        #expect(parseRequest("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n").fault == .duplicateField)
    }

    @Test func `a refusal's sentence never holds what was sent`() {
        for raw in UInt8.min...UInt8.max {
            guard let fault = RequestFault(rawValue: raw) else { continue }
            #expect([400, 414, 431, 505].contains(fault.status))
            #expect(fault.detail.description.hasSuffix("."))
        }
    }

    @Test func `no mutation of a request traps the parser`() {
        var mutator = Mutator(
            samples: [
                "GET /v1/verify?a=b HTTP/1.1\r\nHost: [::1]:80\r\nAuthorization: Bearer a\r\n\r\n",
                "POST / HTTP/1.0\r\nContent-Length: 9223372036854775807\r\nConnection: a,b\r\n\r\n",
                "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: x\r\n\r\n",
            ], seed: 1)
        var completeCount = 0
        for _ in 0..<20_000 {
            let input = mutator.next()
            if let head = parseRequest(input).head {
                completeCount += 1
                #expect(head.byteCount <= input.count && head.path.upperBound < head.byteCount)
            }
        }
        #expect(completeCount > 0)
    }
}
