import Audit
import Crypto
import Server
import Support
import Testing
import Vault
import Wire

/// Carries out every cell of one holder's part of the matrix, each on the same scenario.
struct Matrix {
    static let routes = [Router.verify] + Router.table

    private let holder: Holder
    private(set) var cellCount = 0

    init(_ holder: Holder) throws { self.holder = holder }

    mutating func run(_ state: TokenState) throws {
        let scenario = try Scenario(holder, state)
        for route in Self.routes {
            guard let row = RouteTable.row(route.method.text.description, route.shape) else {
                continue
            }
            try run(route, row, on: scenario)
        }
    }

    private mutating func run(_ route: Route, _ row: Row, on scenario: Scenario) throws {
        let server = try scenario.server()
        var hidden: [Bool: Reaction] = [:]
        for target in scenario.world.targets(row.names) {
            let expectation = Expectation(
                row: row, holder: holder, state: scenario.state, target: target)
            let reaction = try server.answer(scenario.question(route, row, target))
            let cell: Comment = """
                \(row.method) \(row.pattern) by \(holder.testDescription), \
                \(scenario.state.rawValue), on \(target.relation.rawValue) \
                \(target.parameters.joined(separator: "/")): \(reaction.text)
                """
            #expect(reaction.status == expectation.status, cell)
            if expectation.isHidden {
                // Foreign, absent and of the wrong kind are the same answer, byte for byte.
                let first = hidden[target.isOrganization] ?? reaction
                #expect(first.looks(like: reaction), cell)
                hidden[target.isOrganization] = first
            }
            try check(reaction, row, on: scenario, cell)
            // As if it had never been.
            try scenario.world.vault.abandon()
            cellCount += 1
        }
    }

    private func check(
        _ reaction: Reaction, _ row: Row, on scenario: Scenario, _ cell: Comment
    ) throws {
        if row.plane != .operators {
            for id in Identifiers(in: reaction.body) where scenario.foreignIDs.contains(id) {
                Issue.record("another organization's \(id) shows: \(cell)")
            }
        }
        let isGood = (200...299).contains(reaction.status)
        // An end user's page is given no secret, but for the next ones of a token that it renews
        // with the secret that is made for that.
        let mayHold =
            row.plane != .management || scenario.state.isRefresh
            || holder.lent.contains { $0.set != "connect-ui" }
        let mustHold = isGood && row.mints && mayHold
        #expect(reaction.holdsTokenSecret == mustHold, cell)
        switch row.pattern {
        case "/v1/introspect":
            #expect(
                reaction.text.hasPrefix(#"{"active":true"#) == scenario.state.isGood, cell)
        case "/v1/verify/batch":
            let status =
                scenario.state.isGood ? 200 : scenario.state == .organizationDisabled ? 403 : 401
            #expect(reaction.text.hasPrefix(#"{"result":[{"status":\#(status)"#), cell)
        case "/v1/revoke":
            #expect(try scenario.newestIsGood == scenario.newestSurvivesRevocation, cell)
        default: break
        }
    }
}

extension Route {
    /// The pattern without the names of its variable parts.
    var shape: String {
        pattern.split(separator: "/").map { $0.hasPrefix("{") ? "/{}" : "/\($0)" }.joined()
    }

    var title: String { "\(method.text) \(shape)" }
}
