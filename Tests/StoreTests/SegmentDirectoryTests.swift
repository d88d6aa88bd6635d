import Audit
import Foundation
import Store
import Support
import Testing
import Vault

@Suite struct `The segment directory` {
    let root: TemporaryDirectory
    let segments: SegmentDirectory
    let specimens = Specimens()

    init() throws {
        root = try TemporaryDirectory()
        segments = SegmentDirectory(path: root.path)
    }

    private func name(_ range: ClosedRange<UInt64>) throws -> SegmentName {
        try #require(SegmentName(first: range.lowerBound, last: range.upperBound))
    }

    @Test func `a file is never replaced`() throws {
        try segments.create(try name(0...9), [[1]])
        #expect(throws: StoreError.self) { try segments.create(try name(0...9), [[2]]) }
        let file = try segments.open(try name(0...9))
        #expect(try file.read(0..<1) == [1])
    }

    @Test func `what is set aside is kept, however often, and is no segment any more`() throws {
        for byte in [UInt8(1), 2] {
            try segments.create(try name(0...9), [[byte]])
            try segments.setAside(try name(0...9))
        }
        #expect(try segments.list().isEmpty)
        #expect(Set(try root.contents().values.map(Array.init)) == [[1], [2]])
        #expect(throws: StoreError.self) { try segments.setAside(try name(0...9)) }
    }

    @Test func `a segment that is not there is not opened`() throws {
        #expect(throws: StoreError.self) { _ = try segments.open(try name(0...9)) }
        let nowhere = SegmentDirectory(path: root.file("nowhere"))
        #expect(throws: StoreError.self) { _ = try nowhere.list() }
        #expect(throws: StoreError.self) { try nowhere.create(try name(0...9), [[1]]) }
    }

    @Test func `a symbolic link is no segment`() throws {
        try segments.create(try name(0...9), [[1]])
        let real = try #require(try root.contents().keys.first)
        try FileManager.default.moveItem(
            atPath: root.file(real), toPath: root.file("elsewhere"))
        try FileManager.default.createSymbolicLink(
            atPath: root.file(real), withDestinationPath: root.file("elsewhere"))
        #expect(throws: StoreError.self) { _ = try segments.open(try name(0...9)) }
    }

    @Test func `nothing beyond a file's end is read`() throws {
        try segments.create(try name(0...9), [[1, 2, 3]])
        let file = try segments.open(try name(0...9))
        #expect(throws: StoreError.self) { _ = try file.read(2..<4) }
        // A file that shrinks while it is open is an error too, not a short answer.
        let path = root.file(try #require(try root.contents().keys.first))
        try Data([1]).write(to: URL(fileURLWithPath: path), options: [])
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 1)
        let shrunk = try segments.open(try name(0...9))
        try handle.truncate(atOffset: 0)
        #expect(throws: StoreError.self) { _ = try shrunk.read(0..<1) }
    }

    @Test func `segments are listed in order, and nothing else is`() throws {
        let content = specimens.bytes(100_000)
        let late: UInt64 = 1_000_000_000_000
        for range in [20...29, 0...9, 10...19, late...late + 1] {
            try segments.create(try name(range), [content])
        }
        for other in ["x.segment", "00-01.segment", "notes.txt", "0.segment.new"] {
            try Data().write(to: URL(fileURLWithPath: root.file(other)))
        }
        let firsts = try segments.list().map(\.first)
        #expect(firsts == [0, 10, 20, late])
        let file = try segments.open(try name(10...19))
        #expect(file.byteCount == content.count)
        #expect(try file.read(50_000..<70_000) == Array(content[50_000..<70_000]))
        #expect(try file.read(0..<0).isEmpty)
    }
}
