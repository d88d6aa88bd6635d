import Testing
import Wire

struct AuthorizationFieldTests {
    private func parse(_ value: String) -> AuthorizationField {
        let raw = bytes(value)
        return AuthorizationField(raw.span)
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Bearer  ", "Bearerabc", "Bearer\tabc", "Bearer a b",
        "Bearer a, Bearer b", "Bearer a,", "Bearer a=b", "Bearer =", "Bearer a\u{E9}",
        "Bearer \"a\"",
        "Bearer:a", " Bearer a", "Digest a", "Basic", "Basic ", "Basic a:b", "Token a", "a",
    ])
    func `what is not one well-formed credential is other`(value: String) {
        #expect(parse(value) == .other)
    }

    @Test(arguments: [("Bearer abc", 7..<10), ("bEARER   a-._~+/Z9==", 9..<20)])
    func `a bearer token is found in any case of its scheme`(value: String, range: Range<Int>) {
        #expect(parse(value) == .bearer(range))
    }

    @Test func `basic credentials are found and left in base64`() {
        #expect(parse("Basic dTpw") == .basic(6..<10))
        #expect(parse("BASIC dTo=") == .basic(6..<10))
    }

    @Test func `ranges are offsets into the whole of the bytes`() {
        let raw = bytes("xx Bearer abc yy")
        let field = AuthorizationField(raw.span, in: 3..<13)
        #expect(field == .bearer(10..<13))
    }
}
