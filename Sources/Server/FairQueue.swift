/// First in, first out, with constant time at both ends.
struct Fifo<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            elements[head] = nil
            head += 1
            compact()
        }
        return elements[head]
    }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        elements = elements[head...].filter { element in element.map { !isUnwanted($0) } ?? false }
        head = 0
    }

    /// What was taken is given back when it is as much as what is left.
    private mutating func compact() {
        if head == elements.count {
            elements.removeAll(keepingCapacity: head <= 1024)
            head = 0
        } else if head > 64, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
    }
}

/// Takes one element of each key in turn, and those of one key in their order: whoever brings many
/// waits for himself.
package struct FairQueue<Key: Hashable, Element> {
    private var queues: [Key: Fifo<Element>] = [:]
    /// Keys that have elements, the next one first.
    private var turns = Fifo<Key>()
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ element: Element, of key: Key) {
        count += 1
        if queues[key] == nil { turns.append(key) }
        queues[key, default: Fifo()].append(element)
    }

    package mutating func popFirst() -> Element? {
        guard let key = turns.popFirst(), let element = queues[key]?.popFirst() else { return nil }
        count -= 1
        if queues[key]?.isEmpty == true { queues[key] = nil } else { turns.append(key) }
        return element
    }

    package mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        var keys = Fifo<Key>()
        count = 0
        while let key = turns.popFirst() {
            queues[key]?.removeAll(where: isUnwanted)
            let rest = queues[key]?.count ?? 0
            if rest == 0 { queues[key] = nil } else { keys.append(key) }
            count += rest
        }
        turns = keys
    }
}
