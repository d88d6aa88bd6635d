package import Linux

/// Which peers of a socket are let in, by the numbers that the kernel reports.
package struct PeerPolicy: Equatable, Sendable {
    package var uids: Set<UInt32>
    package var gids: Set<UInt32>

    package init(uids: Set<UInt32> = [], gids: Set<UInt32> = []) {
        self.uids = uids
        self.gids = gids
    }

    package func admits(_ peer: PeerCredentials) -> Bool {
        uids.contains(peer.uid) || gids.contains(peer.gid)
    }
}

/// The sockets, by who is at the other end.
package enum Surface: String, Sendable {
    /// The platform's gateway: verification, introspection, release.
    case gateway
    /// Operators by their uid, and the management API.
    case admin
    /// The management API alone, for platforms that publish it through their gateway.
    case management
}
