import Foundation
import Server
import Testing
import Wire

/// `schema/openapi.yaml` against the router's table; `scripts/openapi` holds the answers to it.
struct DescriptionTests {
    @Test func `every route is described, and nothing is described that is no route`() throws {
        // The verification takes any method on any path below it, beside the table.
        let described = try Self.described().filter { !$0.hasSuffix(" /v1/verify") }
        let routes = Set(
            Router.table.map { route in
                "\(route.method.text.description.lowercased()) \(Self.anonymous(route.pattern))"
            })
        #expect(routes.subtracting(described).sorted() == [])
        #expect(described.subtracting(routes).sorted() == [])
        #expect(described.count > 40)
    }

    @Test func `a verification is described for every method`() throws {
        let methods = try Self.described().filter { $0.hasSuffix(" /v1/verify") }
        #expect(methods.count == Self.methods.count)
    }

    @Test func `every list is described with the fields that it can be narrowed and ordered by`()
        throws
    {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let routed = Router.table.filter { $0.queryNames.contains("order") }.map(\.pattern)
        for pattern in routed where !pattern.hasSuffix("/audit") {
            let fields = try #require(ListCatalogue.fields[pattern], "\(pattern)")
            let filter = "pattern: '^(\(fields.all.joined(separator: "|")))\\[(eq|neq|"
            let order =
                "pattern: '^(\(fields.orderable.joined(separator: "|")))(\\[(asc|desc)\\])?$'"
            #expect(text.contains(filter), "\(pattern) \(filter)")
            #expect(text.contains(order), "\(pattern) \(order)")
        }
        #expect(routed.count > 5)
    }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../schema/openapi.yaml").standardized

    private static let methods = ["get", "head", "post", "put", "patch", "delete", "options"]

    /// `method path` of each operation, by the layout of the file: paths are indented by two,
    /// methods by four.
    private static func described() throws -> Set<String> {
        var operations: Set<String> = []
        var path = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("components:") { break }
            if line.hasPrefix("  /"), let end = line.lastIndex(of: ":") {
                path = String(line[line.index(line.startIndex, offsetBy: 2)..<end])
            }
            guard line.hasPrefix("    "), !line.hasPrefix("     ") else { continue }
            let method = String(line.dropFirst(4).prefix { $0 != ":" })
            if methods.contains(method) { operations.insert("\(method) \(anonymous(path))") }
        }
        return operations
    }

    /// The names of variable parts are for people.
    private static func anonymous(_ path: String) -> String {
        path.split(separator: "/").map { $0.hasPrefix("{") ? "/{}" : "/\($0)" }.joined()
    }
}
