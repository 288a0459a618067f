import Access
import Contracts
import EmbargoRule
import Feed
import Postgres

/// What this caller may ask for (aggregates §4.2).
struct GetReportOptions: Sendable {
    let database: Database
    let embargo: Lease

    func callAsFunction(_ call: Call) async throws -> ReportOptions {
        let caller = try call.person()
        let scope = try caller.requireScope(of: .customAggregateRead)
        let isHeld = embargo.isHeld
        return try await database.read(call) { session in
            let types = try ReportTypes(for: scope, session)
            let subjects = try SubjectDefinitions.all(session)
            let grades = try session.rows("SELECT DISTINCT grade FROM aggregate.assessment", as: String.self)
            let years = try session.rows(
                "SELECT year FROM aggregate.school_year ORDER BY year DESC", as: Int32.self)
            let fields = try FieldVisibility.fields(for: caller, session)
            let (usual, isOnly) = try Self.defaultOrganization(scope, session)
            return try .with {
                $0.assessmentTypes = types.offered
                $0.stateTypes = types.stateRows
                $0.subjects = subjects.flatMap { subject in
                    subject.types.filter { types.offered.contains($0.code) }.map { type in
                        .with {
                            $0.code = subject.code
                            $0.name = subject.name
                            $0.type = type.code
                            $0.targetReport = ReportType.target.takes(type.code) && type.targetReport
                        }
                    }
                }
                $0.reportTypes = ReportType.allCases.filter { type in types.offered.contains { type.takes($0) } }
                    .map(\.rawValue)
                $0.claims = subjects.flatMap { subject in
                    subject.types.filter { type in
                        types.offered.contains(type.code) && ReportType.claim.takes(type.code)
                            && !(type.claim?.levels.isEmpty ?? true)
                    }.flatMap { type in
                        subject.claims.map { claim in
                            .with {
                                $0.type = type.code
                                $0.subject = subject.code
                                $0.code = claim.code
                                $0.name = claim.name
                            }
                        }
                    }
                }
                $0.grades = grades.sorted { Grades.order($0) < Grades.order($1) }
                $0.schoolYears = years
                $0.completenesses = Context.completenesses
                $0.interimConditions = Context.interimConditions
                $0.summativeConditions = Context.summativeConditions
                $0.fields = fields.map { field in
                    .with {
                        $0.field = field.name
                        $0.dimension = true
                        $0.filter = true
                        $0.codes = field.filterCodes
                    }
                }
                $0.statewide = scope.statewide
                $0.defaultOrganization = usual
                $0.onlyOrganization = isOnly
                $0.withheld = !isHeld
                $0.preview = try isHeld && Self.looksThrough(caller.scope(of: .embargoRead), session)
            }
        }
    }

    /// Exactly one district in the scope: it is preselected; else exactly one school: preselected, and there is nothing to
    /// search for. Statewide users get none (aggregates §2.6).
    private static func defaultOrganization(
        _ scope: Scope, _ session: borrowing Session
    ) throws -> (ReportOrganization?, Bool) {
        if scope.statewide { return (nil, false) }
        let districts = try session.rows(
            """
            SELECT d.id, d.natural_id, d.name, 0::bigint, '' FROM aggregate.district d
             WHERE \(ReportOrganizations.districtsInScope(scope)) LIMIT 2
            """, as: (Int64, String, String, Int64, String).self)
        if districts.count == 1 { return (ReportOrganizations.organization(districts[0]), false) }
        let schools = try session.rows(
            """
            SELECT c.id, c.natural_id, c.name, c.district_id, coalesce(d.name, '')
              FROM aggregate.school c LEFT JOIN aggregate.district d ON d.id = c.district_id
             WHERE \(ReportOrganizations.schoolsInScope(scope)) LIMIT 2
            """, as: (Int64, String, String, Int64, String).self)
        guard districts.isEmpty, schools.count == 1 else { return (nil, false) }
        return (ReportOrganizations.organization(schools[0]), true)
    }

    /// Is a district of the scope, with summative results, under embargo in any year? (access §6.7)
    private static func looksThrough(_ reader: Scope?, _ session: borrowing Session) throws -> Bool {
        guard let reader, !reader.isEmpty else { return false }
        let rule = ReleaseStatusSQL.isReleased(schema: "aggregate", year: "y.year", district: "d.id", kind: .aggregate)
        return try session.row(
            """
            SELECT EXISTS (
                SELECT FROM aggregate.school_year y JOIN aggregate.district d ON \(ReportOrganizations.districtsInScope(reader))
                 WHERE (y.embargoed_by_default
                        OR EXISTS (SELECT FROM aggregate.embargo_setting s WHERE s.school_year = y.year AND s.value = 1))
                   AND NOT \(raw: rule)
                   AND EXISTS (SELECT FROM aggregate.school c JOIN aggregate.tally t ON t.school_id = c.id
                                 JOIN aggregate.assessment a ON a.id = t.assessment_id AND a.type = 3
                                WHERE c.district_id = d.id AND t.school_year = y.year AND t.attempts > 0))
            """, as: Bool.self) ?? false
    }
}
