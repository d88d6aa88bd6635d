/// A list as one asker may see it, read a piece at a time in the order of identifiers.
///
/// Nothing of it is shown before `admits` was asked: narrowings hold for lists as for look-ups.
package struct Listing<Element> {
    package let id: (Element) -> UInt128
    /// Whether the asker may see the element at all.
    package let admits: (Element) throws(Refusal) -> Bool
    private let read: (UInt128, Int) throws(Refusal) -> [Element]
    private let find: (UInt128) throws(Refusal) -> Element?

    init(
        id: @escaping (Element) -> UInt128,
        read: @escaping (UInt128, Int) throws(Refusal) -> [Element],
        find: @escaping (UInt128) throws(Refusal) -> Element?,
        admits: @escaping (Element) throws(Refusal) -> Bool
    ) {
        self.id = id
        self.read = read
        self.find = find
        self.admits = admits
    }

    /// At most `count` elements after `position`, not yet judged; fewer only at the end.
    package func piece(after position: UInt128, count: Int) throws(Refusal) -> [Element] {
        try read(position, count)
    }

    /// One element, if the asker may see it.
    package func element(_ id: UInt128) throws(Refusal) -> Element? {
        guard let found = try find(id), try admits(found) else { return nil }
        return found
    }

    /// The next `limit` that the asker may see, however far apart they are.
    package func page(after position: UInt128 = 0, limit: Int) throws(Refusal) -> [Element] {
        var admitted: [Element] = []
        var position = position
        while admitted.count < limit {
            let piece = try read(position, Limits.listMax)
            for element in piece where admitted.count < limit {
                if try admits(element) { admitted.append(element) }
            }
            guard piece.count == Limits.listMax, let last = piece.last else { break }
            position = id(last)
        }
        return admitted
    }
}

extension Identifier {
    /// Where a list goes on that has seen everything up to `value`; nil for its beginning.
    init?(after value: UInt128) {
        guard value > 0 else { return nil }
        self.init(value)
    }
}
