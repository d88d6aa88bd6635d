import Testing
import Vault

@Suite struct NameTests {
    @Test(arguments: [
        "", "A", "acMe", "a b", "a.b", "a/b", "ä", "a\u{0}", "a\n", " a",
        String(repeating: "a", count: 65),
    ])
    func `a name outside its alphabet or length is refused`(text: String) {
        #expect(Name(text) == nil)
    }

    @Test(arguments: ObjectKind.allCases)
    func `a name that looks like an identifier is refused, canonical or not`(kind: ObjectKind) {
        let prefix = kind.prefix.description
        #expect(Name(prefix + String(repeating: "z", count: 22)) == nil)
        #expect(Name(prefix + String(repeating: "-", count: 22)) == nil)
        #expect(Name(prefix + String(repeating: "a", count: 21)) != nil)
        #expect(Name(prefix + String(repeating: "a", count: 23)) != nil)
    }

    @Test(arguments: ["a", "acme", "acme-2_eu", "0", "-", "_", String(repeating: "z", count: 64)])
    func `a name within its alphabet and length is kept as it is`(text: String) {
        #expect(Name(text)?.text == text)
    }

    @Test(arguments: [
        ("Acme Corp.", "acme-corp-"), ("ACME", "acme"), ("a_b-c", "a_b-c"), ("Ünï", "--n--"),
    ])
    func `a name is derived from a full name`(fullname: String, name: String) {
        #expect(Name(derivedFrom: fullname)?.text == name)
    }

    @Test func `nothing usable makes no name`() {
        #expect(Name(derivedFrom: "") == nil)
        #expect(Name(derivedFrom: "日本") == nil)
        #expect(Name(derivedFrom: "ACC_" + String(repeating: "A", count: 22)) == nil)
        #expect(Name(derivedFrom: String(repeating: "x", count: 300))?.text.utf8.count == 64)
    }

    @Test func `a reference is an identifier where it can be, else a name, else nothing`() {
        let id = AccountID(77)
        #expect(Reference<AccountKind>(id.text) == .identifier(id))
        #expect(Reference<AccountKind>("acme") == Name("acme").map(Reference.name))
        #expect(Reference<AccountKind>(OrganizationID(77).text) == nil)
        #expect(Reference<AccountKind>("Acme") == nil)
        #expect(Reference<AccountKind>("") == nil)
    }
}
