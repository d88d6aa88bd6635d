import Support
import Testing
import Vault

/// What is asked of tokens beside their look-ups, on every engine.
@Suite struct `Questions about tokens` {
    private let specimens = Specimens()

    @Test(arguments: Fixture.Engine.allCases)
    func `children and a member's tokens are one organization's, upwards, page by page`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let (mine, other): (OrganizationID, OrganizationID) = (specimens.id(), specimens.id())
        let parent = specimens.token(in: mine)
        let member: MemberID = specimens.id()
        var children: [TokenID] = []
        for index in 0..<5 {
            let child = specimens.token(
                in: mine, parent: parent.id, member: index < 3 ? member : nil)
            try store.apply(.insertToken(child))
            children.append(child.id)
        }
        try store.apply(.insertToken(specimens.token(in: other, parent: parent.id, member: member)))
        children.sort()
        #expect(
            try store.children(of: parent.id, in: mine, after: nil, limit: 9).map(\.id) == children)
        let page = try store.children(of: parent.id, in: mine, after: children[1], limit: 2)
        #expect(page.map(\.id) == Array(children[2...3]))
        #expect(try store.children(of: children[0], in: mine, after: nil, limit: 9).isEmpty)
        let ofMember = try store.tokens(of: member, in: mine, after: nil, limit: 9)
        #expect(ofMember.count == 3 && ofMember.allSatisfy { $0.member == member })
        #expect(ofMember.map(\.id) == ofMember.map(\.id).sorted())
        #expect(try store.tokens(of: member, in: mine, after: ofMember[2].id, limit: 9).isEmpty)
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `the dead come in the order of their end, default tokens and the living never`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let organization: OrganizationID = specimens.id()
        let parent: TokenID = specimens.id()
        let limit = specimens.start.advanced(by: .days(10))
        func add(_ end: TimeSpan, revoked: TimeSpan? = nil, isDefault: Bool = false) throws
            -> TokenID
        {
            var token = specimens.token(in: organization, parent: isDefault ? nil : parent)
            token.primary.expires = specimens.start.advanced(by: end)
            token.revokedAt = revoked.map(specimens.start.advanced)
            try store.apply(.insertToken(token))
            return token.id
        }
        _ = try add(.days(1), isDefault: true)
        _ = try add(.days(10))
        let expired = try add(.days(9))
        let revoked = try add(.days(300), revoked: .days(2))
        let twins = [try add(.days(5)), try add(.days(5))].sorted()
        var found: [TokenID] = []
        var position: DeadPosition?
        while true {
            let page = try store.deadTokens(before: limit, after: position, limit: 1)
            guard let token = page.first else { break }
            found.append(token.id)
            position = DeadPosition(
                end: token.revokedAt ?? token.primary.expires, token: token.id)
        }
        #expect(found == [revoked] + twins + [expired])
    }

    @Test(arguments: Fixture.Engine.allCases)
    func `a history is replaced as a whole and goes with its token`(
        _ engine: Fixture.Engine
    ) throws {
        let store = try StoreUnderTest(engine).store
        let organization: OrganizationID = specimens.id()
        let token = specimens.token(in: organization)
        try store.apply(.insertToken(token))
        var history = UseHistory(organization: organization, token: token.id, carried: 1)
        try store.apply(.putUseHistory(history))
        history.carried = 2
        history.marks = [.init(hour: 4, total: 9)]
        try store.apply(.putUseHistory(history))
        #expect(try store.useHistory(of: token.id, in: organization) == history)
        #expect(try store.useHistory(of: token.id, in: specimens.id()) == nil)
        #expect(try store.hasAnswers(about: token.id, in: organization) == false)
        try store.apply(.deleteToken(token.id, organization))
        #expect(try store.useHistory(of: token.id, in: organization) == nil)
    }
}
