import Vault
import Wire

/// One list on its way: read in the order of identifiers, narrowed, and if it has another order
/// sorted, with no more than a page of it in memory.
final class ListRead<Element, View>: LongRead {
    private struct Found {
        let element: Element
        let id: UInt128
        let key: FieldValue?
    }

    private let vault: Vault
    package let grant: Grant
    private let query: ListQuery<Element>
    private let listing: Listing<Element>
    private let view: (Element) throws(Refusal) -> View
    private let write: (View, inout ObjectWriter) -> Void
    private let cheap: [ListFilter<Element>]
    private let costly: [ListFilter<Element>]
    private var found: [Found] = []
    /// Of the first of them; a view can cost as much as everything else that is done for an element.
    private var views: [View] = []
    private var position: UInt128 = 0
    /// Where a page of an order of its own begins: behind this element.
    private var start: Found?
    /// Whether everything was looked at that may belong here.
    private var isScanned = false
    var isFinished: Bool { isScanned && views.count == found.count }

    init(
        _ vault: Vault, _ grant: Grant, _ query: ListQuery<Element>, _ listing: Listing<Element>,
        view: @escaping (Element) throws(Refusal) -> View,
        write: @escaping (View, inout ObjectWriter) -> Void
    ) throws(Refusal) {
        self.vault = vault
        self.grant = grant
        self.query = query
        self.listing = listing
        self.view = view
        self.write = write
        cheap = query.filters.filter { !$0.field.isCostly }
        costly = query.filters.filter { $0.field.isCostly }
        guard let last = query.startAfter else { return }
        if query.order.isNatural {
            position = last
        } else {
            start = try startingPoint(last)
        }
    }

    /// Whatever the asker may not see is no place to start from, and neither is what is gone.
    private func startingPoint(_ id: UInt128) throws(Refusal) -> Found {
        guard let element = try listing.element(id) else {
            throw .invalidValue(
                "start_after is not there any more; an order other than by id begins anew")
        }
        return try made(element)
    }

    private func made(_ element: Element) throws(Refusal) -> Found {
        let key = query.order.isNatural ? nil : try query.order.field.value(element, vault)
        return Found(element: element, id: listing.id(element), key: key)
    }

    func advance(_ count: Int) throws(Refusal) {
        if !isScanned { try scan(count) }
        // In an order of its own the element that is looked at last may be the first.
        if isScanned || query.order.isNatural { try makeViews(count) }
    }

    private func scan(_ count: Int) throws(Refusal) {
        let piece = try listing.piece(after: position, count: count)
        for element in piece where !isScanned {
            position = listing.id(element)
            if try isWanted(element) { take(try made(element)) }
        }
        if piece.count < count { isScanned = true }
    }

    private func makeViews(_ countMax: Int) throws(Refusal) {
        for next in found.dropFirst(views.count).prefix(countMax) {
            views.append(try view(next.element))
        }
    }

    private func isWanted(_ element: Element) throws(Refusal) -> Bool {
        guard try meets(cheap, element), try listing.admits(element) else { return false }
        return try meets(costly, element)
    }

    private func meets(
        _ filters: [ListFilter<Element>], _ element: Element
    ) throws(Refusal) -> Bool {
        for filter in filters where !filter.admits(try filter.field.value(element, vault)) {
            return false
        }
        return true
    }

    private func take(_ new: Found) {
        if query.order.isNatural {
            found.append(new)
            isScanned = found.count == query.limit
            return
        }
        if let start, !precedes(start, new) { return }
        if found.count == query.limit, let last = found.last, !precedes(new, last) { return }
        found.insert(new, at: place(of: new))
        if found.count > query.limit { found.removeLast() }
    }

    private func place(of new: Found) -> Int {
        var (low, high) = (0, found.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(found[middle], new) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What is the same in the order's field goes by its id, so that no page loses or repeats.
    private func precedes(_ left: Found, _ right: Found) -> Bool {
        let isLast = query.order.field.absence == .last
        let order = RelativeOrder(left.key, right.key, absentIsLast: isLast)
        switch query.order.isDescending ? order.reversed : order {
        case .before: return true
        case .after: return false
        case .same: return left.id < right.id
        }
    }

    func reply() throws(Refusal) -> Reply {
        Reply(grant) { $0.list(views, self.write) }
    }
}

extension Call {
    /// The parameters of every list of objects.
    static let listQuery: Set<String> = ["limit", "start_after", "order", "filter"]

    func list<Element, View>(
        _ grant: Grant, _ query: ListQuery<Element>, _ listing: Listing<Element>,
        view: @escaping (Element) throws(Refusal) -> View,
        write: @escaping (View, inout ObjectWriter) -> Void
    ) throws(Refusal) -> Reply {
        let read = try ListRead(vault, grant, query, listing, view: view, write: write)
        return try answer(read, grant)
    }

    func list<Element>(
        _ grant: Grant, _ description: ListDescription<Element>, _ listing: Listing<Element>,
        write: @escaping (Element, inout ObjectWriter) -> Void
    ) throws(Refusal) -> Reply {
        let query = try ListQuery(self, description)
        return try list(grant, query, listing, view: { $0 }, write: write)
    }
}
