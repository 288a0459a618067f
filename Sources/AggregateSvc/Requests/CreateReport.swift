import Contracts
import Jobs
import Postgres
import Reports

/// Accepts a report: stored and queued in one transaction, so that an answer means that it will be made.
///
/// - Throws: `Fault` `.malformed`, `.forbidden` as `QueryJudge` says; `.malformed` without a key.
struct CreateReport: Sendable {
    let database: Database
    let judge: QueryJudge
    let store: ReportStore
    let jobs: JobTable
    let server: ReportsServer
    let trail: ReportTrail
    let wake: @Sendable () -> Void

    func callAsFunction(_ ask: AggregateQuery, _ call: Call) async throws -> Report {
        let caller = try call.person()
        guard (1...64).contains(call.idempotencyKey.utf8.count) else {
            throw Fault(.malformed, "a report is asked for with a key")
        }
        let (judge, store, jobs, server, trail) = (judge, store, jobs, server, trail)
        let report = try await database.transaction(call) { session in
            let accepted = try judge.judge(ask, for: caller, session)
            let query = accepted.query
            let (report, isNew) = try store.accept(
                name: query.name, topic: query.topic, query: try query.serialized(), by: caller,
                key: call.idempotencyKey, session)
            if isNew {
                try trail.requested(report.id, query, call, session)
                let isBulk = accepted.estimate > MakeReport.bulkRows
                try jobs.enqueue(isBulk ? MakeReport.bulkJob : MakeReport.job, subject: report.id, session)
            }
            return try server.describe(report, session)
        }
        wake()
        return report
    }
}

extension AggregateQuery {
    /// What My Reports shows of it.
    var topic: ReportTopic {
        .with {
            $0.kind = type
            $0.assessmentType = assessmentType
            $0.subjects = subjects
            $0.schoolYears = schoolYears
        }
    }
}
