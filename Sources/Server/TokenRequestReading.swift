import Vault
import Wire

/// The bodies of mint and renewal calls.
enum TokenRequestReading {
    static func read(
        _ call: Call, _ grant: Grant, orElse usual: PermissionSet?
    ) throws(Refusal) -> AdhocRequest {
        guard call.request.body != nil else {
            guard let usual else { throw .malformedRequest("permission_set must be given") }
            return AdhocRequest(permissionSet: usual)
        }
        var fields = try call.fields()
        var request = AdhocRequest(permissionSet: try permissionSet(&fields, orElse: usual))
        request.name = try fields.name()
        request.fullname = try fields.fullname()
        request.timeToLive = try fields.span("token_ttl")
        request.resources = try ResourcesReading(call, grant).read(&fields)
        request.integrationPoint = try IntegrationPointReading.reference(&fields)
        request.isSingleUse = try fields.optionalBool("single_use") ?? false
        try fields.finish()
        return request
    }

    private static func permissionSet(
        _ fields: inout BodyFields, orElse usual: PermissionSet?
    ) throws(Refusal) -> PermissionSet {
        guard let set = try fields.permissionSet() ?? usual else {
            throw .malformedRequest("permission_set must be given")
        }
        return set
    }

    /// How long the old generation stays; `0s` lets it die at once.
    static func grace(_ fields: inout BodyFields) throws(Refusal) -> TimeSpan? {
        guard let text = try fields.optionalString("grace") else { return nil }
        guard let microseconds = DurationText.parse(text) else {
            throw .invalidValue("grace is a duration like 24h")
        }
        return TimeSpan(microseconds: microseconds)
    }
}
