import Audit
import Contracts
import Postgres

/// The audit records of IdentitySvc (access §8.1).
struct IdentityTrail: Sendable {
    let audit: AuditTrail

    enum Event: String, Sendable { case logon, logonRefused, logoff }

    func write(
        _ event: Event, of claims: CallerClaims, result: String, address: String, userAgent: String, _ call: Call,
        _ session: borrowing Session
    ) throws {
        try audit.record(session, call, AuditEvent())
    }
}
