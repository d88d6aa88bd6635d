package import Wire

/// How large an answer may be: what the daemon's own limits let it say, and no more.
///
/// The largest is a whole list. No object in it is longer than the request that made it, but for
/// what the daemon adds: ids, times and numbers.
enum AnswerLimits {
    private static let listCountMax = 1000
    private static let request = JSONLimits()
    private static let addedByteCountMax = 4096
    private static let addedNodeCountMax = 128

    static let byteCountMax = listCountMax * (request.byteCountMax + addedByteCountMax)
    static let nodeCountMax = listCountMax * (request.nodeCountMax + addedNodeCountMax)
    /// A `provider_config` stands one container down in a request, and three in a list.
    static let depthMax = 2 * request.depthMax
}

extension JSONLimits {
    package static let ofAnswers: JSONLimits = {
        var limits = JSONLimits()
        limits.byteCountMax = AnswerLimits.byteCountMax
        limits.nodeCountMax = AnswerLimits.nodeCountMax
        limits.depthMax = AnswerLimits.depthMax
        return limits
    }()
}
