import Access
import Contracts
import Postgres

/// Districts and schools that the caller may report on, by name (aggregates §2.6, access §1.4).
///
/// - Returns: at most `limit`, and how many there are in all.
/// - Throws: `Fault` `.malformed` for a limit outside 1…100 or too many ids.
struct FindReportOrganizations: Sendable {
    let database: Database

    func callAsFunction(_ ask: FindReportOrganizationsRequest, _ call: Call) async throws -> ReportOrganizationList {
        let scope = try call.person().requireScope(of: .customAggregateRead)
        guard (1...100).contains(ask.limit) else { throw QueryJudge.wrong("limit", "must be 1 to 100") }
        guard ask.ids.count <= 500, ask.search.count <= 100 else {
            throw QueryJudge.wrong("ids", "at most 500 ids and 100 characters")
        }
        // The search is a part of the name, nothing else: what means something to LIKE is escaped.
        let pattern =
            ask.search.lowercased().reduce(into: "%") { text, character in
                if "\\%_".contains(character) { text.append("\\") }
                text.append(character)
            } + "%"
        let districts: SQL = ask.type == "School" ? "false" : ReportOrganizations.districtsInScope(scope)
        let schools: SQL = ask.type == "District" ? "false" : ReportOrganizations.schoolsInScope(scope)
        let byID: SQL = ask.ids.isEmpty ? "true" : "o.id = ANY(\(ask.ids))"
        return try await database.read(call) { session in
            let rows = try session.rows(
                """
                SELECT o.id, o.natural_id, o.name, o.district_id, o.district_name, count(*) OVER () FROM (
                    SELECT d.id, d.natural_id, d.name, 0::bigint AS district_id, '' AS district_name
                      FROM aggregate.district d WHERE \(districts)
                    UNION ALL
                    SELECT c.id, c.natural_id, c.name, c.district_id, coalesce(d.name, '')
                      FROM aggregate.school c LEFT JOIN aggregate.district d ON d.id = c.district_id WHERE \(schools)
                ) o
                 WHERE lower(o.name) LIKE \(pattern) AND \(byID)
                 ORDER BY lower(o.name), o.id LIMIT \(Int64(ask.limit))
                """, as: (Int64, String, String, Int64, String, Int64).self)
            return .with {
                $0.organizations = rows.map {
                    ReportOrganizations.organization(($0.0, $0.1, $0.2, $0.3, $0.4))
                }
                $0.total = Int32(clamping: rows.first?.5 ?? 0)
            }
        }
    }
}
