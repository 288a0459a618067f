import Contracts
import Postgres

/// Ends a session; all copies drop what they keep for it. Ending it again changes nothing.
///
/// - Rule: Identity R4.
struct EndSession: Sendable {
    let database: Database
    let sessions: Sessions
    let trail: IdentityTrail

    /// Why a session may end, as the trail keeps it.
    static let reasons: Set<String> = ["logout", "timeout", "replaced"]

    func callAsFunction(_ ask: EndSessionRequest, _ call: Call) async throws -> Empty {
        let reason = ask.reason.isEmpty ? "logout" : ask.reason
        guard Self.reasons.contains(reason) else { throw Fault(.malformed, "unknown reason to end a session") }
        let ended = try await database.transaction(call) { session in
            guard let claims = try sessions.end(ask.sessionSecret, session) else { return false }
            try trail.write(.logoff, of: claims, result: reason, address: "", userAgent: "", call, session)
            return true
        }
        if ended { sessions.announce() }
        return Empty()
    }
}
