package import Vault

/// What an operator may set; every key has a flag of the same name.
package struct Configuration: Sendable {
    package var data = "/var/lib/strongroom"
    package var run = "/run/strongroom"
    /// The text of an unseal method; nil for the one beside the data.
    package var unseal: String?
    package var gateways: PeerPolicy
    package var operators: PeerPolicy
    /// Peers of `management.sock`; nil leaves that socket off.
    package var management: PeerPolicy?
    /// Peers that may have credentials put into their verifications' answers.
    package var inject = PeerPolicy()
    package var durability = Durability.disk
    package var ioThreads = 1
    package var cacheBytes = 256 << 20
    package var limits = ServerLimits()
    package var lifetimes = Lifetimes()
    package var introspectionClients: [ClientFile] = []
    package var revocationBound = TimeSpan.seconds(30)

    /// An introspection client, and the file that its secret is in.
    package struct ClientFile: Equatable, Sendable {
        package let id: String
        package let secretFile: String
    }

    /// - Parameter ownUID: the daemon's own user, who is a peer of both sockets beside root.
    package init(ownUID: UInt32) {
        gateways = PeerPolicy(uids: [0, ownUID])
        operators = PeerPolicy(uids: [0, ownUID])
    }
}

/// What is wrong with a configuration, in one sentence.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Of the file, from 1; nil for a flag.
    package let line: Int?
    package let sentence: String

    package init(line: Int? = nil, _ sentence: String) {
        self.line = line
        self.sentence = sentence
    }

    package var description: String {
        guard let line else { return sentence }
        return "line \(line): \(sentence)"
    }
}
