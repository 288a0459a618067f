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
    /// What one request may see, and why something may be missing.
    struct View: Sendable {
        /// The predicate over `e`, `s` and `c`.
        let visible: SQL
        let isWithheld: Bool
        let transfer: Bool
        /// Of a visible exam: it is seen only because the caller may look through the embargo.
        let embargoed: SQL
        let caller: CallerClaims
        fileprivate let preview: Scope?

        /// Does the caller look through an embargo that holds in one of these years? Then a banner says so (access §6.7):
        /// an organization in the scope of `EMBARGO_READ` is embargoed and has summative results in the year.
        func showsEmbargoed(_ session: borrowing Session, years: [Int32]) throws -> Bool {
            guard !isWithheld, let preview, !preview.isEmpty, !years.isEmpty else { return false }
            let released = ReleaseStatusSQL.isReleased(
                schema: "results", year: "shown.year", district: "c.district_id", kind: .individual)
            return try session.row(
                """
                SELECT EXISTS (
                    SELECT 1 FROM unnest(\(years)) AS shown(year)
                      JOIN exam e ON e.school_year = shown.year AND e.type = 3 JOIN school c ON c.id = e.school_id
                     WHERE \(Gate.previews(preview)) AND NOT \(raw: released) LIMIT 1)
                """, as: (Bool).self) ?? false
        }
    }

    /// Reads through the gate in one transaction.
    ///
    /// - Parameters:
    ///   - permissions: any of these opens the question; here only the individual scope opens exams. Memberships of
    ///     groups join with the group screens.
    ///   - hidesTransfers: the request's "Hide" choice of New Students.
    ///   - isExport: what is read leaves the screen, so nobody looks through an embargo (access §6.6).
    ///   - looked: what the access record says: whose results, or of which school and assessments; nil for the further
    ///     pages of an answer that is on record as a whole.
    /// - Throws: `Fault` `.forbidden` without the permission, `.unavailable` when the record cannot be written.
    func read<Answer: Sendable>(
        _ call: Call, hidesTransfers: Bool = false, isExport: Bool = false,
        looked: @escaping @Sendable (Answer) -> AuditEvent?,
        _ body: @escaping @Sendable (borrowing Session, View) throws -> Answer
    ) async throws -> (answer: Answer, isWithheld: Bool) {
        guard let caller = call.caller else { throw Fault(.unauthenticated, "a session is needed") }
        try caller.require(.individualPIIRead, .groupPIIRead)
        let proof = embargo.proof
        let isHeld = proof != nil
        let answer = try await answer(
            call, caller, isHeld: isHeld, hidesTransfers: hidesTransfers, isExport: isExport, looked: looked, body)
        // The lease is looked at again before the answer leaves: what was read under a lease that has run out meanwhile
        // is read again without summatives (DESIGN §3).
        if let proof, !embargo.isHeld(since: proof) {
            return (
                try await self.answer(
                    call, caller, isHeld: false, hidesTransfers: hidesTransfers, isExport: isExport, looked: looked,
                    body), true
            )
        }
        return (answer, !isHeld)
    }

    private func answer<Answer: Sendable>(
        _ call: Call, _ caller: CallerClaims, isHeld: Bool, hidesTransfers: Bool, isExport: Bool,
        looked: @escaping @Sendable (Answer) -> AuditEvent?,
        _ body: @escaping @Sendable (borrowing Session, View) throws -> Answer
    ) async throws -> Answer {
        let gate = self
        return try await database.transaction(call) { session in
            let transfer = try !hidesTransfers && Self.transferAccess(session)
            let individual = caller.scope(of: .individualPIIRead)
            let preview = isExport ? nil : caller.scope(of: .embargoRead)
            try Wall(individual: individual, preview: preview, transfer: transfer, leaseIsHeld: isHeld).raise(session)
            let view = View(
                visible: Self.visible(
                    individual: individual, preview: preview, transfer: transfer, leaseIsHeld: isHeld),
                isWithheld: !isHeld, transfer: transfer, embargoed: preview == nil ? "false" : Self.embargoed, caller: caller,
                preview: preview)
            let answer = try body(session, view)
            if let look = looked(answer) { try gate.audit.record(session, call, look) }
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
        let released = ReleaseStatusSQL.isReleased(
            schema: "results", year: "e.school_year", district: "c.district_id", kind: .individual)
        return """
            NOT e.deleted AND \(reach)
            AND (e.type <> 3 OR \(raw: released) OR \(previews(preview)))
            """
    }

    /// A summative that is not released where its school is.
    private static let embargoed: SQL = {
        let released = ReleaseStatusSQL.isReleased(
            schema: "results", year: "e.school_year", district: "c.district_id", kind: .individual)
        return "(e.type = 3 AND NOT \(raw: released))"
    }()

    /// The setting *transfer access*, on unless a state turns it off (access §2.8).
    private static func transferAccess(_ session: borrowing Session) throws -> Bool {
        try session.row("SELECT value <> 'off' FROM setting WHERE key = 'transferAccess'", as: (Bool).self) ?? true
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
    fileprivate static func previews(_ scope: Scope?) -> SQL {
        guard let scope else { return "false" }
        if scope.statewide { return "true" }
        return "(c.district_id = ANY(\(scope.districtIDs)) OR c.district_group_id = ANY(\(scope.districtGroupIDs)))"
    }
}
