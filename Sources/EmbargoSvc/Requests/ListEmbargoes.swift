import Access
import Contracts
import Postgres

/// The settings of one school year with their effective values, and what this caller may change.
///
/// The districts are those of the caller's `EMBARGO_WRITE`, by name; a statewide caller sees all of them, read-only
/// unless held explicitly. Year 0 is the current one.
///
/// - Throws: `Fault` `.forbidden` without `EMBARGO_WRITE`; `.malformed` for a year outside 2000…2100; `.notFound` for a
///   year that is not opened.
/// - Rule: Embargo R1, R2, R3.
struct ListEmbargoes: Sendable {
    let database: Database
    let copies: IdentityCopies

    func callAsFunction(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoList {
        let writer = try call.person().requireScope(of: .embargoWrite)
        guard ask.schoolYear == 0 || SettingTable.years.contains(ask.schoolYear) else {
            throw Fault(
                .malformed, "there is no such school year",
                violations: [.init(field: "school_year", problem: "must be 2000 to 2100")])
        }
        let list = try await copies.knowing(call) {
            try await database.read(call) { try Self.list(ask.schoolYear, writer, $0) }
        }
        guard let list else { throw Fault(.notFound, "this school year is not opened") }
        return list
    }

    private static func list(_ asked: Int32, _ writer: Scope, _ session: borrowing Session) throws -> EmbargoList? {
        let current = try SettingTable.setting(SettingTable.currentSchoolYear, session).flatMap(Int32.init)
        guard let current, let year = try SettingTable.year(asked == 0 ? current : asked, session) else { return nil }
        let districts = try SettingTable.districts(in: writer, session)
        let years = try SettingTable.years(current: current, session)
        return .with {
            $0.schoolYear = year.year
            $0.state = year.stateRow(for: writer)
            $0.districts = districts.map { year.row(of: $0, for: writer) }
            $0.years = years
        }
    }
}
