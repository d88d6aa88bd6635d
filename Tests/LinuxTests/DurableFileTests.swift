import Foundation
import Linux
import Testing

@Suite struct DurableFileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws(Errno) {
        let bytes = Array(text.utf8)
        try unsafe DurableFile.create(scratch.file(name), with: bytes.span.bytes, mode: mode)
    }

    private func read(_ name: String, byteCountMax: Int = 1000) throws(DurableFile.Failure)
        -> String
    {
        let bytes = try DurableFile.read(scratch.file(name), byteCountMax: byteCountMax)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a file that is there is not created again`() throws {
        try write("first", to: "file")
        #expect(throws: Errno.exists) { try write("second", to: "file") }
        #expect(try read("file") == "first")
    }

    @Test func `a creation that fails leaves nothing in the way`() throws {
        // The device that is always full: the same calls, refused while writing.
        #expect(throws: Errno.exists) {
            let byte: [UInt8] = [1]
            try unsafe DurableFile.create("/dev/full", with: byte.span.bytes, mode: 0o600)
        }
        #expect(throws: Errno.noEntry) { try write("lost", to: "no/such/place") }
        #expect(try DurableFile.names(in: scratch.path).isEmpty)
    }

    @Test func `a file larger than allowed is refused`() throws {
        try write("12345", to: "file")
        #expect(try read("file", byteCountMax: 5) == "12345")
        #expect(throws: DurableFile.Failure.tooLarge(byteCountMax: 4)) {
            try read("file", byteCountMax: 4)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a directory or pipe in a file's place is refused and not waited for`() throws {
        try DurableFile.makeDirectory(scratch.file("directory"), mode: 0o700)
        #expect(unsafe mkfifo(scratch.file("pipe"), 0o600) == 0)
        #expect(throws: DurableFile.Failure.notARegularFile) { try read("directory") }
        #expect(throws: DurableFile.Failure.notARegularFile) { try read("pipe") }
        #expect(throws: DurableFile.Failure.system(.noEntry)) { try read("absent") }
    }

    @Test func `what cannot be read is told in words`() {
        let failures: [DurableFile.Failure] = [
            .system(.noEntry), .tooLarge(byteCountMax: 5), .notARegularFile,
        ]
        #expect(
            failures.map { "cannot be read: \($0)" } == [
                "cannot be read: No such file or directory",
                "cannot be read: it is larger than 5 bytes",
                "cannot be read: it is not a regular file",
            ])
    }

    @Test func `endless input is cut off at its limit`() throws {
        let endless = try Descriptor.open("/dev/zero", O_RDONLY)
        #expect(throws: DurableFile.Failure.tooLarge(byteCountMax: 100_000)) {
            try DurableFile.readAll(endless, byteCountMax: 100_000)
        }
    }

    @Test func `a replacement does not follow a link that lies where it is written`() throws {
        try write("precious", to: "target")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("file.new"), withDestinationPath: scratch.file("target"))
        let bytes = Array("new".utf8)
        #expect(throws: Errno.self) {
            try unsafe DurableFile.replace(
                scratch.file("file"), with: bytes.span.bytes, mode: 0o600)
        }
        #expect(try read("target") == "precious")
    }

    @Test func `a replacement that fails leaves the old file and no other`() throws {
        try DurableFile.makeDirectory(scratch.file("file"), mode: 0o700)
        let bytes = Array("new".utf8)
        #expect(throws: Errno.self) {
            try unsafe DurableFile.replace(
                scratch.file("file"), with: bytes.span.bytes, mode: 0o600)
        }
        #expect(try DurableFile.names(in: scratch.path) == ["file"])
    }

    @Test func `a replacement is whole`() throws {
        try write("old, and longer", to: "file")
        let bytes = Array("new".utf8)
        try unsafe DurableFile.replace(scratch.file("file"), with: bytes.span.bytes, mode: 0o640)
        #expect(try read("file") == "new")
        #expect(try DurableFile.names(in: scratch.path) == ["file"])
    }

    @Test func `a directory that is there keeps its mode`() throws {
        try DurableFile.makeDirectory(scratch.file("directory"), mode: 0o750)
        try DurableFile.makeDirectory(scratch.file("directory"), mode: 0o700)
        #expect(try FileStatus.of(scratch.file("directory"))?.permissions == 0o750)
    }

    @Test func `names are sorted and a missing directory is an error`() throws {
        for name in ["b", "a", ".c"] { try write("", to: name) }
        #expect(try DurableFile.names(in: scratch.path) == [".c", "a", "b"])
        #expect(throws: Errno.noEntry) { try DurableFile.names(in: scratch.file("absent")) }
        try DurableFile.remove(scratch.file("b"))
        #expect(throws: Errno.noEntry) { try DurableFile.remove(scratch.file("b")) }
        #expect(try DurableFile.names(in: scratch.path) == [".c", "a"])
    }

    @Test(arguments: [
        ("/a/b", "/a"), ("/a/b/", "/a"), ("/a/b//", "/a"), ("/a", "/"), ("/", "/"), ("a", "."),
        ("a/", "."), ("a/b", "a"), ("", "."),
    ])
    func `the parent of a path is found with and without a slash at its end`(
        path: String, parent: String
    ) {
        #expect(DurableFile.parent(of: path) == parent)
    }

    @Test func `a status is of the link itself and not of what it points at`() throws {
        try write("x", to: "file")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("link"), withDestinationPath: scratch.file("file"))
        #expect(try FileStatus.of(scratch.file("absent")) == nil)
        #expect(try FileStatus.of(scratch.file("link"))?.isRegular == false)
        #expect(try FileStatus.of(scratch.file("file"))?.isRegular == true)
        #expect(try FileStatus.of(scratch.path)?.isDirectory == true)
    }
}
