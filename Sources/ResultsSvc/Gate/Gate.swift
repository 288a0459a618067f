import Access
import Audit
import Contracts
import EmbargoRule
import Feed
import Postgres

/// "May this person see this exam?", in one place (access §2.8, §6.5).
///
/// The answer is a piece of SQL over an exam `e`, its student `s` and its school `c`, so that lists, counts, averages and
/// pickers are all made of what is visible and of nothing else. It says what is visible, never what is hidden: a gate
/// that is empty by mistake shows nothing. A look at students is on record before the rows leave (DESIGN §4.5).
struct Gate: Sendable {
    /// Runs as `results_reader`, behind row-level security.
    let database: Database
    /// Summatives are shown only while the copy of the embargo settings is provably fresh.
    let embargo: Lease
    let audit: AuditTrail
    /// Reads the setting `transfer access` (access §2.8); the same for all requests of a moment.
    let transferAccess: @Sendable (borrowing Session) throws -> Bool

    /// What one request may see, and why something may be missing.
    struct View: Sendable {
        /// The predicate over `e`, `s` and `c`.
        let visible: SQL
        let isWithheld: Bool
        let transfer: Bool
        fileprivate let wall: Wall
    }

    /// Reads through the gate in one transaction.
    ///
    /// - Parameters:
    ///   - permissions: any of these opens the question; here only the individual scope opens exams. Memberships of
    ///     groups join with the group screens.
    ///   - hidesTransfers: the request's "Hide" choice of New Students.
    ///   - looked: what the access record says: whose results, or of which school and assessments.
    /// - Throws: `Fault` `.forbidden` without the permission, `.unavailable` when the record cannot be written.
    func read<Answer: Sendable>(
        _ call: Call, hidesTransfers: Bool = false,
        looked: @escaping @Sendable (Answer) -> AuditEvent?,
        _ body: @escaping @Sendable (borrowing Session, View) throws -> Answer
    ) async throws -> (answer: Answer, isWithheld: Bool) {
        guard let caller = call.caller else { throw Fault(.unauthenticated, "a session is needed") }
        try caller.require(.individualPIIRead, .groupPIIRead)
        let isHeld = embargo.isHeld
        let answer = try await answer(call, caller, isHeld: isHeld, hidesTransfers: hidesTransfers, looked: looked, body)
        // The lease is looked at again before the answer leaves: what was read under a lease that has run out meanwhile
        // is read again without summatives (DESIGN §3).
        if isHeld && !embargo.isHeld {
            return (
                try await self.answer(call, caller, isHeld: false, hidesTransfers: hidesTransfers, looked: looked, body), true
            )
        }
        return (answer, !isHeld)
    }

    private func answer<Answer: Sendable>(
        _ call: Call, _ caller: CallerClaims, isHeld: Bool, hidesTransfers: Bool,
        looked: @escaping @Sendable (Answer) -> AuditEvent?,
        _ body: @escaping @Sendable (borrowing Session, View) throws -> Answer
    ) async throws -> Answer {
        let gate = self
        return try await database.transaction(call) { session in
            let transfer = try !hidesTransfers && gate.transferAccess(session)
            let individual = caller.scope(of: .individualPIIRead)
            let preview = caller.scope(of: .embargoRead)
            let wall = Wall(individual: individual, preview: preview, transfer: transfer, leaseIsHeld: isHeld)
            try wall.raise(session)
            let view = View(
                visible: Self.visible(individual: individual, preview: preview, transfer: transfer, leaseIsHeld: isHeld),
                isWithheld: !isHeld, transfer: transfer, wall: wall)
            let answer = try body(session, view)
            if let event = looked(answer) { try gate.audit.record(session, call, event) }
            return answer
        }
    }

    /// `visible(e)` of access §2.8. Tables: `e` exam, `s` its student, `c` its school.
    static func visible(individual: Scope?, preview: Scope?, transfer: Bool, leaseIsHeld: Bool) -> SQL {
        guard let individual, !individual.isEmpty else { return "false" }
        var reach = inScope(individual, school: "c")
        if transfer {
            reach = """
                (\(reach) OR EXISTS (SELECT 1 FROM school h WHERE h.id = s.school_id AND \(inScope(individual, school: "h"))))
                """
        }
        guard leaseIsHeld else { return "NOT e.deleted AND e.type <> 3 AND \(reach)" }
        let released = EmbargoSQL.isReleased(
            kind: .individual, schoolYear: "e.school_year", district: "c.district_id")
        return """
            NOT e.deleted AND \(reach)
            AND (e.type <> 3 OR \(released) OR \(previews(preview)))
            """
    }

    /// inScope(P, school) of access §2.3.
    static func inScope(_ scope: Scope, school: String) -> SQL {
        if scope.statewide { return "true" }
        return """
            (\(raw: school).district_id = ANY(\(scope.districtIDs)) OR \(raw: school).id = ANY(\(scope.schoolIDs))
             OR \(raw: school).district_group_id = ANY(\(scope.districtGroupIDs))
             OR \(raw: school).school_group_id = ANY(\(scope.schoolGroupIDs)))
            """
    }

    /// May the embargo of the district of school `c` be looked through? Schools give no embargo right (access §6.4).
    private static func previews(_ scope: Scope?) -> SQL {
        guard let scope else { return "false" }
        if scope.statewide { return "true" }
        return "(c.district_id = ANY(\(scope.districtIDs)) OR c.district_group_id = ANY(\(scope.districtGroupIDs)))"
    }
}
