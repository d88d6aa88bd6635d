import Audit
import Foundation
import Server
import Store
import Support
import Synchronization
import Testing
import Vault

@Suite struct `Sealing by the daemon` {
    /// The directory of segments, which has no room at first, and is watched.
    private final class Watched: SegmentFiles, Sendable {
        let room = Room()
        private let state: Mutex<State>

        struct State {
            var directory: SegmentDirectory?
            var isReadable = true
            var refusalsLeft: Int
            var createCount = 0
            /// Segments with records that a loss of power would have taken from the log.
            var earlyCount = 0
        }

        init(refusing count: Int) { state = Mutex(State(refusalsLeft: count)) }

        var seen: State { state.withLock(\.self) }

        private func directory() throws(StoreError) -> SegmentDirectory {
            guard let directory = seen.directory else { throw .full }
            return directory
        }

        /// As where the files have come to belong to somebody else.
        func setReadable(_ isReadable: Bool) { state.withLock { $0.isReadable = isReadable } }

        private func readable() throws(StoreError) -> SegmentDirectory {
            guard seen.isReadable else { throw .failed(code: 13) }
            return try directory()
        }

        func watch(_ directory: SegmentDirectory) -> any SegmentFiles & Sendable {
            state.withLock { $0.directory = directory }
            return self
        }

        func list() throws(StoreError) -> [SegmentName] { try readable().list() }

        func open(_ name: SegmentName) throws(StoreError) -> any SegmentFile {
            try readable().open(name)
        }

        func setAside(_ name: SegmentName) throws(StoreError) { try directory().setAside(name) }

        func create(_ name: SegmentName, _ pieces: [[UInt8]]) throws(StoreError) {
            let synced = room.syncedRecordCount
            let isRefused = state.withLock { state in
                state.createCount += 1
                if name.last >= synced { state.earlyCount += 1 }
                guard state.refusalsLeft > 0 else { return false }
                state.refusalsLeft -= 1
                return true
            }
            guard !isRefused else { throw .full }
            try directory().create(name, pieces)
        }
    }

    /// Old records are sealed as soon as the daemon looks, which it does all the time.
    private static func options(
        _ files: Watched, pauseNanoseconds: UInt64
    ) -> DaemonUnderTest.Options {
        var options = DaemonUnderTest.Options()
        options.engine = .memory(files.room)
        options.files = { files.watch($0) }
        options.configuration.limits.useFlushSeconds = 0
        options.configuration.limits.sealingPauseNanoseconds = pauseNanoseconds
        return options
    }

    private static let segments = "strongroom_audit_segments_sealed_total"

    @Test func `what has failed is not tried again at once, and everything else goes on`() throws {
        let files = Watched(refusing: 1)
        try DaemonUnderTest.run(Self.options(files, pauseNanoseconds: .max >> 1)) { daemon in
            let token = try daemon.makeTenant().organization.token.access
            daemon.clock.advance(by: .days(2))
            try daemon.wait { files.seen.createCount > 0 }
            for _ in 0..<50 { #expect(try daemon.verify(token).status == 200) }
            #expect(files.seen.createCount == 1)
            #expect(try daemon.metrics()[Self.segments] == 0)
        }
    }

    @Test func `what has failed is tried again after a while, and the log is proved`() throws {
        let files = Watched(refusing: 2)
        try DaemonUnderTest.run(Self.options(files, pauseNanoseconds: 1_000_000)) { daemon in
            _ = try daemon.makeTenant()
            daemon.clock.advance(by: .days(2))
            try daemon.wait { try daemon.metrics()[Self.segments] >= 1 }
            #expect(files.seen.createCount >= 3)
            let proof = try daemon.operate("GET", "audit/verify")
            #expect(proof.string("result.outcome") == "proved")
        }
    }

    @Test func `a segment has nothing that a loss of power could still take from the log`() throws {
        let files = Watched(refusing: 0)
        var options = Self.options(files, pauseNanoseconds: 0)
        options.configuration.durability = .process
        try DaemonUnderTest.run(options) { daemon in
            for _ in 0..<20 {
                #expect(try daemon.verify("x").status == 401)
                let before = files.seen.createCount
                daemon.clock.advance(by: .days(2))
                // Each leaves records behind that are committed and not on disk.
                try daemon.wait {
                    _ = try daemon.verify("x")
                    return files.seen.createCount > before
                }
            }
            #expect(files.seen.earlyCount == 0)
        }
    }

    @Test func `segments that cannot be read are refused to who searches, and end nothing`() throws
    {
        let files = Watched(refusing: 0)
        try DaemonUnderTest.run(
            Self.options(files, pauseNanoseconds: 1_000_000), isAudited: false
        ) { daemon in
            let root = try daemon.makeTenant().organization.token.access
            daemon.clock.advance(by: .days(2))
            try daemon.wait { try daemon.metrics()[Self.segments] >= 1 }
            let search = Ask("GET", "/v1/audit", bearer: root)
            #expect(try daemon.ask(.admin, search).status == 200)
            files.setReadable(false)
            for _ in 0..<3 { #expect(try daemon.ask(.admin, search).status == 503) }
            // What is due cannot be sealed either, and is tried again.
            daemon.clock.advance(by: .days(2))
            for _ in 0..<20 { #expect(try daemon.verify(root).status == 200) }
            let before = try daemon.metrics()[Self.segments]
            files.setReadable(true)
            try daemon.wait { try daemon.metrics()[Self.segments] > before }
            #expect(try daemon.ask(.admin, search).status == 200)
        }
    }

    @Test func `a segment that was changed raises an alarm, once however often it is searched`()
        throws
    {
        let options = Self.options(Watched(refusing: 0), pauseNanoseconds: 1_000_000)
        try DaemonUnderTest.run(options, isAudited: false) { daemon in
            let root = try daemon.makeTenant().organization.token.access
            daemon.clock.advance(by: .days(2))
            try daemon.wait { try daemon.metrics()[Self.segments] >= 1 }
            let directory = daemon.directory.file("data/audit")
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            let name = try #require(names.first)
            let file = URL(filePath: directory + "/" + name)
            let whole = try Data(contentsOf: file)
            var changed = whole
            changed[20] ^= 1
            try changed.write(to: file)
            let search = Ask("GET", "/v1/audit", bearer: root)
            for _ in 0..<3 { #expect(try daemon.ask(.admin, search).status == 503) }
            try whole.write(to: file)
            #expect(try daemon.ask(.admin, search).status == 200)
            #expect(try daemon.events().count { $0.event == "integrity.alarm" } == 1)
        }
    }

    @Test func `searches take turns, and there are only so many`() throws {
        try DaemonUnderTest.run(isAudited: false) { daemon in
            let root = try daemon.makeTenant().organization.token.access
            let search = Ask("GET", "/v1/audit?filter=outcome[eq]error", bearer: root).text
            let connections = try (0..<100).map { _ in
                try daemon.connect(.admin, timeoutSeconds: 30)
            }
            for _ in 0..<3 {
                for connection in connections { try connection.send(search) }
                for connection in connections {
                    #expect([200, 429].contains(try connection.answer().status))
                    #expect(connection.isQuiet)
                }
            }
            #expect(try daemon.metrics()[#"strongroom_queue_depth{queue="searches"}"#] == 0)
            #expect(try daemon.ask(.admin, Ask("GET", "/v1/audit", bearer: root)).status == 200)
        }
    }
}
