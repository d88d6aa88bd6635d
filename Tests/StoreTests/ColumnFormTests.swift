import Store
import Testing

/// Lists in one column: read only as they are written.
@Suite struct ColumnFormTests {
    @Test(arguments: [
        [0, 0, 0, 1, 0, 0, 0, 1, 0xff], [0, 0, 0, 1, 0, 0, 0, 2, 0xc0, 0x80],
        [0, 0, 0, 1, 0, 0, 0, 3, 0xed, 0xa0, 0x80], [0, 0, 0, 1], [0, 0, 0, 0, 0], [],
    ])
    func `texts that are not UTF-8, cut short or too long are none`(bytes: [UInt8]) {
        #expect(TextList.decoded(bytes) == nil)
    }

    @Test func `texts come back`() {
        let texts = ["", "blue", "größer", "\u{fffd}"]
        #expect(TextList.decoded(TextList.encoded(texts)) == texts)
    }
}
