import Calendar
import Postgres

/// How new the information of an exam is: of two, the greater says who a student is. Rule: ingest §3.12, trap 29.
struct InformationRank: Sendable, Comparable {
    /// False for deleted exams: they count only when there are no others.
    var isPresent: Bool
    var completed: Moment
    var statusDate: Moment?
    var opportunityID: String
    var assessmentID: Int32

    static func < (a: InformationRank, b: InformationRank) -> Bool {
        if a.isPresent != b.isPresent { return b.isPresent }
        if a.completed != b.completed { return a.completed < b.completed }
        let aDate = a.statusDate?.microseconds ?? .min
        let bDate = b.statusDate?.microseconds ?? .min
        if aDate != bDate { return aDate < bDate }
        // By bytes, as the database's collation "C" does.
        if a.opportunityID != b.opportunityID {
            return a.opportunityID.utf8.lexicographicallyPrecedes(b.opportunityID.utf8)
        }
        return a.assessmentID < b.assessmentID
    }
}

/// What one exam says about its student.
struct StudentInformation: Sendable {
    var rank: InformationRank
    var student: StudentDraft
    var schoolID: Int64
}

/// A row of table `student`.
struct StudentRow: Sendable, Equatable {
    var id: Int64
    var own: StudentDraft
    /// Of the exam that `own` was taken from; nil when the student has none that is not deleted.
    var informed: Moment?
    var informedStatusDate: Moment?
    var informedOpportunityID: String?
    var schoolID: Int64?
    /// Of the newest enrolment update, and the school that it said.
    var enrolled: Moment?
    var enrolledSchoolID: Int64?

    /// Takes over what the newest exam says.
    ///
    /// An enrolment update of the same or a later date keeps the school, also when an exam that was newer has gone.
    /// Rule: ingest §3.12, §9.
    mutating func take(_ information: StudentInformation?) {
        if let information { own = information.student }
        let present = information.flatMap { $0.rank.isPresent ? $0 : nil }
        informed = present?.rank.completed
        informedStatusDate = present?.rank.statusDate
        informedOpportunityID = present?.rank.opportunityID
        schoolID = present?.schoolID
        if let enrolled, enrolled >= informed ?? enrolled { schoolID = enrolledSchoolID }
    }

    /// Is the information newer than what the row was made from? Nil when only a look at all exams can tell.
    func isOutdated(by rank: InformationRank) -> Bool? {
        guard rank.isPresent else { return nil }
        guard let informed else { return true }
        let own = InformationRank(
            isPresent: true, completed: informed, statusDate: informedStatusDate,
            opportunityID: informedOpportunityID ?? "",
            assessmentID: rank.assessmentID)
        if own == rank { return nil }
        return own < rank
    }
}

enum StudentRows {
    /// Locks the students of these SSIDs and ids, in an order that everybody keeps.
    static func lock(
        ssids: Set<String>, ids: Set<Int64>, _ session: borrowing Session
    ) throws -> [StudentRow] {
        try session.rows(
            """
            SELECT id, ssid, first_name, last_name, middle_name, alias_name, gender, birthday, us_entry, lep_entry, lep_exit,
                   ethnicities, info_at, info_status_at, info_opportunity, school_id, enrolled_at,
                   enrolled_school_id
              FROM student WHERE ssid = ANY(\(ssids.sorted())) OR id = ANY(\(ids.sorted()))
             ORDER BY id FOR UPDATE
            """,
            as: (
                Int64, String, String?, String?, String?, String?, Int16?, Day?, Day?, Day?, Day?, Int16, Timestamp?,
                Timestamp?,
                String?, Int64?, Timestamp?, Int64?
            ).self
        ).map { row in
            StudentRow(
                id: row.0,
                own: StudentDraft(
                    ssid: row.1, firstName: row.2, lastName: row.3, middleName: row.4, aliasName: row.5, gender: row.6,
                    birthday: CalendarDay(row.7), usEntry: CalendarDay(row.8), lepEntry: CalendarDay(row.9),
                    lepExit: CalendarDay(row.10), ethnicities: row.11),
                informed: Moment(row.12), informedStatusDate: Moment(row.13), informedOpportunityID: row.14,
                schoolID: row.15, enrolled: Moment(row.16), enrolledSchoolID: row.17)
        }
    }

    /// The newest information of each student's exams, those of `except` left out.
    static func newest(
        of students: Set<Int64>, except exams: [Int64], _ session: borrowing Session
    ) throws -> [Int64: StudentInformation] {
        if students.isEmpty { return [:] }
        let rows = try session.rows(
            """
            SELECT DISTINCT ON (student_id) student_id, deleted, completed_at, status_at, opportunity_id, assessment_id, school_id, extra
              FROM exam WHERE student_id = ANY(\(students.sorted())) AND NOT id = ANY(\(exams))
             ORDER BY student_id, deleted, completed_at DESC, status_at DESC NULLS LAST, opportunity_id COLLATE "C" DESC,
                   assessment_id DESC
            """, as: (Int64, Bool, Timestamp, Timestamp?, String, Int32, Int64, [UInt8]).self)
        var newest: [Int64: StudentInformation] = [:]
        for (studentID, deleted, completed, statusDate, opportunityID, assessmentID, schoolID, extra) in rows {
            newest[studentID] = StudentInformation(
                rank: InformationRank(
                    isPresent: !deleted, completed: Moment(completed), statusDate: Moment(statusDate),
                    opportunityID: opportunityID, assessmentID: assessmentID),
                student: try ExamPacking.extra(extra).student, schoolID: schoolID)
        }
        return newest
    }

    /// Inserts students that are new.
    ///
    /// - Throws: a serialization failure when another transaction has just made one of them: the batch runs again.
    static func insert(_ rows: [StudentRow], firstChange: Int64, _ session: borrowing Session) throws {
        if rows.isEmpty { return }
        let inserted = try session.run(
            """
            INSERT INTO student (\(raw: columns), change)
            SELECT * FROM \(source(rows, rows.indices.map { firstChange + Int64($0) })) ORDER BY u.ssid
            ON CONFLICT (ssid) DO NOTHING
            """)
        if inserted != rows.count {
            try session.script(
                "DO $$ BEGIN RAISE EXCEPTION 'a student was made meanwhile' USING ERRCODE = '40001'; END $$")
        }
    }

    /// A row that has changed, by which import, and how.
    struct Change: Sendable {
        let row: StudentRow
        let importID: Int64
        /// What the feed tells of a student has changed.
        let isTold: Bool
        /// What the row says of the student is replaced, and goes into the history; not so when only the exam that it was
        /// taken from is another, as with most results of a student who had some before.
        let isReplaced: Bool

        init(_ row: StudentRow, before: StudentRow, importID: Int64) {
            self.row = row
            self.importID = importID
            isTold = row.own.gender != before.own.gender || row.own.ethnicities != before.own.ethnicities
            isReplaced = row.own != before.own || row.schoolID != before.schoolID
        }
    }

    /// Stores rows that have changed, and what they were in the history (ingest §3.11).
    static func update(_ changes: [Change], firstChange: Int64, _ session: borrowing Session) throws {
        if changes.isEmpty { return }
        let replaced = changes.filter(\.isReplaced)
        if !replaced.isEmpty {
            try session.run(
                """
                INSERT INTO student_history (by_import_id, action, student)
                SELECT u.import, 'update', s
                  FROM unnest(\(replaced.map(\.row.id)), \(replaced.map(\.importID))) AS u(id, import)
                  JOIN student s ON s.id = u.id
                """)
        }
        var next = firstChange
        let numbers = changes.map { change -> Int64? in
            guard change.isTold else { return nil }
            defer { next += 1 }
            return next
        }
        let settings = names.dropFirst(2).map { "\($0) = u.\($0)" }.joined(separator: ", ")
        try session.run(
            """
            UPDATE student s SET \(raw: settings), change = coalesce(u.change, s.change), updated = now()
              FROM \(source(changes.map(\.row), numbers)) WHERE s.id = u.id
            """)
    }

    private static let names = [
        "id", "ssid", "first_name", "last_name", "middle_name", "alias_name", "gender", "birthday", "us_entry",
        "lep_entry", "lep_exit",
        "ethnicities", "info_at", "info_status_at", "info_opportunity", "school_id",
    ]
    private static let columns = names.joined(separator: ", ")

    private static func source(_ rows: [StudentRow], _ changes: [Int64?]) -> SQL {
        """
        unnest(\(rows.map(\.id)), \(rows.map(\.own.ssid)), \(rows.map(\.own.firstName)), \(rows.map(\.own.lastName)),
               \(rows.map(\.own.middleName)), \(rows.map(\.own.aliasName)), \(rows.map(\.own.gender)),
               \(rows.map { Day($0.own.birthday) }), \(rows.map { Day($0.own.usEntry) }), \(rows.map { Day($0.own.lepEntry) }),
               \(rows.map { Day($0.own.lepExit) }), \(rows.map(\.own.ethnicities)), \(rows.map { Timestamp($0.informed) }),
               \(rows.map { Timestamp($0.informedStatusDate) }), \(rows.map(\.informedOpportunityID)), \(rows.map(\.schoolID)),
               \(changes)) AS u(\(raw: columns), change)
        """
    }
}
