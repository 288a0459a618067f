import Access
import Contracts
import Foundation
import Postgres

/// Makes a new, distinct sandbox user and its session; two visitors never are the same user, whatever their role.
///
/// Whoever comes back with the secret of a session that timed out, and by the same entry, is still the same visitor, as
/// long as nothing of theirs has been removed.
///
/// - Throws: `Fault` `.preconditionFailed` in production mode, or when the role gives nothing; `.notFound` for an entry
///   that is not offered.
/// - Rule: Identity R8.
struct EnterSandbox: Sendable {
    let database: Database
    let doors: SandboxDoors
    let sessions: Sessions
    let trail: IdentityTrail

    func callAsFunction(_ ask: EnterSandboxRequest, _ call: Call) async throws -> NewSession {
        try doors.requireSandbox()
        let (secret, view) = try await database.transaction(call) { session in
            guard let open = try doors.open(session).first(where: { $0.door.key == ask.entry }) else {
                throw Fault(.notFound, "there is no such sandbox entry")
            }
            let book = try RoleTables.read(session)
            let found = try OrganizationTable.find([open.grant], session)
            let rights = Rights(of: [open.grant], by: book) { found[$0]?[$1]?.id }
            guard !rights.isEmpty, let role = book.role(named: open.grant.role) else {
                throw Fault(.preconditionFailed, "the role of this sandbox entry gives no rights")
            }
            let groupLogin = open.door.groupLogin?.lowercased()
            let earlier = try sessions.takeTimedOut(ask.previousSecret, session) {
                $0.role == role.name && $0.permissions == rights.permissionScopes
                    && $0.groupLogin == groupLogin ?? $0.login.lowercased()
            }
            let claims = try CallerClaims.with {
                $0.userID = try earlier?.userID ?? Self.newNumber(session)
                $0.login = earlier?.login ?? "\(role.name)#\(UUID().uuidString.lowercased())"
                $0.firstName = role.displayName
                $0.role = role.name
                $0.permissions = rights.permissionScopes
                $0.sandbox = true
                $0.groupLogin = groupLogin ?? $0.login.lowercased()
            }
            let begun = try sessions.begin(
                Sessions.Beginning(
                    claims: claims, displayName: role.displayName, organizationName: open.organizationName), session)
            try trail.write(
                .logon, of: begun.1.claims ?? claims, result: earlier == nil ? "entered" : "continued",
                address: ask.address, userAgent: ask.userAgent, call, session)
            return begun
        }
        return .with {
            $0.sessionSecret = secret.bytes
            $0.session = view
        }
    }

    private static func newNumber(_ session: borrowing Session) throws -> Int64 {
        let number = try session.row(
            "SELECT nextval(pg_get_serial_sequence('identity.account', 'id'))", as: Int64.self)
        guard let number else { throw Fault(.internalError, "no number for the visitor") }
        return number
    }
}
