import Audit
import Contracts
import Postgres

/// The records of what those who load data do beside loading it.
struct IntakeTrail: Sendable {
    let audit: AuditTrail

    /// A report names students by their SSIDs; which ones, the report itself says, and it is kept.
    func readReconciliation(_ id: Int64, _ call: Call, _ session: borrowing Session) throws {
        try audit.record(session, call, AuditEvent("intake.reconciliation", details: ["report": String(id)]))
    }

    func removed(_ importID: Int64, students: [Int64], _ call: Call, _ session: borrowing Session) throws {
        try audit.record(
            session, call,
            AuditEvent("intake.removal", studentIDs: students, details: ["import": String(importID)]))
    }
}

/// The reconciliation reports that there are, and their files (ingest §13).
struct ReadReconciliations: Sendable {
    let database: Database
    let trail: IntakeTrail
    static let limit: Int64 = 100

    func list(_ call: Call) async throws -> ReconciliationList {
        let rows = try await database.read(call) { session in
            try session.rows(
                """
                SELECT id, name, created, after, before, rows, creator FROM reconciliation ORDER BY id DESC
                 LIMIT \(Self.limit)
                """, as: (Int64, String, Timestamp, Timestamp, Timestamp, Int64, String).self)
        }
        return .with {
            $0.reports = rows.map { row in
                .with {
                    $0.id = row.0
                    $0.name = row.1
                    $0.createdUs = row.2.microseconds
                    $0.afterUs = row.3.microseconds
                    $0.beforeUs = row.4.microseconds
                    $0.rows = row.5
                    $0.creator = row.6
                }
            }
        }
    }

    /// - Throws: `Fault` `.notFound`.
    func read(_ ask: ReadReconciliationRequest, _ call: Call) async throws -> ReconciliationPart {
        let found = try await database.transaction(call) { session in
            let row = try session.row(
                """
                SELECT r.name, p.text, EXISTS (SELECT FROM reconciliation_part n WHERE n.report_id = r.id AND n.part > p.part)
                  FROM reconciliation r JOIN reconciliation_part p ON p.report_id = r.id
                 WHERE r.id = \(ask.id) AND p.part = \(ask.part)
                """, as: (String, String, Bool).self)
            if row != nil, ask.part == 0 { try trail.readReconciliation(ask.id, call, session) }
            return row
        }
        guard let (name, text, more) = found else { throw Fault(.notFound, "no such report") }
        return .with {
            $0.bytes = Array(text.utf8)
            $0.more = more
            $0.name = name
        }
    }
}
