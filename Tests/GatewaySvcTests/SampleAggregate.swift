import Contracts
import Synchronization

/// What the gateway never asks Identity and Results for.
extension SampleIdentity {
    func actFor(_ ask: ActForRequest, _ call: Call) async throws -> ActingToken {
        throw Fault(.unimplemented, "the gateway acts for nobody")
    }
}

extension SampleResults {
    func subjectChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectChangesPage { throw notAsked }
    func assessmentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> AssessmentChangesPage { throw notAsked }
    func studentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> StudentChangesPage { throw notAsked }
    func examChanges(_ ask: ChangesRequest, _ call: Call) async throws -> ExamChangesPage { throw notAsked }

    private var notAsked: Fault { Fault(.unimplemented, "the gateway copies no results") }
}

/// Aggregate reports as the gateway's tests need them.
struct SampleAggregate: AggregateService {
    let all: Neighbours

    static let organization = ReportOrganization.with {
        $0.type = "School"
        $0.id = 5
        $0.naturalID = "88800120012001"
        $0.name = "Demo \"School\""
        $0.districtID = 3
        $0.districtName = "Demo District"
    }

    static func report(_ id: Int64, created: Int64, _ query: AggregateQuery = AggregateQuery()) -> Report {
        .with {
            $0.id = id
            $0.name = "Report \(id)"
            $0.topic = .with {
                $0.kind = query.type.isEmpty ? "CustomAggregate" : query.type
                $0.assessmentType = "sum"
                $0.subjects = ["ELA"]
                $0.schoolYears = [2026]
            }
            $0.status = "COMPLETED"
            $0.createdAtUs = created
            $0.query = (try? query.serialized()) ?? []
        }
    }

    func getReportOptions(_ ask: Empty, _ call: Call) async throws -> ReportOptions {
        try all.ask("getReportOptions", call)
        return .with {
            $0.assessmentTypes = ["sum"]
            $0.stateTypes = ["sum"]
            $0.subjects = [.with { $0.code = "ELA" }]
            $0.grades = ["03"]
            $0.schoolYears = [2026]
            $0.fields = [
                .with {
                    $0.field = "ELAS"
                    $0.dimension = true
                    $0.filter = true
                    $0.codes = ["EO", "EL"]
                }
            ]
            $0.defaultOrganization = Self.organization
            $0.preview = true
        }
    }

    func findReportOrganizations(
        _ ask: FindReportOrganizationsRequest, _ call: Call
    ) async throws -> ReportOrganizationList {
        try all.ask("findReportOrganizations", call)
        return .with {
            $0.organizations = [Self.organization]
            $0.total = 1
        }
    }

    func estimateRows(_ ask: AggregateQuery, _ call: Call) async throws -> RowEstimate {
        try all.ask("estimateRows", call)
        all.aggregateQueries.withLock { $0.append(ask) }
        return .with { $0.rows = 432 }
    }

    func createReport(_ ask: AggregateQuery, _ call: Call) async throws -> Report {
        try all.ask("createReport", call)
        all.aggregateQueries.withLock { $0.append(ask) }
        return Self.report(12, created: 5, ask)
    }

    func getReportView(_ ask: ReportRequest, _ call: Call) async throws -> ReportView {
        try all.ask("getReportView", call)
        return .with {
            $0.report = Self.report(ask.id, created: 5)
            $0.tables = [
                .with {
                    $0.subject = "ELA"
                    $0.rows = 2
                }
            ]
            $0.slices = [
                .with { $0.dimension = "Overall" },
                .with {
                    $0.dimension = "Custom"
                    $0.code = "1"
                    $0.filter = .with {
                        $0.fields = [
                            .with {
                                $0.field = "ELAS"
                                $0.codes = ["EL"]
                            }
                        ]
                    }
                },
            ]
            $0.withheld = true
        }
    }

    func readReportRows(_ ask: ReadReportRowsRequest, _ call: Call) async throws -> ReportRows {
        try all.ask("readReportRows", call)
        return .with {
            $0.rows = [
                .with {
                    $0.organization = Self.organization
                    $0.assessment = .with {
                        $0.id = 11
                        $0.subject = ask.subject
                    }
                    $0.students = 4
                    $0.average = 2_421
                    $0.standardError = 0
                    $0.levelCounts = [1, 1, 1, 1]
                    $0.cohort = .with { $0.students = 2 }
                    $0.studentLevel = .above
                    $0.standardLevel = .insufficientData
                },
                .with {
                    $0.organization = .with {
                        $0.type = "State"
                        $0.name = "California"
                    }
                    $0.assessment = .with { $0.id = 11 }
                    $0.notReleased = true
                },
            ]
            $0.nextPageToken = ask.hideEmpty ? "" : "17"
        }
    }

    func exportReportTable(_ ask: ExportReportTableRequest, _ call: Call) async throws -> ReportPart {
        try all.ask("exportReportTable", call)
        return .with {
            $0.bytes = Array("\(ask.partToken)\(ask.columnOrder.joined(separator: "|"));".utf8)
            $0.nextPartToken = ask.partToken.isEmpty ? "1" : ""
            $0.contentType = "text/csv; charset=utf-8"
            $0.fileName = "A_ELA_view.csv"
        }
    }

    func saveAggregateQuery(_ ask: SaveAggregateQueryRequest, _ call: Call) async throws -> SavedQuery {
        try all.ask("saveAggregateQuery", call)
        return try .with {
            $0.id = ask.id == 0 ? 20 : ask.id
            $0.name = ask.query?.name ?? ""
            $0.topic = .with { $0.kind = "CustomAggregate" }
            $0.query = try (ask.query ?? AggregateQuery()).serialized()
        }
    }
}

/// One owner of reports: `ids` are those it has, newest first.
struct SampleReports: ReportsService {
    let all: Neighbours
    var ids: [Int64] = [28, 12]

    func listReports(_ ask: ListReportsRequest, _ call: Call) async throws -> ReportList {
        try all.ask("listReports", call)
        return .with {
            $0.reports = ids.prefix(Int(ask.limit)).map { SampleAggregate.report($0, created: $0 * 10) }
            $0.more = ids.count > Int(ask.limit)
        }
    }

    func getReport(_ ask: ReportRequest, _ call: Call) async throws -> Report {
        try all.ask("getReport", call)
        guard ids.contains(ask.id) else { throw Fault(.notFound, "there is no such report or query") }
        return SampleAggregate.report(ask.id, created: ask.id * 10)
    }

    func readReport(_ ask: ReadReportRequest, _ call: Call) async throws -> ReportPart {
        try all.ask("readReport", call)
        return .with {
            $0.bytes = Array("part \(ask.partToken)\n".utf8)
            $0.nextPartToken = ask.partToken == "2" ? "" : ask.partToken.isEmpty ? "1" : "2"
            $0.contentType = "text/csv; charset=utf-8"
            $0.fileName = "Grade_3.csv"
        }
    }

    func deleteReport(_ ask: ReportRequest, _ call: Call) async throws -> Empty {
        try all.ask("deleteReport", call)
        return Empty()
    }

    private func saved(_ id: Int64) -> SavedQuery {
        .with {
            $0.id = id
            $0.name = "Query"
            $0.topic = .with { $0.kind = "CustomAggregate" }
        }
    }

    func listSavedQueries(_ ask: Empty, _ call: Call) async throws -> SavedQueryList {
        try all.ask("listSavedQueries", call)
        return .with { $0.queries = [saved(20)] }
    }
    func getSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery {
        try all.ask("getSavedQuery", call)
        return saved(ask.id)
    }
    func saveReportQuery(_ ask: ReportRequest, _ call: Call) async throws -> SavedQuery {
        try all.ask("saveReportQuery", call)
        return saved(20)
    }
    func copySavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery {
        try all.ask("copySavedQuery", call)
        return saved(36)
    }
    func deleteSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> Empty {
        try all.ask("deleteSavedQuery", call)
        return Empty()
    }
}
