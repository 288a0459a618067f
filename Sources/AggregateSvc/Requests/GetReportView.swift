import Contracts
import Postgres
import Reports

/// A finished report without its rows, as the caller may see it now.
///
/// - Throws: `Fault` `.notFound` for another's report; `.preconditionFailed` for one without content.
struct GetReportView: Sendable {
    let reading: ReadingReports
    let server: ReportsServer

    func callAsFunction(_ ask: ReportRequest, _ call: Call) async throws -> ReportView {
        let server = server
        return try await reading.read(ask.id, call, for: .screen) { session, look in
            let query = look.report.query
            let chosen = Set(query.districtIDs + query.schoolIDs)
            return try .with {
                $0.report = try server.describe(look.report.stored, session)
                $0.report?.onlineOnly = look.isOnlineOnly
                $0.query = query
                $0.tables = look.report.layout.tables
                $0.slices = look.report.layout.slices
                $0.chosen = look.report.layout.organizations.filter { chosen.contains($0.id) }
                $0.preview = look.isPreview
                $0.withheld = look.isWithheld
                $0.printsFilters = try PrintedFilters.isOn(session)
            }
        }
    }
}
