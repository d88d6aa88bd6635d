/// What has ended in the vault since an epoch, for those who keep its decisions.
///
/// A kept decision may no longer hold when an entry's `affects` is one of the ids in it and the
/// entry's `epoch` is higher than its own; and none does when `isReset` is true.
public struct RevocationNews: Sendable, Equatable {
    /// One change that may have ended an authority.
    public struct Entry: Sendable, Equatable {
        /// `token`, `integration`, `account`, `organization`, ...
        public let kind: String
        /// What ended or changed.
        public let id: String
        /// Every decision that names this id may no longer hold.
        public let affects: String
        /// When, in the vault's count of such changes.
        public let epoch: Int64
    }

    /// How far this goes: what to ask with next.
    public let epoch: Int64
    /// The vault no longer knows what came after the epoch that was asked with.
    public let isReset: Bool
    /// In order; at most 1000.
    public let revoked: [Entry]
}

extension GatewayClient {
    /// What has ended since an epoch; the current epoch alone when `since` is nil.
    ///
    /// - Parameter waitSeconds: how long the vault may wait for news, at most 60 and below the
    ///   connection's time-out.
    public func epoch(
        since: Int64? = nil, waitSeconds: Int = 0
    ) throws(ClientError) -> RevocationNews {
        guard waitSeconds < connection.limits.timeoutSeconds else {
            throw .invalidRequest("the connection's time-out is not longer than the wait")
        }
        var query: [QueryItem] = []
        if let since { query.append(QueryItem("since", String(since))) }
        if waitSeconds > 0 { query.append(QueryItem("wait", "\(waitSeconds)s")) }
        let before = memory.seen
        let object = try connection.result(.get, Path.of("epoch"), query: query)
        let checkpoint = try object.optionalString("checkpoint")
        if let checkpoint { try memory.note(checkpoint: checkpoint, since: before) }
        guard let isReset = try object.optionalBool("reset") else {
            throw .protocolViolation("news without \"reset\"")
        }
        var entries: [RevocationNews.Entry] = []
        for entry in try object.objects("revoked") {
            entries.append(
                RevocationNews.Entry(
                    kind: try entry.string("kind"), id: try entry.string("id"),
                    affects: try entry.string("affects"), epoch: try entry.integer("epoch")))
        }
        let epoch = try object.integer("epoch")
        try memory.note(epoch: epoch, since: before)
        return RevocationNews(epoch: epoch, isReset: isReset, revoked: entries)
    }
}
