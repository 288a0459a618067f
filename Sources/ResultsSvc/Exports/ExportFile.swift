import Access
import Audit
import Contracts
import Postgres
import Reports

/// The file of an export, part by part, never whole in memory. Which of its lines leave is decided by the gate for each part,
/// with the rights and the embargo of that moment: what has been embargoed, moved away or taken back since the file was made
/// is not in it (access §6.6, T106). Whose results left is on record with each part. Rule: Results R22.
///
/// - Throws: `Fault` `.notFound` for another's export; `.preconditionFailed` for one without content; `.forbidden` when its
///   maker may not see all of its organizations or student fields any more; `.unavailable` while nobody can tell which
///   summatives are released: the file would not say that something is missing.
struct ExportFile: Sendable {
    let gate: Gate
    let store: ReportStore

    static let rightsLost =
        "This export holds results that you may not see any more. Create it again to get those that you may see."
    static let withheld =
        "Summative results cannot be exported at the moment, because the system cannot be sure which of them are released. Try again in a few moments."

    /// A part of the file and what is on record.
    private struct Part: Sendable {
        var lines: [String]
        var lastPlace: Int64
        var students: [Int64]
    }

    func callAsFunction(_ ask: ReadReportRequest, _ call: Call) async throws -> ReportPart {
        let caller = try call.person()
        let scope = try caller.requireScope(of: .individualPIIRead)
        let place = try Self.place(ask.partToken)
        let (gate, store) = (gate, store)
        let (stored, query) = try await gate.database.read(call) { session in
            let stored = try store.report(ask.id, of: caller.userID, session)
            return (stored, try ExportQuery(decoding: stored.query))
        }
        let (part, _, _) = try await gate.read(
            call, hidesTransfers: query.hideTransfers, isExport: true,
            looked: { AuditEvent.exportDownloaded(ask.id, students: $0.students, rows: $0.lines.count) }
        ) { session, view in
            guard let bytes = try store.layout(ask.id, session) else {
                throw Fault(
                    .preconditionFailed, "The requested report cannot be loaded. Visit \"My Reports\" to see status.")
            }
            let layout = try StoredExport(decoding: bytes)
            let visible = Set(try view.fields(session).map(\.rawValue))
            guard try ExportChoice.isContained(layout.covered ?? Scope(), in: scope, session),
                visible.isSuperset(of: layout.fields)
            else { throw Fault(.forbidden, Self.rightsLost) }
            guard !view.isWithheld || layout.summatives == 0 else {
                throw Fault(.unavailable, Self.withheld, retryAfterMilliseconds: 2_000)
            }
            return try Self.part(ask.id, after: place, of: query, in: store, session, view)
        }
        var bytes = place == 0 ? Array(ExportLine.heading.utf8) : []
        for line in part.lines { bytes.append(contentsOf: line.utf8) }
        return .with {
            $0.bytes = bytes
            $0.nextPartToken = part.lastPlace < stored.rows ? String(part.lastPlace) : ""
            $0.contentType = "text/csv; charset=utf-8"
            $0.fileName = String(FileName.safe(stored.name).map { $0.isWhitespace ? "_" : $0 }) + ".csv"
        }
    }

    /// The lines behind `place` that may leave.
    private static func part(
        _ id: Int64, after place: Int64, of query: ExportQuery, in store: ReportStore, _ session: borrowing Session,
        _ view: Gate.View
    ) throws -> Part {
        guard let (lastPlace, bytes) = try store.part(id, reaching: place + 1, session) else {
            return Part(lines: [], lastPlace: .max, students: [])
        }
        let kept = try StoredExportPart(decoding: bytes)
        let rows = try session.rows(
            """
            SELECT e.id, e.student_id FROM \(ExamRow.tables)
             WHERE e.school_year = \(query.schoolYear) AND e.id = ANY(\(kept.examIDs)) AND \(view.visible)
            """, as: (Int64, Int64).self)
        let visible = Set(rows.map(\.0))
        return Part(
            lines: zip(kept.examIDs, kept.lines).filter { visible.contains($0.0) }.map(\.1), lastPlace: lastPlace,
            students: Array(Set(rows.map(\.1))).sorted())
    }

    /// A token is the number of lines before it; every part is judged anew, whoever made the token up.
    private static func place(_ token: String) throws -> Int64 {
        if token.isEmpty { return 0 }
        guard token.utf8.count <= 15, let place = Int64(token), place >= 0 else {
            throw Fault(
                .malformed, "the part is not one of this report",
                violations: [.init(field: "partToken", problem: "is not one of this report")])
        }
        return place
    }
}
