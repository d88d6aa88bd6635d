/// Which part of a list is wanted, and in which order.
public struct ListQuery: Sendable {
    /// At most 1000; the vault's default is 100.
    public var limit: Int?
    /// The id, or in the audit log the sequence number, of the last element seen.
    public var startAfter: String?
    /// `field[asc]` or `field[desc]`.
    public var order: String?
    /// Each `field[op]value`; all must hold.
    public var filters: [String] = []

    /// Asks for the first page.
    public init() {}

    /// Keeps to the elements whose field compares so; what was asked for before holds too.
    ///
    /// - Parameter field: one that the API's description names for this list.
    public mutating func narrow(_ field: String, _ comparison: Comparison, _ value: String) {
        filters.append("\(field)[\(comparison.rawValue)]\(value)")
    }

    /// Asks for another order than that of the ids.
    public mutating func sort(by field: String, isDescending: Bool = false) {
        order = "\(field)[\(isDescending ? "desc" : "asc")]"
    }

    /// How a field is compared with a value.
    public enum Comparison: String, Sendable {
        /// Is it, or is absent for `null`.
        case equal = "eq"
        /// Is something else, or is there for `null`.
        case unequal = "neq"
        /// Is one of several, with commas between them.
        case oneOf = "in"
        /// Times, numbers and texts that are behind it.
        case greater = "gt"
        /// Those and itself.
        case greaterOrEqual = "gte"
        /// Times, numbers and texts that are before it.
        case less = "lt"
        /// Those and itself.
        case lessOrEqual = "lte"
        /// Texts; `*` stands for any characters.
        case like
    }

    /// As parameters of a request.
    package var items: [QueryItem] {
        var items: [QueryItem] = []
        if let limit { items.append(QueryItem("limit", String(limit))) }
        if let startAfter { items.append(QueryItem("start_after", startAfter)) }
        if let order { items.append(QueryItem("order", order)) }
        return items + filters.map { QueryItem("filter", $0) }
    }
}
