import StrongroomClient
import Testing

@Suite struct `A secret text` {
    @Test func `is never printed`() {
        let text = secret("hunter2")
        var dumped = ""
        dump(text, to: &dumped)
        let shown = ["\(text)", String(describing: text), String(reflecting: text), dumped]
        for shown in shown { #expect(!shown.contains("hunter2")) }
        #expect("\(text)" == "<secret>")
    }

    @Test func `takes the bytes away from where they were`() {
        var bytes = Array("hunter2".utf8)
        let taken = SecretText(taking: &bytes)
        #expect(bytes.isEmpty)
        #expect(text(taken) == "hunter2")
    }

    @Test func `can be read while it is being read`() {
        let one = secret("a")
        let both = one.withBytes { outer in
            one.withBytes { inner in outer.count + inner.count }
        }
        #expect(both == 2)
    }

    @Test func `survives the growth of the buffer that it is built in`() {
        let buffer = WipedBuffer(capacity: 1)
        var expected = ""
        for number in 0..<1000 {
            buffer.append(secret("\(number),"))
            expected += "\(number),"
        }
        #expect(text(buffer.take()) == expected)
        #expect(buffer.count == 0)
    }

    @Test func `in a path stays one segment`() {
        #expect(URLText.segment("a/b?c#d") == "a%2Fb%3Fc%23d")
        #expect(URLText.segment("..") == "%2E%2E")
        #expect(URLText.segment("acc_0aZ-x_1") == "acc_0aZ-x_1")
    }
}
