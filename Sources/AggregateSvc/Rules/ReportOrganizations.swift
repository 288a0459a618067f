import Access
import Contracts
import Postgres

/// The organizations of a report (aggregates §2.6). Rule: Aggregate R3.
///
/// A district that is there only because of a selected school does not pull in its other schools; each organization is there
/// once. The roll-ups reach outside the maker's scope on purpose: they carry no personal data (access §2.7).
struct ReportOrganizations: Sendable {
    private let query: AggregateQuery

    init(_ query: AggregateQuery) { self.query = query }

    private var districts: SQL {
        if query.includeAllDistricts { return "true" }
        guard query.includeAllDistrictsOfSchools, !query.schoolIDs.isEmpty else {
            return "d.id = ANY(\(query.districtIDs))"
        }
        return """
            (d.id = ANY(\(query.districtIDs))
             OR d.id IN (SELECT district_id FROM aggregate.school WHERE id = ANY(\(query.schoolIDs))))
            """
    }

    private var schools: SQL {
        guard query.includeAllSchoolsOfDistricts else { return "c.id = ANY(\(query.schoolIDs))" }
        if query.includeAllDistricts { return "true" }
        return "(c.id = ANY(\(query.schoolIDs)) OR c.district_id = ANY(\(query.districtIDs)))"
    }

    func count(_ session: borrowing Session) throws -> Int64 {
        let below = try session.row(
            """
            SELECT (SELECT count(*) FROM aggregate.district d WHERE \(districts))
                 + (SELECT count(*) FROM aggregate.school c WHERE \(schools))
            """, as: Int64.self)
        return (query.includeState ? 1 : 0) + (below ?? 0)
    }

    /// The State, then districts by name, each followed by its schools by name; a school whose district is not in the report
    /// stands where its district would (aggregates §4.6).
    func list(stateName: String, _ session: borrowing Session) throws -> [ReportOrganization] {
        let rows = try session.rows(
            """
            SELECT id, natural_id, name, district_id, district_name FROM (
                SELECT d.id, d.natural_id, d.name, 0::bigint AS district_id, d.name AS district_name, d.id AS above
                  FROM aggregate.district d WHERE \(districts)
                UNION ALL
                SELECT c.id, c.natural_id, c.name, c.district_id, coalesce(d.name, ''), c.district_id
                  FROM aggregate.school c LEFT JOIN aggregate.district d ON d.id = c.district_id WHERE \(schools)
            ) o
            ORDER BY lower(district_name), above, district_id <> 0, lower(name), id
            """, as: (Int64, String, String, Int64, String).self)
        let state = ReportOrganization.with {
            $0.type = "State"
            $0.name = stateName
        }
        return (query.includeState ? [state] : []) + rows.map(Self.organization)
    }

    static func organization(_ row: (Int64, String, String, Int64, String)) -> ReportOrganization {
        .with {
            $0.type = row.3 == 0 ? "District" : "School"
            $0.id = row.0
            $0.naturalID = row.1
            $0.name = row.2
            $0.districtID = row.3
            $0.districtName = row.3 == 0 ? "" : row.4
        }
    }

    /// The query's selection as the plan names it: chosen districts and schools with what the switches add, once each.
    func selection(_ session: borrowing Session) throws -> (districts: [Int64], schools: [Int64]) {
        let districtIDs =
            query.includeAllDistricts
            ? [] : try session.rows("SELECT d.id FROM aggregate.district d WHERE \(districts)", as: Int64.self)
        let schoolIDs =
            query.includeAllDistricts && query.includeAllSchoolsOfDistricts
            ? [] : try session.rows("SELECT c.id FROM aggregate.school c WHERE \(schools)", as: Int64.self)
        return (districtIDs, schoolIDs)
    }

    /// `inScope` of access §1.4 for districts `d` and schools `c`: inheritance is downward only.
    static func districtsInScope(_ scope: Scope) -> SQL {
        if scope.statewide { return "true" }
        return "(d.id = ANY(\(scope.districtIDs)) OR d.district_group_id = ANY(\(scope.districtGroupIDs)))"
    }

    static func schoolsInScope(_ scope: Scope) -> SQL {
        if scope.statewide { return "true" }
        return """
            (c.district_id = ANY(\(scope.districtIDs)) OR c.id = ANY(\(scope.schoolIDs))
             OR c.district_group_id = ANY(\(scope.districtGroupIDs)) OR c.school_group_id = ANY(\(scope.schoolGroupIDs)))
            """
    }
}
