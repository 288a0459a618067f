import Calendar
import Contracts
import Ledger
import Postgres

/// Writes the reconciliation report of a window: all imports of results that were changed after its start and made before
/// its end, by the time of the change (ingest §13, trap 21). Without any there is no report.
///
/// What the lines are made of is put together in the database and read page by page, so that a window of any size needs
/// the memory of one page. A report has at most `rowLimit` lines.
///
/// - Throws: `Fault` `.malformed` for a window that is none or longer than 400 days.
struct MakeReconciliation: Sendable {
    let database: Database
    let nowMicroseconds: @Sendable () -> Int64

    static let rowLimit: Int64 = 5_000_000
    static let windowLimit: Int64 = 400 * 86_400 * 1_000_000
    private static let page: Int64 = 5_000
    private static let partBytes = 512 << 10

    func callAsFunction(
        _ ask: MakeReconciliationRequest, creator: String, day: CalendarDay?, _ call: Call
    ) async throws -> Reconciliation {
        let (after, before) = (ask.afterUs, ask.beforeUs)
        guard after > 0, before > after, before - after <= Self.windowLimit else {
            throw Fault(
                .malformed, "a window ends after its start, and within 400 days",
                violations: [.init(field: "before", problem: "not within 400 days after the start")])
        }
        let now = nowMicroseconds()
        return try await database.transaction(call) { session in
            // One at a time: a second one would only make both slow.
            try session.run("SELECT pg_advisory_xact_lock(7219, 113)")
            if let day, try Self.exists(day, session) { return Reconciliation() }
            try Self.collectExams(after: after, session)
            try session.run(
                """
                CREATE TEMP TABLE line ON COMMIT DROP AS
                SELECT row_number() OVER (ORDER BY i.updated, i.id) AS number, i.id, i.batch, i.status, i.message
                  FROM import i
                 WHERE i.content = \(ImportContent.exam.rawValue) AND i.updated > \(Timestamp(microseconds: after))
                   AND i.created < \(Timestamp(microseconds: before))
                 ORDER BY 1 LIMIT \(Self.rowLimit)
                """)
            try session.script("CREATE INDEX ON line (number); ANALYZE line")
            var report = Reconciliation.with {
                $0.name = Self.name(at: now)
                $0.createdUs = now
                $0.afterUs = after
                $0.beforeUs = before
                $0.creator = creator
            }
            var part = ReconciliationLine.heading
            var parts: Int32 = 0
            while true {
                let lines = try Self.lines(after: report.rows, session)
                if lines.isEmpty { break }
                if report.id == 0 { report.id = try Self.begin(report, day, session) }
                for line in lines {
                    part += line.text
                    report.rows += 1
                    guard part.utf8.count >= Self.partBytes else { continue }
                    try Self.keep(part, number: parts, of: report.id, session)
                    parts += 1
                    part = ""
                }
            }
            guard report.id != 0 else { return Reconciliation() }
            if !part.isEmpty { try Self.keep(part, number: parts, of: report.id, session) }
            try session.run("UPDATE reconciliation SET rows = \(report.rows) WHERE id = \(report.id)")
            return report
        }
    }

    private static func exists(_ day: CalendarDay, _ session: borrowing Session) throws -> Bool {
        try session.row("SELECT true FROM reconciliation WHERE day = \(Day(day))", as: Bool.self) ?? false
    }

    /// The exams that imports of the window may have made or changed: found by their change numbers, which rise with time.
    private static func collectExams(after: Int64, _ session: borrowing Session) throws {
        // Times are those of transactions' beginnings, numbers those of their ends; none runs for as long as that.
        let start = Timestamp(microseconds: after - 600 * 1_000_000)
        try session.script("SET LOCAL enable_seqscan = off")
        var (low, high) = (Int64(0), try session.row("SELECT change FROM feed_head", as: Int64.self) ?? 0)
        while low < high {
            let middle = low + (high - low) / 2
            let found = try session.row(
                "SELECT change, updated FROM exam WHERE change > \(middle) ORDER BY change LIMIT 1",
                as: (Int64, Timestamp).self)
            // Nothing behind the middle, or something of the window: the first of it lies at or before the middle.
            if let found, found.1 < start { low = found.0 } else { high = middle }
        }
        try session.script("SET LOCAL enable_seqscan = on")
        try session.run(
            """
            CREATE TEMP TABLE touched ON COMMIT DROP AS
            SELECT e.created_import_id, e.import_id, s.ssid, a.natural_id AS assessment, e.school_year,
                   e.opportunity_id AS opportunity
              FROM exam e JOIN student s ON s.id = e.student_id JOIN assessment a ON a.id = e.assessment_id
             WHERE e.change > \(low)
            """)
        try session.script(
            "CREATE INDEX ON touched (created_import_id); CREATE INDEX ON touched (import_id); ANALYZE touched")
    }

    private static func lines(after number: Int64, _ session: borrowing Session) throws -> [ReconciliationLine] {
        try session.rows(
            """
            SELECT l.id, l.batch, l.status, l.message, m.ssid, m.assessment, m.school_year, m.opportunity,
                   c.ssid, c.assessment, c.school_year, c.opportunity
              FROM line l LEFT JOIN touched m ON m.created_import_id = l.id LEFT JOIN touched c ON c.import_id = l.id
             WHERE l.number > \(number) AND l.number <= \(number + page) ORDER BY l.number
            """,
            as: (
                Int64, String?, Int16, String?, String?, String?, Int32?, String?, String?, String?, Int32?, String?
            ).self
        ).map { row in
            ReconciliationLine(
                importID: row.0, batch: row.1, status: ImportStatus(rawValue: row.2) ?? .invalid, message: row.3,
                made: exam(row.4, row.5, row.6, row.7), changed: exam(row.8, row.9, row.10, row.11))
        }
    }

    private static func exam(
        _ ssid: String?, _ assessment: String?, _ year: Int32?, _ opportunity: String?
    ) -> ReconciliationLine.Exam? {
        guard let ssid, let assessment, let year, let opportunity else { return nil }
        return .init(ssid: ssid, assessment: assessment, schoolYear: year, opportunityID: opportunity)
    }

    private static func begin(
        _ report: Reconciliation, _ day: CalendarDay?, _ session: borrowing Session
    ) throws -> Int64 {
        let id = try session.row(
            """
            INSERT INTO reconciliation (name, created, creator, after, before, rows, day)
            VALUES (\(report.name), \(Timestamp(microseconds: report.createdUs)), \(report.creator),
                    \(Timestamp(microseconds: report.afterUs)), \(Timestamp(microseconds: report.beforeUs)), 0, \(Day(day)))
            RETURNING id
            """, as: Int64.self)
        guard let id else { throw ReportWithoutNumber() }
        return id
    }

    private static func keep(_ text: String, number: Int32, of id: Int64, _ session: borrowing Session) throws {
        try session.run(
            "INSERT INTO reconciliation_part (report_id, part, text) VALUES (\(id), \(number), \(text))")
    }

    /// `reconciliation_{yyyyMMddHHmmss}.csv`, in UTC.
    static func name(at microseconds: Int64) -> String {
        let digits = Moment(microseconds: microseconds).description.prefix(19).filter(\.isNumber)
        return "reconciliation_\(digits).csv"
    }
}

/// PostgreSQL made a row and no number for it.
private struct ReportWithoutNumber: Error {}
