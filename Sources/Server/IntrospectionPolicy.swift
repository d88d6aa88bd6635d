package import Crypto
package import Vault

/// Who may introspect beyond being a peer of the socket, and for how long an answer may be kept.
package struct IntrospectionPolicy: Sendable {
    package let clients: [IntrospectionClient]
    package let revocationBound: TimeSpan

    package init(clients: [IntrospectionClient] = [], revocationBound: TimeSpan = .seconds(30)) {
        self.clients = clients
        self.revocationBound = revocationBound
    }

    /// client_secret_basic or client_secret_post; not asked for when no clients are configured.
    func admits(_ basic: BasicCredentials?, _ form: TokenForm) -> Bool {
        guard !clients.isEmpty else { return true }
        if let basic { return clients.contains { $0.admits(basic) } }
        guard let id = form.clientID, let secret = form.clientSecret else { return false }
        return clients.contains { client in
            secret.bytes.withSpan { client.admits(id: Array(id.utf8).span, secret: $0) }
        }
    }
}

/// A client's name and secret, in locked memory.
package final class IntrospectionClient: Sendable {
    private let id: [UInt8]
    private let secret: Secret

    package init(id: String, secret: consuming Secret) {
        self.id = Array(id.utf8)
        self.secret = secret
    }

    func admits(_ basic: BasicCredentials) -> Bool {
        basic.encoded.withSpan { encoded in
            guard var pair = unsafe Base64.decode(encoded.bytes) else { return false }
            defer { Wiping.wipe(&pair) }
            guard let colon = pair.firstIndex(of: 58) else { return false }
            let span = pair.span
            return admits(
                id: span.extracting(0..<colon), secret: span.extracting(colon + 1..<span.count))
        }
    }

    func admits(id: Span<UInt8>, secret: Span<UInt8>) -> Bool {
        guard id.count == self.id.count else { return false }
        for index in id.indices where id[index] != self.id[index] { return false }
        guard let presented = unsafe try? Secret(copying: secret.bytes) else {
            // Without room to compare in, nobody is let in.
            return false
        }
        return presented.isEqual(self.secret)
    }
}
