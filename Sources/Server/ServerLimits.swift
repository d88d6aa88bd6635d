import Linux
package import Vault
package import Wire

/// Every bound of the server, in one place; bytes, counts and times before authentication.
package struct ServerLimits: Sendable {
    package var http = HTTPLimits()
    package var json = JSONLimits()
    package var gatewayConnectionsMax = 8192
    /// The administrators' own, so that a flood on the gateway's side leaves them theirs.
    package var adminConnectionsMax = 256
    /// Further requests are answered when so much has been sent.
    package static let outputByteCountMax = 32_768
    /// What a connection may hold of unfinished requests and untaken answers, whatever others do.
    package static let ownByteCount = 16_384
    /// What all connections of a loop may hold together beyond that.
    package var sharedByteCountMax = 64 << 20
    package var headerSeconds = 5
    package var bodySeconds = 10
    package var writeSeconds = 10
    package var idleSeconds = 120
    package var drainSeconds = 10
    /// How long, and how much, is read and thrown away behind a last answer: enough for a client to
    /// get through with what it is sending and to read it, no more than a second's work for a loop.
    package var lingerSeconds = 2
    package static let lingerByteCountMax = 16 << 20
    /// Refusals of bad tokens that one peer gets recorded one by one, a second.
    package var refusalsRecordedPerSecond = 10_000
    package var mints = MintLimits()
    /// Connections of a socket above its maximum that are being told so at one time; further ones
    /// wait in the kernel's queue.
    package static let turnedAwayMax = 8
    /// Descriptors that connections never take: database, log, segments, sockets.
    package static let reservedDescriptors = 64
    /// A read takes at most this much; a request with its body fits.
    package static let readByteCount = 192 * 1024
    /// What is read of a connection at a time, but for a body whose length is known.
    package static let pieceByteCount = 32 * 1024
    /// Requests that are taken of one connection before others have their turn.
    package static let shareRequestCount = 32
    /// The same where there is somebody who asks for little.
    package static let smallShareRequestCount = 16
    /// Requests that are taken of one peer's connections before another peer has its turn.
    package static let turnRequestCount = 8
    /// Beyond this a wake-up hands over what it has, and looks who else has come.
    package static let wakeupRequestCountMax = 128
    /// The same while one peer alone has connections, and none of them more than its share.
    package static let lonePeerRequestCountMax = 512
    /// Requests under way of one peer with which its other connections wait while there is somebody
    /// who asks for little: whoever comes next waits for the commit of those.
    package static let peerUnderWayMax = 16
    /// How long a peer counts as one that asks for something, and as one that asks for much: a health
    /// check now and then does not hold the gateway to its share.
    package static let peerMemoryNanoseconds: UInt64 = 100_000_000
    /// Beyond so many peers those that have left are not remembered.
    package static let rememberedPeersMax = 1024
    /// Requests of one connection in one batch.
    package static let pipelinedMax = 128
    /// How long the store's owner answers requests before he commits: what waits for that commit
    /// waits as long. The shorter one holds where verifications do.
    package static let sliceNanoseconds: UInt64 = 4_000_000
    package static let hurriedSliceNanoseconds: UInt64 = 500_000
    /// Before a sealing that has failed is tried again.
    package var sealingPauseNanoseconds: UInt64 = 30_000_000_000
    /// A commit takes no further batch beyond this: a segment must hold any one of them.
    package static let commitRecordCountMax = 65_536
    /// Each takes 64 MiB while it hashes.
    package static let hashingThreads = 2
    package static let hashingCountMax = 32
    /// What opens credentials beside the store's owner: one processor is left for all else, and what
    /// is open at one time has room in the locked memory.
    package static var openingThreads: Int { min(4, Processors.count - 1) }
    /// A thread has this many lots, of this many credentials, at one time.
    package static let openingLotsMax = 2
    package static let openingLotCount = 16
    /// Where fewer wait, the owner opens them.
    package var openedAsideCountMin = 12
    /// Larger values are opened by the owner, one at a time: those under way share the locked memory.
    package static let openedAsideByteCountMax = 4096
    package var useFlushSeconds = 30
    /// Objects that a list or a count looks at before others have their turn: in its own batch,
    /// and each time between two.
    package static let firstPieceCount = 128
    package static let pieceCount = 128
    /// Lists, or searches of the log, that go on between batches: of one organization, and of all.
    package static let ownPlacesMax = 8
    package static let tenantPlacesMax = 256
    /// Tokens whose uses are written between two batches.
    package static let useFlushCount = 256
    /// Dead tokens that are looked at between two batches, how soon again while there are more,
    /// and when all are looked at anew.
    package static let sweepCount = 32
    package static let sweepMilliseconds: Int32 = 20
    package static let sweepSeconds = 3600
    package static let listDefault = 100
    package static let listMax = 1000
    /// Verifications of one request.
    package static let batchCountMax = 256
    package static let epochWaitSecondsMax: Int64 = 60
    /// Connections that may wait for the next epoch; further ones are answered at once.
    package static let epochWaitersMax = 64

    package init() {}
}
