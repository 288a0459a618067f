import Access
import Contracts
import Postgres

/// A token for work in the background in the name of whoever asked for it (DESIGN §3).
///
/// An account has the rights that its grants of the session's role give today. A sandbox visitor has no account: there the
/// rights are those of the session, and only while it lives.
/// - Throws: `Fault` `.malformed` without a purpose; `.forbidden` when the person has no rights any more.
/// - Rule: Identity R13.
struct ActFor: Sendable {
    let database: Database
    let sessions: Sessions
    let trail: IdentityTrail

    static let longestPurpose = 40

    func callAsFunction(_ ask: ActForRequest, _ call: Call) async throws -> ActingToken {
        guard (1...Self.longestPurpose).contains(ask.purpose.utf8.count), ask.role.utf8.count <= 200 else {
            throw Fault(
                .malformed, "the purpose",
                violations: [.init(field: "purpose", problem: "must have 1 to \(Self.longestPurpose) bytes")])
        }
        return try await database.transaction(call) { session in
            guard var claims = try account(ask, session) ?? sessions.visitor(ask.userID, ask.sessionID, session) else {
                throw Fault(.forbidden, "whoever asked for this has no rights any more")
            }
            claims.purpose = ask.purpose
            try trail.write(.actFor, of: claims, service: call.service, purpose: ask.purpose, call, session)
            return try sessions.acting(claims)
        }
    }

    /// Nil when there is no such account, or nothing is left of its rights.
    private func account(_ ask: ActForRequest, _ session: borrowing Session) throws -> CallerClaims? {
        guard
            let (login, first, last) = try session.row(
                "SELECT login, first_name, last_name FROM identity.account WHERE id = \(ask.userID) AND status = 'active'",
                as: (String, String, String).self)
        else { return nil }
        let grants = try AccessTokens.grants(of: ask.userID, session).filter { $0.role == ask.role }
        let found = try OrganizationTable.find(grants, session)
        let rights = Rights(of: grants, by: try RoleTables.read(session)) { found[$0]?[$1]?.id }
        guard !rights.isEmpty else { return nil }
        return .with {
            $0.userID = ask.userID
            $0.login = login
            $0.groupLogin = login.lowercased()
            $0.firstName = first
            $0.lastName = last
            $0.role = ask.role
            $0.sessionID = ask.sessionID
            $0.permissions = rights.permissionScopes
        }
    }
}
