import Access
import Audit
import Contracts
import Postgres

/// The effective changes that concern the caller, for a file: of one school year or of all, the newest first, page by page
/// (access §6.9, §6.11, §8.1). Rows are only ever added, so that pages fit together.
///
/// A statewide caller sees all; others the State's and those of the districts in their `EMBARGO_WRITE`. The first page is on
/// record, before it leaves.
///
/// - Throws: `Fault` `.forbidden` without `EMBARGO_WRITE`; `.malformed` for a year outside 2000…2100 or a negative position.
/// - Rule: Embargo R5.
struct ReadEmbargoHistory: Sendable {
    let database: Database
    let trail: EmbargoTrail

    static let page = 1_000

    func callAsFunction(_ ask: ReadEmbargoHistoryRequest, _ call: Call) async throws -> EmbargoHistory {
        let writer = try call.person().requireScope(of: .embargoWrite)
        guard ask.schoolYear == 0 || SettingTable.years.contains(ask.schoolYear), ask.before >= 0 else {
            throw Fault(
                .malformed, "there is no such school year or place",
                violations: [.init(field: "school_year", problem: "must be 2000 to 2100")])
        }
        let year: SQL = ask.schoolYear == 0 ? "true" : "h.school_year = \(ask.schoolYear)"
        let start: SQL = ask.before == 0 ? "true" : "h.id < \(ask.before)"
        let rows = try await database.transaction(call) { session in
            let seen = try SettingTable.districts(in: writer, session).map(\.id) + [0]
            let stateCode = try SettingTable.setting(SettingTable.stateCode, session) ?? ""
            let rows = try session.rows(
                """
                SELECT h.id, h.at, h.login, h.school_year, h.district_id, h.organization_name, h.kind, h.old_value,
                       h.new_value, h.old_effective,
                       CASE h.district_id WHEN 0 THEN \(stateCode) ELSE coalesce(d.natural_id, '') END
                  FROM embargo.history h LEFT JOIN embargo.district d ON d.id = h.district_id
                 WHERE \(year) AND \(start) AND (\(writer.statewide) OR h.district_id = ANY (\(seen)))
                 ORDER BY h.id DESC
                 LIMIT \(Int64(Self.page + 1))
                """,
                as: (Int64, Timestamp, String, Int32, Int64, String, Int16, Int16, Int16, Int16, String).self)
            if ask.before == 0 { try trail.readHistory(year: ask.schoolYear, call, session) }
            return rows
        }
        return .with {
            $0.entries = rows.prefix(Self.page).map {
                _, at, login, year, districtID, name, kind, old, new, effective, naturalID in
                .with {
                    ($0.atUs, $0.login, $0.schoolYear, $0.districtID) = (at.microseconds, login, year, districtID)
                    ($0.organizationName, $0.naturalID) = (name, naturalID)
                    $0.kind = EmbargoKind(rawValue: Int32(kind))
                    $0.oldValue = EmbargoValue(rawValue: Int32(old))
                    $0.newValue = EmbargoValue(rawValue: Int32(new))
                    $0.oldEffective = EmbargoValue(rawValue: Int32(effective))
                }
            }
            $0.nextBefore = rows.count > Self.page ? rows[Self.page - 1].0 : 0
        }
    }
}
