extension JSONValue {
    /// What a merge patch (RFC 7396) makes of an object: this value is the patch.
    ///
    /// - Parameters:
    ///   - bytes: those that the patch was parsed from.
    ///   - target: what is patched, parsed from `targetBytes`; nil where there is nothing.
    package func patching(
        _ target: JSONValue?, _ targetBytes: Span<UInt8>, _ bytes: Span<UInt8>
    ) -> [UInt8] {
        var json = JSONWriter([UInt8]())
        patch(target, targetBytes, bytes, &json)
        return json.finish()
    }

    private func patch(
        _ target: JSONValue?, _ targetBytes: Span<UInt8>, _ bytes: Span<UInt8>,
        _ json: inout JSONWriter<[UInt8]>
    ) {
        guard kind == .object else { return json.raw(minified(bytes).span) }
        // By their bytes: strings that only look the same are different names.
        var changes: [[UInt8]: JSONValue] = [:]
        for member in members { changes[Self.key(member.name, bytes)] = member.value }
        json.beginObject()
        for member in target?.members ?? JSONMembers(object: self, remaining: 0) {
            let name = member.name.string(targetBytes) ?? ""
            let key = Self.key(member.name, targetBytes)
            guard let change = changes.removeValue(forKey: key) else {
                json.member(name)
                json.raw(member.value.minified(targetBytes).span)
                continue
            }
            guard !change.isNull else { continue }
            json.member(name)
            change.patch(member.value, targetBytes, bytes, &json)
        }
        // In the order of the patch; a null of what is not there changes nothing.
        for member in members {
            let name = member.name.string(bytes) ?? ""
            guard let new = changes[Self.key(member.name, bytes)], !new.isNull else { continue }
            json.member(name)
            new.patch(nil, targetBytes, bytes, &json)
        }
        json.endObject()
    }

    private static func key(_ name: JSONValue, _ bytes: Span<UInt8>) -> [UInt8] {
        Array((name.string(bytes) ?? "").utf8)
    }
}
