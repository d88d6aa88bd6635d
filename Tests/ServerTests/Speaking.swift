import Foundation
import Server
import Support
import Testing

/// A request as text, and the shortest way to an answer.
struct Ask {
    var method: String
    var target: String
    var fields: [String] = []
    var body: String?

    init(_ method: String, _ target: String, bearer: String? = nil, json: String? = nil) {
        self.method = method
        self.target = target
        if let bearer { fields.append("Authorization: Bearer \(bearer)") }
        if let json {
            fields.append("Content-Type: application/json")
            body = json
        }
    }

    init(form: String, to target: String) {
        self.init("POST", target)
        fields.append("Content-Type: application/x-www-form-urlencoded")
        body = form
    }

    func with(_ fields: String...) -> Ask {
        var copy = self
        copy.fields += fields
        return copy
    }

    var text: String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: strongroom"] + fields
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }
}

extension DaemonUnderTest {
    @discardableResult
    func ask(_ surface: Surface, _ request: Ask) throws -> RawAnswer {
        let connection = try connect(surface)
        try connection.send(request.text)
        let answer = try connection.answer(toHead: request.method == "HEAD")
        let isUnrecorded = ["/healthz", "/metrics"].contains(request.target)
        if isUnrecorded, answer.status != 404 { ledger.forget(answer) }
        return answer
    }

    /// As an operator.
    @discardableResult
    func operate(_ method: String, _ path: String, _ json: String? = nil) throws -> RawAnswer {
        try ask(.admin, Ask(method, "/v1/operator/" + path, json: json))
    }

    /// As the holder of an organization's or an account's token.
    @discardableResult
    func manage(
        _ bearer: String, _ method: String, _ target: String, _ json: String? = nil
    ) throws -> RawAnswer {
        try ask(.admin, Ask(method, target, bearer: bearer, json: json))
    }

    /// As the gateway.
    @discardableResult
    func verify(_ bearer: String, _ query: String = "") throws -> RawAnswer {
        try ask(.gateway, Ask("GET", "/v1/verify" + query, bearer: bearer))
    }
}

extension RawAnswer {
    /// The JSON value at a path like `result.token.id`; nil where there is none.
    func value(_ path: String) -> Any? {
        var value = try? JSONSerialization.jsonObject(with: Data(body))
        for step in path.split(separator: ".") {
            if let index = Int(step), let list = value as? [Any] {
                value = index < list.count ? list[index] : nil
            } else {
                value = (value as? [String: Any])?[String(step)]
            }
        }
        return value is NSNull ? nil : value
    }

    func string(_ path: String) -> String? { value(path) as? String }
    func number(_ path: String) -> Int? { value(path) as? Int }

    func require(_ path: String) throws -> String {
        try #require(string(path), "\(status) \(text) has no \(path)")
    }

    /// The body without what differs from one request to the next.
    var bodyButRequestID: String { text.replacingOccurrences(of: requestID, with: "-") }

    /// The names of the fields and the values of those that do not change with every answer.
    var shape: [String] {
        fields.map { field in
            ["date", "x-request-id"].contains(field.name)
                ? field.name : "\(field.name): \(field.value)"
        }
    }
}
