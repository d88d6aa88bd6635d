import Linux
import StrongroomClient

/// One run of one verb: what it was given, where it talks to and what it prints to.
final class Session {
    let invocation: Invocation
    let output: Output
    /// What is put up with; counts from the first call on.
    var limits = Connection.Limits()
    private var openConnection: Connection?
    private var knownBearer: SecretText?

    /// Where the daemon's sockets are unless somebody says otherwise.
    private static let runDefault = "/run/strongroom"

    init(_ invocation: Invocation) {
        self.invocation = invocation
        output = Output(isQuiet: invocation.has("quiet"))
    }

    var isJSON: Bool { invocation.has("json") }

    /// A call under `/v1/operator`, whose authority is the caller's uid.
    func operate(
        _ method: Method, _ segments: [String], query: [QueryItem] = [], headers: [Header] = [],
        body: SecretText? = nil
    ) throws(Failure) -> Response {
        try call(method, ["operator"] + segments, query, headers, body, bearer: nil)
    }

    /// What `/metrics` says at the moment.
    func metrics() throws(Failure) -> String {
        let connection = try connection()
        return try calling { () throws(ClientError) in
            try connection.request(.get, "/metrics").success().text
        }
    }

    /// A call under `/v1` that presents a token.
    func manage(
        _ method: Method, _ segments: [String], query: [QueryItem] = [], headers: [Header] = [],
        body: SecretText? = nil
    ) throws(Failure) -> Response {
        try call(method, segments, query, headers, body, bearer: bearer())
    }

    /// A call by one who has no token yet, and shows a member's secret in `body`.
    func logOn(to organization: String, body: SecretText) throws(Failure) -> Response {
        try call(.post, ["auth", "logon", organization], [], [], body, bearer: nil)
    }

    private func call(
        _ method: Method, _ segments: [String], _ query: [QueryItem], _ headers: [Header],
        _ body: SecretText?, bearer: SecretText?
    ) throws(Failure) -> Response {
        guard let path = URLText.path(segments) else { throw .usage("an id or name is empty") }
        let described = body == nil ? headers : headers + [Self.json]
        let connection = try connection()
        let response = try calling { () throws(ClientError) in
            try connection.request(
                method, path, query: query, headers: described, body: body, bearer: bearer)
        }
        do {
            return try response.success()
        } catch {
            if isJSON { try output.print(exactly: response.body) }
            throw Failure(error)
        }
    }

    private static let json = Header("Content-Type", "application/json")

    private func connection() throws(Failure) -> Connection {
        if let openConnection { return openConnection }
        let made = Connection(path: try socketPath(), limits: limits)
        openConnection = made
        return made
    }

    private func socketPath() throws(Failure) -> String {
        let (run, socket) = (invocation.value("run"), invocation.value("socket"))
        guard run == nil || socket == nil else {
            throw .usage("--run and --socket both say where the daemon is; give one of them")
        }
        if let socket { return socket }
        if let run { return run + "/admin.sock" }
        return ProcessHygiene.environment("STRONGROOM_SOCKET") ?? Self.runDefault + "/admin.sock"
    }

    private func bearer() throws(Failure) -> SecretText {
        if let knownBearer { return knownBearer }
        let read = try SecretInput.bearer(invocation)
        knownBearer = read
        return read
    }
}
