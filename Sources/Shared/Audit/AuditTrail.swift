import Contracts
import Postgres

/// Records who looked at or changed what, within the transaction that does it: no record, no answer (DESIGN §4.5).
public struct AuditTrail: Sendable {
    private let schema: String

    public init(schema: String) { self.schema = schema }

    /// One record for one request.
    ///
    /// - Throws: `Fault` `.unauthenticated` when nobody is there to be named; `DatabaseError` when it cannot be written.
    public func record(_ session: borrowing Session, _ call: Call, _ event: AuditEvent) throws {
        guard let caller = call.caller else {
            throw Fault(.unauthenticated, "nobody is there to be named in the record")
        }
        try record(session, by: caller, request: call.requestID, event)
    }

    /// A record of what somebody did before there was a session, such as entering or failing to.
    public func record(
        _ session: borrowing Session, by caller: CallerClaims, request: [UInt8], _ event: AuditEvent
    ) throws {
        let names = event.details.keys.sorted()
        let values = names.map { event.details[$0] ?? "" }
        try session.run(
            """
            INSERT INTO \(raw: schema).audit (event, user_id, login, role, session_id, request_id, student_ids, details)
            VALUES (\(event.name), \(caller.userID), \(caller.login), \(caller.role), \(caller.sessionID), \(request),
                    \(event.studentIDs), jsonb_object(\(names), \(values)))
            """)
    }
}
