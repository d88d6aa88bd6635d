import Crypto
import Testing

@Suite struct ContextTests {
    @Test func `fields that only look alike when run together make different contexts`() {
        func bytes(_ fields: [String]) -> [UInt8] {
            var context = Context("test/v1")
            for field in fields { context.append(field) }
            return context.bytes
        }
        let all = [
            bytes([]), bytes([""]), bytes(["", ""]), bytes(["ab"]), bytes(["a", "b"]),
            bytes(["", "ab"]), bytes(["ab", ""]), bytes(["a", "", "b"]),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func `a number and its bytes in another width make different contexts`() {
        var narrow = Context("test/v1")
        narrow.append(UInt64(7))
        var wide = Context("test/v1")
        wide.append(UInt128(7))
        #expect(narrow.bytes != wide.bytes)
    }

    @Test func `a label or field is written behind its length in four bytes`() {
        var context = Context("ab")
        context.append(UInt64(0x0102_0304_0506_0708))
        context.append([9])
        context.append("é")
        #expect(
            context.bytes == [
                0, 0, 0, 2, 97, 98, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 9, 0, 0, 0, 2,
                0xC3, 0xA9,
            ])
    }

    @Test func `a reader stops at the end and never beyond it`() {
        var reader = ByteReader([1, 2, 3])
        #expect(reader.uint32() == nil)
        #expect(reader.bytes(4) == nil)
        #expect(reader.bytes(-1) == nil)
        #expect(reader.bytes(.max) == nil)
        #expect(reader.byte() == 1)
        #expect(reader.bytes(2) == [2, 3])
        #expect(reader.byte() == nil)
        #expect(reader.bytes(0) == [])
        #expect(reader.rest() == [])
    }

    @Test func `numbers come back from their bytes`() {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt32.max - 1)
        bytes.append(bigEndian: UInt64.max - 2)
        bytes.append(bigEndian: UInt128.max - 3)
        bytes.append(bigEndian: Int64(-5))
        var reader = ByteReader(bytes)
        #expect(reader.uint32() == UInt32.max - 1)
        #expect(reader.uint64() == UInt64.max - 2)
        #expect(reader.uint128() == UInt128.max - 3)
        #expect(reader.uint64().map(Int64.init(bitPattern:)) == -5)
    }

    @Test func `reading a span beyond its end stops the process`() async {
        await #expect(processExitsWith: .failure) {
            let bytes: [UInt8] = [1, 2, 3]
            _ = unsafe bytes.span.bytes.byte(at: 3)
        }
    }
}
