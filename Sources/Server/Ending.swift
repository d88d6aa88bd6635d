import Linux

/// What asks the daemon to end.
package protocol Ending: Sendable {
    /// Returns when the end is asked for.
    func wait()
}

/// SIGTERM and SIGINT, as the service manager and a person at a shell send them.
final class SignalEnding: Ending {
    private let signals: SignalSource

    init(_ signals: consuming SignalSource) { self.signals = signals }

    func wait() {
        do {
            let signal = try signals.next()
            ProcessHygiene.writeError("strongroomd: signal \(signal), draining")
        } catch {
            // Without its signals the process could not be ended in order.
            fatalError("waiting for signals failed: \(error)")
        }
    }
}
