import Crypto
import Testing

@Suite struct WipedBytesTests {
    @Test func `dropping more than there is stops the process`() async {
        await #expect(processExitsWith: .failure) {
            var bytes = WipedBytes()
            bytes.append(1)
            bytes.removeFirst(2)
        }
    }

    @Test func `what was appended is there in order, however often it moved`() {
        var bytes = WipedBytes(capacity: 1)
        var expected: [UInt8] = []
        for count in [1, 63, 64, 65, 1000, 0, 5] {
            let run = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            bytes.append(run.span)
            bytes.append(9)
            bytes.append("text" as StaticString)
            expected += run + [9] + Array("text".utf8)
        }
        let content = bytes.withSpan { span in span.indices.map { span[$0] } }
        #expect(content == expected)
        bytes.removeFirst(1000)
        let rest = bytes.withSpan { span in span.indices.map { span[$0] } }
        #expect(rest == Array(expected[1000...]))
        bytes.removeAll()
        #expect(bytes.count == 0)
    }
}
