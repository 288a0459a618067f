import Calendar
import Feed
import Ledger
import Postgres

/// Takes an enrolment update into the database: the current school of students who are known.
///
/// A row with an error is skipped, the others count, also those that are too old to have an effect. Of two updates of one
/// student the one with the later date holds, of the same date the one that came later. Rule: ingest §9, R14.
enum EnrolmentStore {
    /// A parameter with which a sender asks for the number of skipped rows in the message.
    static let countSkipped = "skipped"

    /// - Parameter copiesAreFresh: false makes an unknown school a `NeedsFreshCopies`: it may be news on its way here.
    /// - Returns: the outcome, and the numbers of the rows that were skipped.
    static func load(
        _ payload: [UInt8], importID: Int64, copiesAreFresh: Bool, _ session: borrowing Session
    ) throws -> (outcome: ImportOutcome, skipped: [Int]) {
        let rows: [EnrolmentRow]
        do {
            rows = try EnrolmentFile.read(payload)
        } catch {
            return (ImportOutcome(error.status, error.message), [])
        }
        let schools = try schools(rows, session)
        if !copiesAreFresh, rows.contains(where: { !$0.school.isEmpty && schools[$0.school] == nil }) {
            throw NeedsFreshCopies()
        }
        let dates = try EnrolmentDates(session)
        let known = try students(rows, session)
        var newest: [Int64: Enrolment] = [:]
        var skipped: [Int] = []
        for row in rows {
            guard let student = known[row.ssid], let date = dates.moment(row.updated) else {
                skipped.append(row.row)
                continue
            }
            if row.school.isEmpty { continue }
            guard let school = schools[row.school] else {
                skipped.append(row.row)
                continue
            }
            if let other = newest[student.id], other.date > date { continue }
            newest[student.id] = Enrolment(date: date, schoolID: school)
        }
        try store(newest, known.values, importID: importID, session)
        var message = "Students updated: \(rows.count - skipped.count)"
        if try wantsSkipped(importID, session) { message += ", skipped: \(skipped.count)" }
        return (ImportOutcome(.processed, message), skipped)
    }

    private struct Enrolment {
        var date: Moment
        var schoolID: Int64
    }

    private struct Student {
        var id: Int64
        /// Of the newest exam that is present.
        var informed: Moment?
        var schoolID: Int64?
        var enrolled: Moment?
        var enrolledSchoolID: Int64?
    }

    private static func schools(_ rows: [EnrolmentRow], _ session: borrowing Session) throws -> [String: Int64] {
        let found = try session.rows(
            "SELECT natural_id, id FROM school WHERE natural_id = ANY(\(Array(Set(rows.map(\.school)))))",
            as: (String, Int64).self)
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }

    /// Locks the students concerned, in the order that everybody keeps.
    private static func students(_ rows: [EnrolmentRow], _ session: borrowing Session) throws -> [String: Student] {
        let found = try session.rows(
            """
            SELECT ssid, id, info_at, school_id, enrolled_at, enrolled_school_id FROM student
             WHERE ssid = ANY(\(Array(Set(rows.map(\.ssid))))) ORDER BY id FOR UPDATE
            """, as: (String, Int64, Timestamp?, Int64?, Timestamp?, Int64?).self)
        return Dictionary(
            found.map { row in
                let student = Student(
                    id: row.1, informed: Moment(row.2), schoolID: row.3, enrolled: Moment(row.4),
                    enrolledSchoolID: row.5)
                return (row.0, student)
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func store(
        _ newest: [Int64: Enrolment], _ students: some Sequence<Student>, importID: Int64,
        _ session: borrowing Session
    ) throws {
        var changed: [Student] = []
        for before in students {
            guard let update = newest[before.id], update.date >= before.enrolled ?? update.date else { continue }
            var student = before
            student.enrolled = update.date
            student.enrolledSchoolID = update.schoolID
            if update.date >= before.informed ?? update.date { student.schoolID = update.schoolID }
            let isNew =
                student.enrolled != before.enrolled || student.enrolledSchoolID != before.enrolledSchoolID
                || student.schoolID != before.schoolID
            if isNew { changed.append(student) }
        }
        if changed.isEmpty { return }
        try session.run(
            """
            INSERT INTO student_history (by_import_id, action, student)
            SELECT \(importID), 'update', s FROM student s WHERE s.id = ANY(\(changed.map(\.id)))
            """)
        let first = try FeedOwner.stamp(session, schema: "results", count: changed.count)
        try session.run(
            """
            UPDATE student s SET school_id = new.school_id, enrolled_at = new.enrolled_at,
                   enrolled_school_id = new.enrolled_school_id, change = \(first) - 1 + new.number, updated = now()
              FROM unnest(\(changed.map(\.id)), \(changed.map(\.schoolID)), \(changed.map { Timestamp($0.enrolled) }),
                          \(changed.map(\.enrolledSchoolID))) WITH ORDINALITY
                AS new (id, school_id, enrolled_at, enrolled_school_id, number)
             WHERE s.id = new.id
            """)
    }

    private static func wantsSkipped(_ importID: Int64, _ session: borrowing Session) throws -> Bool {
        try session.row(
            "SELECT (properties::json ->> \(countSkipped)) = 'true' FROM import WHERE id = \(importID)",
            as: Bool?.self) == true
    }
}

/// What the dates of an enrolment update mean: the start of that day in the state, or now.
private struct EnrolmentDates {
    private let now: Moment
    private let time: StateTime

    init(_ session: borrowing Session) throws {
        time = try StateTime.read(session)
        guard let now = try session.row("SELECT now()", as: Timestamp.self) else { throw TimeMissing() }
        self.now = Moment(now)
    }

    /// Nil for what is no date.
    func moment(_ text: String) -> Moment? {
        if text.isEmpty { return now }
        return CalendarDay(parsing: text).map(time.start)
    }
}

/// PostgreSQL does not say what time it is.
private struct TimeMissing: Error {}
