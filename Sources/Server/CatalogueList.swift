import Vault

/// A list of what the program brings along: in memory, by names instead of identifiers, and whole
/// unless a limit is asked for.
enum CatalogueList {
    static func page<Element>(
        _ call: Call, of elements: [Element], _ description: ListDescription<Element>,
        id: (Element) -> String
    ) throws(Refusal) -> [Element] {
        let limit = try call.query("limit") == nil ? elements.count : try call.limit()
        let order = try ListQuery.order(call.query("order"), description)
        var page = elements
        for filter in try ListQuery.filters(call, description) {
            var admitted: [Element] = []
            for element in page where filter.admits(try filter.field.value(element, call.vault)) {
                admitted.append(element)
            }
            page = admitted
        }
        page = try sorted(page, order, call.vault, id)
        guard let last = try call.query("start_after") else { return Array(page.prefix(limit)) }
        guard let place = page.firstIndex(where: { id($0) == last }) else {
            throw .invalidValue("start_after is the id of the last element seen")
        }
        return Array(page[(place + 1)...].prefix(limit))
    }

    private static func sorted<Element>(
        _ elements: [Element], _ order: ListQuery<Element>.Order, _ vault: Vault,
        _ id: (Element) -> String
    ) throws(Refusal) -> [Element] {
        var keyed: [(key: FieldValue?, element: Element)] = []
        for element in elements { keyed.append((try order.field.value(element, vault), element)) }
        keyed.sort { left, right in
            let relation = RelativeOrder(left.key, right.key, absentIsLast: false)
            switch order.isDescending ? relation.reversed : relation {
            case .before: return true
            case .after: return false
            case .same: return id(left.element) < id(right.element)
            }
        }
        return keyed.map(\.element)
    }
}

extension ListDescription<Provider> {
    static let providers = Self([
        .text("id", \.id.text), .text("name", \.id.text), .text("fullname", \.fullname),
        .text("connector", \.connector.text),
    ])
}

extension ListDescription<Connector> {
    static let connectors = Self([
        .text("id", \.id.text), .text("name", \.id.text), .text("fullname", \.fullname),
    ])
}

extension ListDescription<PermissionSet> {
    static let permissionSets = Self([.text("id", \.text), .text("name", \.text)])
}
