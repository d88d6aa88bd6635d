import Foundation
import StrongroomClient

/// An answer's JSON, by paths such as `result.token.id`.
struct JSONAnswer {
    let response: Response
    private let root: Any?

    init(_ response: Response) {
        self.response = response
        let bytes = response.body.withBytes { span in Data(span.indices.map { span[$0] }) }
        // Not every answer has a body; asking it for a member then fails the test.
        root = try? JSONSerialization.jsonObject(with: bytes)
    }

    var status: Int { response.status }
    var requestID: String? { response.header("x-request-id") }

    func value(_ path: String) -> Any? {
        path.split(separator: ".").reduce(root) { value, name in
            (value as? [String: Any])?[String(name)]
        }
    }

    func text(_ path: String) throws -> String {
        guard let text = value(path) as? String else { throw Absent(path: path) }
        return text
    }

    func number(_ path: String) throws -> Int {
        guard let number = value(path) as? Int else { throw Absent(path: path) }
        return number
    }

    func isNull(_ path: String) -> Bool { value(path) is NSNull }

    struct Absent: Error { let path: String }
}
