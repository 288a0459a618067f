import Audit
import Contracts
import Postgres

/// The audit records of IdentitySvc: who came in, who did not, who left (access §8.1). Rule: Identity R11.
///
/// No password, secret or token is in them. A name that was refused is not either: it may be a password typed into the
/// wrong field.
struct IdentityTrail: Sendable {
    let audit: AuditTrail

    enum Event: String, Sendable {
        case logon = "session.begin"
        case logonRefused = "session.refused"
        case logoff = "session.end"
        case actFor = "session.actFor"
    }

    /// Longer texts from outside are cut.
    private static let longestDetail = 200

    func write(
        _ event: Event, of claims: CallerClaims, result: String, address: String, userAgent: String, _ call: Call,
        _ session: borrowing Session
    ) throws {
        var details = ["result": result]
        if !address.isEmpty { details["address"] = String(address.prefix(Self.longestDetail)) }
        if !userAgent.isEmpty { details["userAgent"] = String(userAgent.prefix(Self.longestDetail)) }
        try audit.record(session, by: claims, request: call.requestID, AuditEvent(event.rawValue, details: details))
    }

    /// A process acts in somebody's name.
    func write(
        _ event: Event, of claims: CallerClaims, service: String, purpose: String, _ call: Call,
        _ session: borrowing Session
    ) throws {
        let details = ["service": service, "purpose": purpose]
        try audit.record(session, by: claims, request: call.requestID, AuditEvent(event.rawValue, details: details))
    }
}
