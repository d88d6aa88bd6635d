/// Paths of the API.
enum Path {
    static func of(_ segments: String...) throws(ClientError) -> String {
        guard let path = URLText.path(segments) else {
            throw .invalidRequest("an id or name is empty")
        }
        return path
    }

    static func headers(_ idempotencyKey: String?, ifMatch: String? = nil) -> [Header] {
        let fields = [("Idempotency-Key", idempotencyKey), ("If-Match", ifMatch)]
        return fields.compactMap { name, value in value.map { Header(name, $0) } }
    }
}

extension Connection {
    /// The object below `result` of a successful answer.
    func result(
        _ method: Method, _ path: String, query: [QueryItem] = [], headers: [Header] = [],
        body: SecretText? = nil, bearer: SecretText? = nil
    ) throws(ClientError) -> AnswerObject {
        let response = try request(
            method, path, query: query, headers: Self.described(headers, body), body: body,
            bearer: bearer)
        return try Answer(response.success().body).object().object("result")
    }

    /// The objects of a list.
    func results(
        _ path: String, query: [QueryItem], bearer: SecretText? = nil
    ) throws(ClientError) -> [AnswerObject] {
        let response = try request(.get, path, query: query, bearer: bearer)
        return try Answer(response.success().body).object().objects("result")
    }

    /// A call whose answer says no more than that it was done.
    func perform(
        _ method: Method, _ path: String, query: [QueryItem] = [], bearer: SecretText? = nil
    ) throws(ClientError) {
        _ = try request(method, path, query: query, bearer: bearer).success()
    }

    private static func described(_ headers: [Header], _ body: SecretText?) -> [Header] {
        body == nil ? headers : headers + [Header("Content-Type", "application/json")]
    }
}

extension AnswerObject {
    /// The object of that name, or this one where the answer holds the object itself.
    func named(_ name: StaticString) throws(ClientError) -> AnswerObject {
        try optionalObject(name) ?? self
    }
}

extension Response {
    /// What the body of a refusal says; a body that says nothing gives a problem without detail.
    func problem() -> Problem {
        let blank = Problem(
            type: "about:blank", title: "status \(status)", retryAfterSeconds: retryAfterSeconds)
        // A refusal without a readable body is still a refusal.
        guard let object = try? Answer(body).object() else { return blank }
        func text(_ name: StaticString) -> String? {
            // A member of another type says nothing.
            try? object.optionalString(name)
        }
        return Problem(
            type: text("type") ?? blank.type, title: text("title") ?? blank.title,
            detail: text("detail") ?? "", requestID: text("request_id") ?? header("x-request-id"),
            retryAfterSeconds: retryAfterSeconds)
    }

    private var retryAfterSeconds: Int? { header("retry-after").flatMap { Int($0) } }
}
