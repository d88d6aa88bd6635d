import Linux
import Testing

@Suite struct TerminalTests {
    private func line(of text: String, byteCountMax: Int) throws -> Result<String, Errno> {
        let reading = try pipe(holding: text)
        do throws(Errno) {
            let bytes = try Terminal.line(from: reading, byteCountMax: byteCountMax)
            return .success(String(decoding: bytes, as: UTF8.self))
        } catch {
            return .failure(error)
        }
    }

    /// The end to read from, of a pipe that nobody writes to any more.
    private func pipe(holding text: String) throws -> Descriptor {
        let ends = PipeEnds()
        try ends.write(text)
        return ends.keepReading()
    }

    @Test func `a line longer than allowed is refused and not cut short`() throws {
        #expect(try line(of: "123456\n", byteCountMax: 5) == .failure(.messageTooLong))
        #expect(try line(of: "12345\n", byteCountMax: 5) == .success("12345"))
        #expect(try line(of: "12345", byteCountMax: 5) == .success("12345"))
    }

    @Test func `a line ends at its end and takes nothing of the next`() throws {
        #expect(try line(of: "first\nsecond\n", byteCountMax: 100) == .success("first"))
        #expect(try line(of: "\n", byteCountMax: 100) == .success(""))
        #expect(try line(of: "", byteCountMax: 100) == .success(""))
    }
}
