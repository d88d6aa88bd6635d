/// One route as the product describes it: who may, and what a good call looks like.
struct Row: Sendable {
    enum Plane: Sendable {
        case operators
        case management
        case data
        /// The secret in the request, or the place at the socket, is all the right there is.
        case own
    }

    enum Scope: Sendable {
        /// The one thing that the path names.
        case object
        /// What spans the organization, or is a part of it that is nobody's in particular: for
        /// those only whom nothing confines.
        case whole
        /// The same, but an account's token has its account's part of it.
        case wholeOrAccount
        /// A list of which everybody sees its own part.
        case part
        /// What is the same for everybody.
        case shared
    }

    /// Rules beyond permission and reach.
    enum Rule: Sendable {
        case none
        /// New secrets: only for those who reach as far as the token does.
        case renewal
        /// What outlives the asker's token is made by no token that was lent for a while.
        case lasting
        /// Of tokens that speak for an organization.
        case ofOrganization
        /// Only the asker's own token is meant; a default token is not ended this way.
        case session
    }

    let method: String
    let pattern: String
    var plane = Plane.management
    /// Of the plane of management; nil where the plane alone decides.
    var needs: String?
    var names = Named.nothing
    var scope = Scope.object
    var rule = Rule.none
    var status = 200
    var holderMay = false
    var refreshSecretMay = false
    /// Whether the answer of a good call holds secrets.
    var mints = false
    var body: Body = .none
    var force = false

    enum Body: Sendable {
        case none
        case text(String)
        /// `{"permission_set": ...}` with a set that the holder has.
        case set
        /// The shown token in a form, or in a list.
        case form, batch
    }
}
