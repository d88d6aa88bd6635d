import Server
import Support
import Synchronization
import Testing
import Vault
import Wire

/// Every route against every holder in every state and every relation, as the product has it.
@Suite struct `The permission matrix` {
    /// How many cells were looked at in this run, and of how many holders.
    private static let tally = Mutex((cells: 0, holders: 0))

    @Test func `every route has its row and every row its route`() {
        let routes = Set(Matrix.routes.map(\.title))
        let rows = Set(RouteTable.rows.map { "\($0.method) \($0.pattern)" })
        #expect(routes.subtracting(rows).sorted() == [], "routes without a row")
        #expect(rows.subtracting(routes).sorted() == [], "rows without a route")
        #expect(rows.count == RouteTable.rows.count)
    }

    @Test func `a route is served where its row says and nowhere else`() {
        for route in Matrix.routes {
            guard let row = RouteTable.row(route.method.text.description, route.shape) else {
                continue
            }
            let surfaces: [Surface] =
                switch row.plane {
                case .operators: [.admin]
                case .management: [.admin, .management]
                case .data: [.gateway]
                case .own: row.pattern.hasPrefix("/v1/auth") ? [.admin, .management] : [.gateway]
                }
            #expect(route.surfaces == surfaces, "\(route.title)")
        }
    }

    @Test func `the built-in sets give what the product says`() {
        #expect(Set(Permission.allCases.map(\.text)) == Set(PermissionTable.all))
        #expect(Set(PermissionSet.allCases.map(\.text)) == Set(PermissionTable.sets.keys))
        for set in PermissionSet.allCases {
            let given = Set(set.mask.permissions.map(\.text))
            #expect(given == PermissionTable.sets[set.text], "\(set.text)")
        }
    }

    @Test(arguments: Holder.all)
    func `each cell answers as the table says`(holder: Holder) throws {
        var matrix = try Matrix(holder)
        for state in TokenState.allCases where state.applies(to: holder) {
            try matrix.run(state)
        }
        let count = matrix.cellCount
        let tally = Self.tally.withLock { tally in
            tally.cells += count
            tally.holders += 1
            return tally
        }
        #expect(count > 1000)
        guard tally.holders == Holder.all.count else { return }
        print("matrix: \(tally.cells) cells of \(Matrix.routes.count) routes looked at")
    }
}
