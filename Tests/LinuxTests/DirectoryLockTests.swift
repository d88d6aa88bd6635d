import Linux
import Testing

@Suite struct DirectoryLockTests {
    @Test func `a lock that is held is refused until it is let go`() throws {
        let scratch = try Scratch()
        do {
            let lock = try DirectoryLock(scratch.file("lock"))
            let error = refusal { () throws(Errno) in
                _ = try DirectoryLock(scratch.file("lock"))
            }
            #expect(error == .wouldBlock)
            withExtendedLifetime(lock) {}
        }
        let error = refusal { () throws(Errno) in _ = try DirectoryLock(scratch.file("lock")) }
        #expect(error == nil)
    }

    @Test func `a lock in a directory that is not there is an error`() throws {
        let scratch = try Scratch()
        let error = refusal { () throws(Errno) in
            _ = try DirectoryLock(scratch.file("absent/lock"))
        }
        #expect(error == .noEntry)
    }
}
