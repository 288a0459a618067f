import Access
import Contracts
import EmbargoRule
import Postgres

/// The effective changes of one school year that concern the caller, the newest first; at most `limit`.
///
/// A statewide caller sees all; others the State's and those of the districts in their `EMBARGO_WRITE`.
///
/// - Throws: `Fault` `.forbidden` without `EMBARGO_WRITE`; `.malformed` for a year outside 2000…2100.
/// - Rule: Embargo R5.
struct ListEmbargoHistory: Sendable {
    let database: Database

    static let limit: Int64 = 1_000

    func callAsFunction(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoHistory {
        let writer = try call.person().requireScope(of: .embargoWrite)
        guard SettingTable.years.contains(ask.schoolYear) else {
            throw Fault(
                .malformed, "there is no such school year",
                violations: [.init(field: "school_year", problem: "must be 2000 to 2100")])
        }
        let rows = try await database.read(call) { session in
            let seen = try SettingTable.districts(in: writer, session).map(\.id) + [0]
            return try session.rows(
                """
                SELECT at, login, school_year, district_id, organization_name, kind, old_value, new_value, old_effective
                  FROM embargo.history
                 WHERE school_year = \(ask.schoolYear) AND (\(writer.statewide) OR district_id = ANY (\(seen)))
                 ORDER BY id DESC
                 LIMIT \(Self.limit)
                """, as: (Timestamp, String, Int32, Int64, String, Int16, Int16, Int16, Int16).self)
        }
        return .with {
            $0.entries = rows.map { at, login, year, districtID, name, kind, old, new, effective in
                .with {
                    $0.atUs = at.microseconds
                    $0.login = login
                    $0.schoolYear = year
                    $0.districtID = districtID
                    $0.organizationName = name
                    $0.kind = EmbargoKind(rawValue: Int32(kind))
                    $0.oldValue = EmbargoValue(rawValue: Int32(old))
                    $0.newValue = EmbargoValue(rawValue: Int32(new))
                    $0.oldEffective = EmbargoValue(rawValue: Int32(effective))
                }
            }
        }
    }
}
