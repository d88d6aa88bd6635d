import Testing
import Wire

/// The examples of RFC 7396, appendix A, for which the target is an object, and what they leave out.
@Suite struct JSONMergePatchTests {
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
        (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
        (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        (#"{"a":1}"#, #"{}"#, #"{"a":1}"#),
        (
            #"{"a":{"x":1,"y":2}}"#, #"{"a":{"y":{"z":[ null ]}},"b":[null]}"#,
            #"{"a":{"x":1,"y":{"z":[null]}},"b":[null]}"#
        ),
        (#"{"\u00e9":1}"#, #"{"e\u0301":2}"#, "{\"\u{e9}\":1,\"e\u{301}\":2}"),
        (#"{"\u0061":1}"#, #"{"a":2}"#, #"{"a":2}"#),
        (#"{"a":1}"#, #"{"\u0061":null,"b":1e3}"#, #"{"b":1e3}"#),
    ])
    func `a patch changes what it names`(_ target: String, _ patch: String, _ result: String) throws
    {
        let (before, bytes) = (Array(target.utf8), Array(patch.utf8))
        let made = try JSONDocument.parse(bytes.span).root.patching(
            JSONDocument.parse(before.span).root, before.span, bytes.span)
        #expect(String(decoding: made, as: UTF8.self) == result)
    }
}
