package import Wire

/// Every bound of the server, in one place; bytes, counts and times before authentication.
package struct ServerLimits: Sendable {
    package var http = HTTPLimits()
    package var json = JSONLimits()
    package var gatewayConnectionsMax = 8192
    /// The administrators' own, so that a flood on the gateway's side leaves them theirs.
    package var adminConnectionsMax = 256
    package var headerSeconds = 5
    package var bodySeconds = 10
    package var writeSeconds = 10
    package var idleSeconds = 120
    package var drainSeconds = 10
    /// Refusals of bad tokens that one peer gets recorded one by one, a second.
    package var refusalsRecordedPerSecond = 10_000
    /// Descriptors that connections never take: database, log, segments, sockets.
    package static let reservedDescriptors = 64
    /// A read takes at most this much; a request with its body fits.
    package static let readByteCount = 192 * 1024
    /// Beyond this the hot end of the audit log is sealed into a segment.
    package static let sealRecordCount: UInt64 = 131_072
    /// A commit takes no further batch beyond this: a segment must hold any one of them.
    package static let commitRecordCountMax = 65_536
    package static let useFlushSeconds = 30
    package static let checkpointSeconds = 1
    package static let listDefault = 100
    package static let listMax = 1000
    /// Verifications of one request.
    package static let batchCountMax = 256
    package static let epochWaitSecondsMax: Int64 = 60
    /// Connections that may wait for the next epoch; further ones are answered at once.
    package static let epochWaitersMax = 64

    package init() {}
}
