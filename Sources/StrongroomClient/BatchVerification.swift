import Wire

/// One token of a batch, and what is demanded of it.
public struct BatchQuestion: Sendable {
    /// What the caller presented; nil where it presented nothing.
    public var token: SecretText?
    /// What the token must be beyond being valid.
    public var requirement: TokenRequirement

    /// Demands nothing but validity when no requirement is given.
    public init(_ token: SecretText?, _ requirement: TokenRequirement = TokenRequirement()) {
        self.token = token
        self.requirement = requirement
    }
}

/// What the vault says to one token of a batch.
public enum BatchDecision: Sendable, Equatable {
    /// The token is good and meets its requirement.
    case allowed(TokenIdentity)
    /// 401 for a token that is not good, 403 for one that is too narrow, 503 for one that could
    /// not be judged.
    case refused(status: Int)
}

extension GatewayClient {
    /// Decides up to 256 tokens in one call; the decisions are in the questions' order.
    ///
    /// - Throws: `refused` when the batch as a whole is not one; nothing was judged then.
    public func verifyBatch(_ questions: [BatchQuestion]) throws(ClientError) -> [BatchDecision] {
        let before = memory.seen
        let response = try connection.request(
            .post, Path.of("verify", "batch"),
            headers: [Header("Content-Type", "application/json")], body: Self.body(questions)
        ).success()
        let epoch = response.header("x-strongroom-epoch").flatMap { Int64($0) }
        if let epoch { try memory.note(epoch: epoch, since: before) }
        let answers = try Answer(response.body).object().objects("result")
        guard answers.count == questions.count else {
            throw .protocolViolation("another number of decisions than of questions")
        }
        var decisions: [BatchDecision] = []
        for answer in answers { decisions.append(try BatchDecision(answer, epoch: epoch)) }
        return decisions
    }

    private static func body(_ questions: [BatchQuestion]) -> SecretText {
        var json = JSONWriter(WipedBuffer(capacity: 64 + 192 * questions.count))
        json.beginObject()
        json.member("tokens")
        json.beginArray()
        for question in questions {
            json.beginObject()
            if let token = question.token {
                json.member("token")
                token.withBytes { json.string(bytes: $0) }
            }
            for item in question.requirement.items {
                json.member(item.name)
                json.string(item.value)
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.finish().take()
    }
}

extension BatchDecision {
    fileprivate init(_ answer: AnswerObject, epoch: Int64?) throws(ClientError) {
        switch try answer.integer("status") {
        case 200: self = .allowed(try TokenIdentity(answer, epoch: epoch))
        case let status: self = .refused(status: Int(clamping: status))
        }
    }
}

extension TokenIdentity {
    fileprivate init(_ object: AnswerObject, epoch: Int64?) throws(ClientError) {
        organization = Organization.ID(try object.string("organization_id"))
        account = try object.optionalString("account_id").map { Account.ID($0) }
        integration = try object.optionalString("integration_id").map { Integration.ID($0) }
        token = Token.ID(try object.string("token_id"))
        level = try object.string("level")
        scope = try object.string("scope").split(separator: " ").map(String.init)
        connector = try object.optionalString("connector").map { Connector.ID($0) }
        provider = try object.optionalString("provider").map { Provider.ID($0) }
        expires = try object.string("expires")
        self.epoch = epoch
    }
}
