import Access
import Audit
import Contracts
import Jobs
import Postgres
import Reports

/// Accepts an export: stored, queued and on record in one transaction, so that an answer means that it will be made.
///
/// - Throws: `Fault` `.forbidden` without individual results; as `ExportChoice` says; `.malformed` without a key.
struct CreateExport: Sendable {
    let database: Database
    let store: ReportStore
    let jobs: JobTable
    let audit: AuditTrail
    let server: ReportsServer
    let wake: @Sendable () -> Void

    func callAsFunction(_ ask: ExportQuery, _ call: Call) async throws -> Report {
        let caller = try call.person()
        let scope = try caller.requireScope(of: .individualPIIRead)
        guard (1...64).contains(call.idempotencyKey.utf8.count) else {
            throw Fault(.malformed, "an export is asked for with a key")
        }
        let (store, jobs, audit, server) = (store, jobs, audit, server)
        let report = try await database.transaction(call) { session in
            let query = try ExportChoice(ask, in: scope, session).query
            let (report, isNew) = try store.accept(
                name: query.name, topic: query.topic, query: try query.serialized(), by: caller,
                key: call.idempotencyKey, session)
            if isNew {
                try jobs.enqueue(MakeExport.job, subject: report.id, session)
                try audit.record(session, call, .exportRequested(report.id, query))
            }
            return try server.describe(report, session)
        }
        wake()
        return report
    }
}

/// Overwrites a saved query, its name too (results §4.8).
struct ReplaceExportQuery: Sendable {
    let database: Database
    let store: ReportStore

    func callAsFunction(_ ask: ReplaceExportQueryRequest, _ call: Call) async throws -> SavedQuery {
        let caller = try call.person()
        _ = try caller.requireScope(of: .individualPIIRead)
        let query = try ExportChoice.canonical(ask.query ?? ExportQuery())
        let store = store
        return try await database.transaction(call) { session in
            try store.replace(
                ask.id, name: query.name, topic: query.topic, query: try query.serialized(), of: caller.userID, session)
        }
    }
}

extension AuditEvent {
    static func exportRequested(_ id: Int64, _ query: ExportQuery) -> AuditEvent {
        AuditEvent("export.requested", details: query.details.merging(["report": String(id)]) { $1 })
    }

    /// - Parameter digest: SHA-256 of all lines, in hex.
    static func exportProduced(_ id: Int64, _ query: ExportQuery, rows: Int64, digest: String) -> AuditEvent {
        let made = ["report": String(id), "rows": String(rows), "sha256": digest]
        return AuditEvent("export.produced", details: query.details.merging(made) { $1 })
    }

    /// One part of the file: whose results left.
    static func exportDownloaded(_ id: Int64, students: [Int64], rows: Int) -> AuditEvent {
        AuditEvent(
            "export.downloaded", studentIDs: students, details: ["report": String(id), "rows": String(rows)])
    }

    static func exportDeleted(_ id: Int64) -> AuditEvent {
        AuditEvent("export.deleted", details: ["report": String(id)])
    }
}
