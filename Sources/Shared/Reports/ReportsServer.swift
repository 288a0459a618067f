import Access
import Contracts
import Jobs
import Postgres

/// Answers `ers.Reports` for one owner. What only the owner can know comes from `Rules`.
public struct ReportsServer: ReportsService {
    /// What differs from owner to owner.
    public struct Rules: Sendable {
        /// Any of these opens the list.
        let permissions: [Permission]
        /// The jobs that make reports.
        let jobs: [String]
        /// Which of these completed reports may only be viewed online, as it stands now (aggregates §5.3).
        let onlineOnly: @Sendable (_ session: borrowing Session, _ reports: [StoredReport]) throws -> Set<Int64>
        /// The file of a report, part by part; refuses what is online only.
        let file: @Sendable (ReadReportRequest, Call) async throws -> ReportPart
        /// A query in the owner's form under another name.
        let renamed: @Sendable (_ query: [UInt8], _ name: String) throws -> [UInt8]

        public init(
            permissions: [Permission], job: String, bulkJob: String? = nil,
            onlineOnly: @escaping @Sendable (borrowing Session, [StoredReport]) throws -> Set<Int64>,
            file: @escaping @Sendable (ReadReportRequest, Call) async throws -> ReportPart,
            renamed: @escaping @Sendable ([UInt8], String) throws -> [UInt8]
        ) {
            self.permissions = permissions
            jobs = [job] + (bulkJob.map { [$0] } ?? [])
            self.onlineOnly = onlineOnly
            self.file = file
            self.renamed = renamed
        }
    }

    let database: Database
    let store: ReportStore
    let jobs: JobTable
    let rules: Rules

    public init(database: Database, store: ReportStore, jobs: JobTable, rules: Rules) {
        self.database = database
        self.store = store
        self.jobs = jobs
        self.rules = rules
    }

    /// Up to the year 2255: beyond, an instant may be none that the database knows.
    private static let instants: ClosedRange<Int64> = 0...9_007_199_254_740_991

    private func user(_ call: Call) throws -> Int64 {
        let caller = try call.person()
        guard rules.permissions.contains(where: caller.has) else { throw Fault.notPermitted }
        return caller.userID
    }

    public func listReports(_ ask: ListReportsRequest, _ call: Call) async throws -> ReportList {
        let userID = try user(call)
        guard (1...100).contains(ask.limit), ask.ids.count <= 100, Self.instants.contains(ask.beforeCreatedUs) else {
            throw Fault(
                .malformed, "the limit of a page", violations: [.init(field: "limit", problem: "must be 1 to 100")])
        }
        let limit = Int(ask.limit)
        let before =
            ask.beforeID == 0 ? nil : (created: Timestamp(microseconds: ask.beforeCreatedUs), id: ask.beforeID)
        return try await database.read(call) { session in
            let found = try store.list(of: userID, before: before, ids: ask.ids, limit: Int64(limit) + 1, session)
            let reports = try describe(Array(found.prefix(limit)), session)
            return .with {
                $0.reports = reports
                $0.more = found.count > limit
            }
        }
    }

    public func getReport(_ ask: ReportRequest, _ call: Call) async throws -> Report {
        let userID = try user(call)
        return try await database.read(call) { session in
            try describe(try store.report(ask.id, of: userID, session), session)
        }
    }

    public func readReport(_ ask: ReadReportRequest, _ call: Call) async throws -> ReportPart {
        _ = try user(call)
        return try await rules.file(ask, call)
    }

    public func deleteReport(_ ask: ReportRequest, _ call: Call) async throws -> Empty {
        let userID = try user(call)
        try await database.transaction(call) { session in
            try store.delete(ask.id, of: userID, session)
            for job in rules.jobs { try jobs.cancel(job, subjects: [ask.id], session) }
        }
        return Empty()
    }

    public func listSavedQueries(_ ask: Empty, _ call: Call) async throws -> SavedQueryList {
        let userID = try user(call)
        let queries = try await database.read(call) { try store.queries(of: userID, $0) }
        return .with { $0.queries = queries }
    }

    public func getSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery {
        let userID = try user(call)
        return try await database.read(call) { try store.query(ask.id, of: userID, $0) }
    }

    public func saveReportQuery(_ ask: ReportRequest, _ call: Call) async throws -> SavedQuery {
        let userID = try user(call)
        return try await database.transaction(call) { session in
            let report = try store.report(ask.id, of: userID, session)
            return try store.save(name: report.name, topic: report.topic, query: report.query, of: userID, session)
        }
    }

    public func copySavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery {
        let userID = try user(call)
        return try await database.transaction(call) { session in
            let original = try store.query(ask.id, of: userID, session)
            let taken = Set(try store.queries(of: userID, session).map(\.name))
            let name = QueryName.next(after: original.name, taken: taken)
            return try store.save(
                name: name, topic: original.topic ?? ReportTopic(), query: try rules.renamed(original.query, name),
                of: userID, session)
        }
    }

    public func deleteSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> Empty {
        let userID = try user(call)
        try await database.transaction(call) { try store.deleteQuery(ask.id, of: userID, $0) }
        return Empty()
    }

    /// As people see a report now.
    public func describe(_ report: StoredReport, _ session: borrowing Session) throws -> Report {
        guard let described = try describe([report], session).first else { throw ReportStore.missing }
        return described
    }

    private func describe(_ reports: [StoredReport], _ session: borrowing Session) throws -> [Report] {
        let running = reports.filter { $0.status == .running }.map(\.id)
        var progress: [Int64: Int] = [:]
        for job in rules.jobs where !running.isEmpty {
            progress.merge(try jobs.progress(job, subjects: running, session)) { first, _ in first }
        }
        let held = try rules.onlineOnly(session, reports.filter { $0.status == .completed })
        return reports.map { [progress] report in
            .with {
                $0.id = report.id
                $0.name = report.name
                $0.topic = report.topic
                $0.status = report.status.rawValue
                $0.progress = Int32(progress[report.id] ?? 0)
                $0.createdAtUs = report.created.microseconds
                $0.finishedAtUs = report.finished?.microseconds ?? 0
                $0.dataAsOfUs = report.dataAsOf?.microseconds ?? 0
                $0.rows = report.rows
                $0.emptyRows = report.emptyRows
                $0.onlineOnly = held.contains(report.id)
                $0.query = report.query
            }
        }
    }
}
