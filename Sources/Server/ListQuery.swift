import Vault

/// What a list was asked for: which elements, in which order, from where on, and how many.
struct ListQuery<Element> {
    static var filterCountMax: Int { 16 }

    struct Order {
        let field: ListField<Element>
        let isDescending: Bool

        /// Identifiers upwards is the order that lists are stored in.
        var isNatural: Bool { field.name == "id" && !isDescending }
    }

    let limit: Int
    let order: Order
    /// The last id seen.
    let startAfter: UInt128?
    let filters: [ListFilter<Element>]

    init(_ call: Call, _ description: ListDescription<Element>) throws(Refusal) {
        limit = try call.limit()
        order = try Self.order(try call.query("order"), description)
        startAfter = try Self.startAfter(call, description)
        filters = try Self.filters(call, description)
    }

    static func filters(
        _ call: Call, _ description: ListDescription<Element>
    ) throws(Refusal) -> [ListFilter<Element>] {
        let texts = call.request.query.filter { $0.name == "filter" }.map(\.value)
        guard texts.count <= filterCountMax else {
            throw .invalidValue("a list takes at most 16 filters")
        }
        var filters: [ListFilter<Element>] = []
        for text in texts { filters.append(try ListFilter(text, description)) }
        return filters
    }

    static func order(
        _ text: String?, _ description: ListDescription<Element>
    ) throws(Refusal) -> Order {
        let text = text ?? "id"
        let parts = try text.contains("[") ? BracketedText(text) : BracketedText(text + "[asc]")
        guard parts.rest.isEmpty else {
            throw .malformedRequest("an order is written field[asc] or field[desc]")
        }
        guard let field = description[parts.name], field.isOrderable else {
            throw .invalidValue("this list has no such field to be ordered by")
        }
        switch parts.bracketed {
        case "asc": return Order(field: field, isDescending: false)
        case "desc": return Order(field: field, isDescending: true)
        default: throw .invalidValue("an order is asc or desc")
        }
    }

    private static func startAfter(
        _ call: Call, _ description: ListDescription<Element>
    ) throws(Refusal) -> UInt128? {
        guard let text = try call.query("start_after") else { return nil }
        let bytes = Array(text.utf8)
        guard let (kind, value) = IdentifierText.parse(bytes.span),
            case .identifier(let kinds) = description["id"]?.type, kinds.contains(kind)
        else { throw .invalidValue("start_after is the id of the last element seen") }
        return value
    }

    /// The id that a field has to have, where a filter says so.
    func wanted<Kind>(_ name: String) -> Identifier<Kind>? {
        for filter in filters where filter.field.name == name && filter.comparison == .eq {
            if case .text(let text) = filter.values.first { return Identifier(text) }
        }
        return nil
    }
}
