import Synchronization

/// How many connections one socket may have, counted over all of its loops: the kernel hands a new
/// one to whichever asks first, so that a loop's own share could be full while others have room.
package final class ConnectionPlaces: Sendable {
    private let max: Int
    private let taken = Atomic<Int>(0)

    package init(max: Int) { self.max = max }

    /// For a connection that was accepted; false where it is to be told that there are too many.
    func take() -> Bool { taken.wrappingAdd(1, ordering: .relaxed).newValue <= max }

    /// Of one that was closed, told so or not.
    func giveBack() { taken.wrappingAdd(-1, ordering: .relaxed) }

    /// Whether another may be accepted, if only to be told that there are too many.
    var mayAccept: Bool { taken.load(ordering: .relaxed) < max + ServerLimits.turnedAwayMax }
}
