import Access
import Audit
import Clocks
import Contracts
import Crypto
import Jobs
import Postgres
import Reports
import StateCopies

/// The job that makes an export, with the rights that its maker has at that moment: read through the gate like a page, as a
/// file that leaves, of one moment, a thousand rows at a time. Pieces are stored as they are read; the record of what was
/// made commits with them (results §5.6). Rule: Results R21.
struct MakeExport: Sendable {
    let database: Database
    /// Over connections whose statements may take minutes.
    let gate: Gate
    let store: ReportStore
    let rights: MakerRights
    let clocks: Clocks

    static let job = "export"
    private static let budget: Duration = .seconds(10)
    /// As long as results §5.6 allows.
    static let readingBudget: Duration = .seconds(600)
    private static let partRows = 1_000
    private static let partBytes = 512 << 10

    var kind: JobKind {
        let store = store
        return JobKind(Self.job) {
            try await run($0)
        } givenUp: { session, id, _ in
            try store.dropParts(of: id, session)
            try store.end(id, .failed, nil, session)
        }
    }

    private struct Made: Sendable {
        var layout = StoredExport()
        var rows: Int64 = 0
        var digest = ""
    }

    private func run(_ job: RunningJob) async throws -> JobKind.Effect {
        let (id, store) = (job.subject, store)
        let stored = try await database.transaction(.starting(budget: Self.budget)) { session -> StoredReport? in
            try store.begin(id, session)
            try store.dropParts(of: id, session)
            return try store.report(id, session)
        }
        // Deleted meanwhile.
        guard let stored else { return { _ in } }
        let query = try ExportQuery(decoding: stored.query)
        var call = Call.starting(budget: Self.readingBudget)
        let maker = try await rights.of(stored, purpose: Self.job, .starting(budget: Self.budget))
        call.caller = maker
        guard let scope = maker.scope(of: .individualPIIRead) else {
            throw JobRefused("whoever asked may not see individual results any more")
        }
        let asOf = Timestamp(microseconds: clocks.wallMicroseconds())
        let (made, _, _) = try await gate.read(
            call, hidesTransfers: query.hideTransfers, isExport: true,
            looked: { AuditEvent.exportProduced(id, query, rows: $0.rows, digest: $0.digest) }
        ) { session, view in
            // The file would not say that summatives are missing: the job waits for the lease.
            guard !view.isWithheld else {
                throw Fault(.unavailable, "the embargo is not known while the export is made")
            }
            do {
                let choice = try ExportChoice(query, in: scope, session)
                return try self.read(choice, of: job, session, view)
            } catch let fault as Fault where fault.code == .notFound || fault.code == .malformed {
                throw JobRefused("the export may not be asked for any more")
            }
        }
        return { session in
            guard made.rows > 0 else {
                try store.end(id, .noResults, nil, session)
                return
            }
            try store.keepParts(of: id, attempt: job.attempt, session)
            try store.end(
                id, .completed,
                ReportContent(
                    layout: try made.layout.serialized(), pieces: [], rows: made.rows, emptyRows: 0, dataAsOf: asOf),
                session)
        }
    }

    /// In the order of district, school, student, assessment and time.
    private func read(
        _ choice: ExportChoice, of job: RunningJob, _ session: borrowing Session, _ view: Gate.View
    ) throws -> Made {
        let fields = try view.fields(session)
        var made = Made()
        made.layout.covered = choice.covered
        made.layout.fields = fields.map(\.rawValue)
        let line = ExportLine(fields: Set(fields), accommodations: try Self.accommodations(session))
        let schools = try Self.schools(in: choice.covered, session)
        let places = Dictionary(zip(schools, 1...), uniquingKeysWith: { first, _ in first })

        var digest = SHA256()
        var part = StoredExportPart()
        var (bytes, number) = (0, 0)
        func store(_ session: borrowing Session) throws {
            try self.store.addPart(
                number, of: job.subject, attempt: job.attempt, lastPlace: made.rows, bytes: try part.serialized(),
                session)
            (part, bytes, number) = (StoredExportPart(), 0, number + 1)
        }
        try session.pages(
            of: Self.statement(choice, schools: schools, view), size: Self.partRows, as: ExportRow.Columns.self
        ) { rows in
            for row in rows.map(ExportRow.init) {
                let text = line(row)
                digest.update(data: Array(text.utf8))
                part.examIDs.append(row.examID)
                part.lines.append(text)
                made.rows += 1
                if row.type == 3 { made.layout.summatives += 1 }
                bytes += text.utf8.count
                if part.lines.count >= Self.partRows || bytes >= Self.partBytes { try store(session) }
            }
            if let place = rows.last.flatMap({ places[$0.1] }) { job.progress = place * 100 / (schools.count + 1) }
        }
        if !part.lines.isEmpty { try store(session) }
        made.digest = Hex.lower(digest.finalize())
        return made
    }

    /// All results of the year that were made at the chosen schools and, unless hidden, those of other schools whose students
    /// are at the chosen ones now (access §2.8). Two questions, so that each has an index.
    private static func statement(_ choice: ExportChoice, schools: [Int64], _ view: Gate.View) -> SQL {
        let year = choice.query.schoolYear
        let everywhere = choice.covered.statewide
        let here: SQL = everywhere ? "true" : "e.school_id = ANY(\(schools))"
        func results(_ place: SQL) -> SQL {
            """
            SELECT \(ExportRow.columns), d.natural_id AS district_code, c.natural_id AS school_code, s.ssid AS student_code,
                   a.natural_id AS assessment_code
              FROM \(ExamRow.tables) JOIN subject u ON u.id = e.subject_id
              LEFT JOIN district d ON d.id = c.district_id LEFT JOIN external_id x ON x.organization_id = c.id
             WHERE e.school_year = \(year) AND \(place) AND \(view.visible)
            """
        }
        var all = results(here)
        if view.transfer, !everywhere {
            all.append(" UNION ALL ")
            all.append(
                results(
                    """
                    e.student_id IN (SELECT now.id FROM student now WHERE now.school_id = ANY(\(schools)))
                    AND NOT \(here)
                    """))
        }
        return """
            SELECT \(raw: (1...17).map { "found.c\($0)" }.joined(separator: ", "))
              FROM (\(all)) AS found (\(raw: (1...17).map { "c\($0)" }.joined(separator: ", ")), district, school, student, assessment)
             ORDER BY district COLLATE "C", school COLLATE "C", student COLLATE "C", assessment COLLATE "C", c7, c1
            """
    }

    /// In the order of the file.
    private static func schools(in covered: Scope, _ session: borrowing Session) throws -> [Int64] {
        try session.rows(
            """
            SELECT c.id FROM school c LEFT JOIN district d ON d.id = c.district_id WHERE \(covered.contains(school: "c"))
             ORDER BY d.natural_id COLLATE "C", c.natural_id COLLATE "C"
            """, as: Int64.self)
    }

    private static func accommodations(_ session: borrowing Session) throws -> [Int32: String] {
        let rows = try session.rows("SELECT id, code FROM accommodation", as: (Int32, String).self)
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
}
