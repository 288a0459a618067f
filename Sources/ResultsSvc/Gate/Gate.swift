import Access
import Audit
import Contracts
import EmbargoRule
import Feed
import Postgres
import StateCopies

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
    /// A group opens its students only while the copy of the memberships is provably fresh.
    let memberships: Lease
    let audit: AuditTrail

    /// Of the readers' connections. Planning one of its statements over all partitions takes longer than running it, so
    /// plans are made once a connection; and they must not be those of the empty tables of a first start.
    static let sessionSettings = ["plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"]

    /// What the caller holds and what of it counts in this reading.
    struct Rights: Sendable {
        let individual: Scope?
        let group: Scope?
        /// Whose assignments to groups count, in lower case.
        let groupLogin: String
        let preview: Scope?
        let transfer: Bool
        let leases: Leases
    }

    /// Which copies are provably fresh.
    struct Leases: Sendable, Equatable {
        var embargo: Bool
        var memberships: Bool
    }

    /// What one request may see, and why something may be missing.
    struct View: Sendable {
        /// The predicate over `e`, `s` and `c`.
        let visible: SQL
        let isWithheld: Bool
        let groupsAreOff: Bool
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

    /// Said instead of an answer that only a group could give, while nobody can say who is in it.
    static let groupsOff = Fault(
        .unavailable,
        "Student groups are not available at the moment, because the system cannot be sure who is in them. Try again in a few moments.",
        retryAfterMilliseconds: 1_000)

    /// Reads through the gate in one transaction.
    ///
    /// - Parameters:
    ///   - hidesTransfers: the request's "Hide" choice of New Students.
    ///   - isExport: what is read leaves the screen, so nobody looks through an embargo (access §6.6).
    ///   - looked: what the access record says: whose results, or of which school and assessments; nil for the further
    ///     pages of an answer that is on record as a whole.
    /// - Returns: the answer; whether summatives were withheld from it; whether what only a group opens is missing in it.
    /// - Throws: `Fault` `.forbidden` without the permission, `.unavailable` when the record cannot be written.
    func read<Answer: Sendable>(
        _ call: Call, hidesTransfers: Bool = false, isExport: Bool = false,
        looked: @escaping @Sendable (Answer) -> AuditEvent?,
        _ body: @escaping @Sendable (borrowing Session, View) throws -> Answer
    ) async throws -> (answer: Answer, isWithheld: Bool, groupsAreOff: Bool) {
        guard let caller = call.caller else { throw Fault(.unauthenticated, "a session is needed") }
        try caller.require(.individualPIIRead, .groupPIIRead)
        let isInGroups = caller.has(.groupPIIRead)
        let proofs = (embargo: embargo.proof, memberships: memberships.proof)
        var leases = Leases(embargo: proofs.embargo != nil, memberships: proofs.memberships != nil)
        while true {
            let answer = try await answer(
                call, caller, leases, hidesTransfers: hidesTransfers, isExport: isExport, looked: looked, body)
            // The leases are looked at again before the answer leaves: what was read under one that has run out
            // meanwhile is read again without it (DESIGN §3). None comes back, so this ends.
            let still = Leases(
                embargo: leases.embargo && proofs.embargo.map(embargo.isHeld(since:)) == true,
                memberships: leases.memberships
                    && (!isInGroups || proofs.memberships.map(memberships.isHeld(since:)) == true))
            if still == leases { return (answer, !leases.embargo, isInGroups && !leases.memberships) }
            leases = still
        }
    }

    private func answer<Answer: Sendable>(
        _ call: Call, _ caller: CallerClaims, _ leases: Leases, hidesTransfers: Bool, isExport: Bool,
        looked: @escaping @Sendable (Answer) -> AuditEvent?,
        _ body: @escaping @Sendable (borrowing Session, View) throws -> Answer
    ) async throws -> Answer {
        let gate = self
        return try await database.transaction(call) { session in
            let rights = Rights(
                individual: caller.scope(of: .individualPIIRead), group: caller.scope(of: .groupPIIRead),
                groupLogin: caller.groupLogin, preview: isExport ? nil : caller.scope(of: .embargoRead),
                transfer: try !hidesTransfers && Self.transferAccess(session), leases: leases)
            try Wall(rights).raise(session)
            let view = View(
                visible: Self.visible(rights), isWithheld: !leases.embargo,
                groupsAreOff: rights.group != nil && !leases.memberships, transfer: rights.transfer,
                embargoed: rights.preview == nil ? "false" : Self.embargoed, caller: caller, preview: rights.preview)
            let answer = try body(session, view)
            if let look = looked(answer) { try gate.audit.record(session, call, look) }
            return answer
        }
    }

    /// `visible(e)` of access §2.8. Tables: `e` exam, `s` its student, `c` its school.
    static func visible(_ rights: Rights) -> SQL {
        let ways = [byIndividual(rights), byGroup(rights)].compactMap(\.self)
        guard let first = ways.first else { return "false" }
        let reached: SQL = ways.count == 1 ? first : "(\(ways.joined(separator: " OR ")))"
        guard rights.leases.embargo else { return "NOT e.deleted AND e.type <> 3 AND \(reached)" }
        let released = ReleaseStatusSQL.isReleased(
            schema: "results", year: "e.school_year", district: "c.district_id", kind: .individual)
        return """
            NOT e.deleted AND \(reached)
            AND (e.type <> 3 OR \(raw: released) OR \(previews(rights.preview)))
            """
    }

    private static func byIndividual(_ rights: Rights) -> SQL? {
        guard let individual = rights.individual, !individual.isEmpty else { return nil }
        return reach(individual, transfer: rights.transfer)
    }

    /// Nobody's year and no school is compared: a membership counts wherever and whenever the exam was taken, as long as
    /// it lies in the group scope; only the subject must be the group's (access §2.8).
    private static func byGroup(_ rights: Rights) -> SQL? {
        guard rights.leases.memberships, let group = rights.group, !group.isEmpty, !rights.groupLogin.isEmpty else {
            return nil
        }
        // Two lists instead of one condition with OR, so that each can be hashed once for the whole query.
        return """
            (\(reach(group, transfer: rights.transfer)) AND (
                e.student_id IN (\(members(of: rights.groupLogin, "m.student_id")) AND g.subject_id IS NULL)
                OR (e.student_id, e.subject_id) IN (\(members(of: rights.groupLogin, "m.student_id, g.subject_id")))))
            """
    }

    private static func members(of login: String, _ columns: String) -> SQL {
        """
        SELECT \(raw: columns) FROM group_login l JOIN student_group g ON g.id = l.group_id
          JOIN group_student m ON m.group_id = g.id WHERE l.login = \(login)
        """
    }

    /// `reach(P, e, s)`: the administering school, or with transfer access the student's current one.
    private static func reach(_ scope: Scope, transfer: Bool) -> SQL {
        let administered = scope.contains(school: "c")
        guard transfer, !scope.statewide else { return administered }
        return """
            (\(administered) OR EXISTS (
                SELECT 1 FROM school h WHERE h.id = s.school_id AND \(scope.contains(school: "h"))))
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

    /// May the embargo of the district of school `c` be looked through? Schools give no embargo right (access §6.4).
    fileprivate static func previews(_ scope: Scope?) -> SQL {
        guard let scope else { return "false" }
        if scope.statewide { return "true" }
        return "(c.district_id = ANY(\(scope.districtIDs)) OR c.district_group_id = ANY(\(scope.districtGroupIDs)))"
    }
}
