import Contracts

/// Every question this service answers beside those about reports in general (`ReportsServer`); read it first.
struct AggregateServer: AggregateService {
    let options: GetReportOptions
    let organizations: FindReportOrganizations
    let estimate: EstimateRows
    let create: CreateReport
    let view: GetReportView
    let rows: ReadReportRows
    let export: ExportReportTable
    let save: SaveAggregateQuery

    func getReportOptions(_ ask: Empty, _ call: Call) async throws -> ReportOptions { try await options(call) }
    func findReportOrganizations(
        _ ask: FindReportOrganizationsRequest, _ call: Call
    ) async throws -> ReportOrganizationList { try await organizations(ask, call) }
    func estimateRows(_ ask: AggregateQuery, _ call: Call) async throws -> RowEstimate {
        try await estimate(ask, call)
    }
    func createReport(_ ask: AggregateQuery, _ call: Call) async throws -> Report { try await create(ask, call) }
    func getReportView(_ ask: ReportRequest, _ call: Call) async throws -> ReportView { try await view(ask, call) }
    func readReportRows(_ ask: ReadReportRowsRequest, _ call: Call) async throws -> ReportRows {
        try await rows(ask, call)
    }
    func exportReportTable(_ ask: ExportReportTableRequest, _ call: Call) async throws -> ReportPart {
        try await export(ask, call)
    }
    func saveAggregateQuery(_ ask: SaveAggregateQueryRequest, _ call: Call) async throws -> SavedQuery {
        try await save(ask, call)
    }
}
