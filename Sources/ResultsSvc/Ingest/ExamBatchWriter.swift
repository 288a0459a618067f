import Calendar
import Feed
import Ledger
import Postgres

/// A judged result and the import it came with. A class, as it has some forty texts and lists and goes through many hands.
final class ExamWork: Sendable {
    let importID: Int64
    let result: ExamResult
    let packed: PackedExam

    init(importID: Int64, result: ExamResult) {
        self.importID = importID
        self.result = result
        packed = PackedExam(result.exam)
    }
}

/// Stores judged results: exams, students, groups found, history and feed numbers, many at once in one transaction.
///
/// The order of the steps is what makes two workers safe together: keys are locked first, then students, then the feed's
/// counter, always in that order and sorted. Nothing is written before everything has been decided, since the counter
/// stays locked until the commit. Rules: ingest §3.11–3.13; ingest-speed §2.1.
enum ExamBatchWriter {
    static let priorDate = "Prior date -- Earlier status date than existing exam record"
    static let duplicate = "Duplicate -- no changes triggered an exam update"

    /// - Returns: an outcome for each, in order.
    static func write(_ works: [ExamWork], _ session: borrowing Session) throws -> [ImportOutcome] {
        var outcomes = [ImportOutcome](repeating: ImportOutcome(.processed), count: works.count)
        // No statement may touch an exam twice: a second transmission of a key waits for the next round.
        var rest = Array(works.indices)
        while !rest.isEmpty {
            var keys: Set<ExamKey> = []
            var round: [Int] = []
            var later: [Int] = []
            for index in rest {
                if keys.insert(ExamKey(works[index].result.exam)).inserted {
                    round.append(index)
                } else {
                    later.append(index)
                }
            }
            var writing = Round(works: round.map { works[$0] })
            for (index, outcome) in zip(round, try writing.run(session)) { outcomes[index] = outcome }
            rest = later
        }
        return outcomes
    }

    /// What becomes of one transmission. Rule: the table of ingest §3.11.
    enum Decision: Sendable {
        case insert(id: Int64)
        /// A reset of an exam that has not been seen: kept as deleted, so that an older transmission that arrives late
        /// does not bring it back.
        case remember(id: Int64)
        case replace(StoredExam, StoredExam.Exam)
        case delete(StoredExam, StoredExam.Exam)
        case nothing(String)
        /// Equal unless a decimal differs by more than a rounding: needs the stored exam.
        case compare(StoredExam, StoredExam.Exam)
    }

    static func decide(_ packed: PackedExam, _ stored: StoredExam) -> Decision {
        let draft = packed.draft
        guard let exam = stored.exam else { return draft.isReset ? .remember(id: stored.id) : .insert(id: stored.id) }
        if draft.isReset { return .delete(stored, exam) }
        if let date = draft.statusDate {
            let known = [exam.statusDate, exam.resetAt].compactMap(\.self).max()
            if let known, date < known { return .nothing(priorDate) }
        }
        if exam.deleted { return .replace(stored, exam) }
        if exam.contentHash == packed.contentHash { return .nothing(duplicate) }
        return .compare(stored, exam)
    }
}

/// One pass over transmissions of different keys.
private struct Round {
    let works: [ExamWork]
    var decisions: [ExamBatchWriter.Decision] = []
    var students: [String: StudentRow] = [:]
    var inserts: [ExamWrite] = []
    var updates: [ExamWrite] = []
    var deletes: [Delete] = []
    /// Exams that are replaced, for the history: id, year as stored, import.
    var replaced: [(id: Int64, year: Int32, importID: Int64)] = []

    struct Delete {
        var id: Int64
        var year: Int32
        var importID: Int64
        var resetAt: Moment?
    }

    struct Member: Hashable {
        var schoolID: Int64
        var schoolYear: Int32
        var groupName: String
        var studentID: Int64
    }

    init(works: [ExamWork]) { self.works = works }

    mutating func run(_ session: borrowing Session) throws -> [ImportOutcome] {
        let stored = try StoredExams.lock(works.map(\.result.exam), session)
        decisions = try works.map { work in
            guard let stored = stored[ExamKey(work.result.exam)] else { throw KeyVanished() }
            return ExamBatchWriter.decide(work.packed, stored)
        }
        try compareContents(session)
        let changes = try planStudents(session)
        try planExams()
        let members = try newMembers(session)
        let count =
            changes.new.count + changes.toldCount + inserts.count + updates.count + deletes.count + members.count
        let first = count > 0 ? try FeedOwner.stamp(session, schema: "results", count: count) : 0
        try write(changes, members, firstChange: first, session)
        return decisions.map { decision in
            if case .nothing(let message) = decision {
                ImportOutcome(.noUpdate, message)
            } else {
                ImportOutcome(.processed)
            }
        }
    }

    // MARK: - Deciding

    private mutating func compareContents(_ session: borrowing Session) throws {
        let candidates = decisions.compactMap { decision in
            if case .compare(let stored, _) = decision { (id: stored.id, schoolYear: stored.schoolYear) } else { nil }
        }
        let drafts = try StoredExams.drafts(candidates, session)
        for index in decisions.indices {
            guard case .compare(let stored, let exam) = decisions[index] else { continue }
            if let draft = drafts[stored.id], draft.hasContent(of: works[index].result.exam) {
                decisions[index] = .nothing(ExamBatchWriter.duplicate)
            } else {
                decisions[index] = .replace(stored, exam)
            }
        }
    }

    struct StudentChanges {
        var new: [StudentRow] = []
        var changed: [StudentRows.Change] = []

        var toldCount: Int { changed.count(where: \.isTold) }
    }

    /// Locks the students concerned and decides who they are now. Rule: ingest §3.12.
    private mutating func planStudents(_ session: borrowing Session) throws -> StudentChanges {
        var ssids: Set<String> = []
        var formerIDs: Set<Int64> = []
        var written: [Int64] = []
        for (work, decision) in zip(works, decisions) {
            switch decision {
            case .insert, .remember: ssids.insert(work.result.exam.student.ssid)
            case .replace(let stored, let exam):
                ssids.insert(work.result.exam.student.ssid)
                formerIDs.insert(exam.studentID)
                written.append(stored.id)
            case .delete(let stored, let exam):
                formerIDs.insert(exam.studentID)
                written.append(stored.id)
            case .nothing, .compare: break
            }
        }
        let known = try StudentRows.lock(ssids: ssids, ids: formerIDs, session)
        let before = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for row in known { students[row.own.ssid] = row }
        let newSSIDs = ssids.filter { students[$0] == nil }.sorted()
        let newIDs =
            newSSIDs.isEmpty
            ? []
            : try session.rows(
                "SELECT nextval('student_id') FROM generate_series(1, \(Int64(newSSIDs.count)))", as: Int64.self)
        for (ssid, id) in zip(newSSIDs, newIDs) { students[ssid] = StudentRow(id: id, own: StudentDraft(ssid: ssid)) }

        // What this batch says of each, and whose other exams must be looked at.
        var newest: [Int64: StudentInformation] = [:]
        var importOf: [Int64: Int64] = [:]
        var lookAt = formerIDs
        func consider(_ studentID: Int64, _ information: StudentInformation) {
            if let other = newest[studentID], information.rank < other.rank { return }
            newest[studentID] = information
        }
        for (work, decision) in zip(works, decisions) {
            let exam = work.result.exam
            switch decision {
            case .insert, .remember, .replace:
                guard let row = students[exam.student.ssid] else { throw KeyVanished() }
                importOf[row.id] = work.importID
                var isPresent = true
                if case .remember = decision { isPresent = false }
                if case .replace(_, let former) = decision {
                    lookAt.insert(row.id)
                    importOf[former.studentID] = work.importID
                }
                let rank = InformationRank(
                    isPresent: isPresent, completed: exam.completed, statusDate: exam.statusDate,
                    opportunityID: exam.opportunityID, assessmentID: exam.assessmentID)
                if before[row.id] != nil && row.isOutdated(by: rank) == nil { lookAt.insert(row.id) }
                consider(row.id, StudentInformation(rank: rank, student: exam.student, schoolID: exam.schoolID))
            case .delete(_, let former): importOf[former.studentID] = work.importID
            case .nothing, .compare: break
            }
        }
        try considerDeleted(session, &newest)
        for (studentID, information) in try StudentRows.newest(
            of: lookAt.intersection(before.keys), except: written, session)
        {
            consider(studentID, information)
        }

        var changes = StudentChanges()
        for var row in students.values.sorted(by: { $0.id < $1.id }) {
            guard let information = newest[row.id] else {
                guard lookAt.contains(row.id) else { continue }
                // The last exam has gone to another student.
                row.take(nil)
                note(row, before[row.id], importOf[row.id], &changes)
                continue
            }
            if before[row.id] == nil || lookAt.contains(row.id) || row.isOutdated(by: information.rank) == true {
                row.take(information)
            }
            note(row, before[row.id], importOf[row.id], &changes)
        }
        return changes
    }

    /// Exams that this batch deletes still count for students who have no others.
    private func considerDeleted(_ session: borrowing Session, _ newest: inout [Int64: StudentInformation]) throws {
        let deleted = decisions.compactMap { decision in
            if case .delete(let stored, _) = decision { (id: stored.id, schoolYear: stored.schoolYear) } else { nil }
        }
        let drafts = try StoredExams.drafts(deleted, session)
        for decision in decisions {
            guard case .delete(let stored, let exam) = decision, let draft = drafts[stored.id] else { continue }
            let rank = InformationRank(
                isPresent: false, completed: draft.completed, statusDate: draft.statusDate,
                opportunityID: draft.opportunityID, assessmentID: draft.assessmentID)
            if let other = newest[exam.studentID], rank < other.rank { continue }
            newest[exam.studentID] = StudentInformation(rank: rank, student: draft.student, schoolID: draft.schoolID)
        }
    }

    private mutating func note(
        _ row: StudentRow, _ before: StudentRow?, _ importID: Int64?, _ changes: inout StudentChanges
    ) {
        students[row.own.ssid] = row
        if before == nil {
            changes.new.append(row)
        } else if let before, row != before {
            changes.changed.append(StudentRows.Change(row, before: before, importID: importID ?? 0))
        }
    }

    private mutating func planExams() throws {
        for (work, decision) in zip(works, decisions) {
            let draft = work.result.exam
            func exam(_ id: Int64) throws -> ExamWrite {
                guard let student = students[draft.student.ssid] else { throw KeyVanished() }
                return ExamWrite(id: id, packed: work.packed, studentID: student.id, importID: work.importID)
            }
            switch decision {
            case .insert(let id): inserts.append(try exam(id))
            case .remember(let id):
                var write = try exam(id)
                write.deleted = true
                write.resetAt = draft.statusDate
                inserts.append(write)
            case .replace(let stored, let former):
                var write = try exam(stored.id)
                write.resetAt = former.resetAt
                updates.append(write)
                replaced.append((stored.id, stored.schoolYear, work.importID))
            case .delete(let stored, let former):
                let resetAt = [former.resetAt, draft.statusDate].compactMap(\.self).max()
                deletes.append(
                    Delete(id: stored.id, year: stored.schoolYear, importID: work.importID, resetAt: resetAt))
            case .nothing, .compare: break
            }
        }
    }

    /// Members of groups that were not yet known. Resets and what changes nothing name no groups. Rule: ingest §3.13.
    private func newMembers(_ session: borrowing Session) throws -> [Member] {
        var members: Set<Member> = []
        for (work, decision) in zip(works, decisions) {
            switch decision {
            case .insert, .replace: break
            default: continue
            }
            let exam = work.result.exam
            guard let student = students[exam.student.ssid] else { continue }
            for name in work.result.groupNames {
                members.insert(
                    Member(schoolID: exam.schoolID, schoolYear: exam.schoolYear, groupName: name, studentID: student.id)
                )
            }
        }
        if members.isEmpty { return [] }
        let ordered = members.sorted {
            ($0.schoolID, $0.schoolYear, $0.groupName, $0.studentID) < (
                $1.schoolID, $1.schoolYear, $1.groupName, $1.studentID
            )
        }
        let known = try session.rows(
            """
            SELECT m.school_id, m.school_year, m.group_name, m.student_id
              FROM unnest(\(ordered.map(\.schoolID)), \(ordered.map(\.schoolYear)), \(ordered.map(\.groupName)), \(ordered.map(\.studentID)))
                   AS u(school, year, name, student)
              JOIN found_group_member m ON m.school_id = u.school AND m.school_year = u.year AND m.group_name = u.name
                   AND m.student_id = u.student
            """, as: (Int64, Int32, String, Int64).self)
        for (schoolID, schoolYear, groupName, studentID) in known {
            members.remove(
                Member(schoolID: schoolID, schoolYear: schoolYear, groupName: groupName, studentID: studentID))
        }
        return ordered.filter { members.contains($0) }
    }

    // MARK: - Writing

    private mutating func write(
        _ changes: StudentChanges, _ members: [Member], firstChange: Int64, _ session: borrowing Session
    ) throws {
        var change = firstChange
        try StudentRows.insert(changes.new, firstChange: change, session)
        change += Int64(changes.new.count)
        try StudentRows.update(changes.changed, firstChange: change, session)
        change += Int64(changes.toldCount)
        try keepHistory(session)
        change = Self.number(&inserts, from: change)
        try insertExams(session)
        change = Self.number(&updates, from: change)
        try updateExams(session)
        try deleteExams(firstChange: change, session)
        change += Int64(deletes.count)
        try insertMembers(members, firstChange: change, session)
    }

    private static func number(_ writes: inout [ExamWrite], from first: Int64) -> Int64 {
        for index in writes.indices { writes[index].change = first + Int64(index) }
        return first + Int64(writes.count)
    }

    /// What was stored before it is replaced or deleted.
    private func keepHistory(_ session: borrowing Session) throws {
        let rows =
            replaced.map { ($0.id, $0.year, $0.importID, "update") }
            + deletes.map { ($0.id, $0.year, $0.importID, "delete") }
        if rows.isEmpty { return }
        try session.run(
            """
            INSERT INTO exam_history (by_import_id, action, exam)
            SELECT u.import, u.action, e
              FROM unnest(\(rows.map(\.0)), \(rows.map(\.1)), \(rows.map(\.2)), \(rows.map(\.3))) AS u(id, year, import, action)
              JOIN exam e ON e.id = u.id AND e.school_year = u.year
            """)
    }

    private func insertExams(_ session: borrowing Session) throws {
        if inserts.isEmpty { return }
        let columns = ExamColumns(inserts)
        try session.run(
            """
            INSERT INTO exam (\(raw: columns.names.joined(separator: ", ")), created_import_id)
            SELECT \(raw: columns.expressions.joined(separator: ", ")), u.import_id FROM \(columns.source)
            """)
    }

    private func updateExams(_ session: borrowing Session) throws {
        if updates.isEmpty { return }
        let columns = ExamColumns(updates)
        let settings = zip(columns.names, columns.expressions).filter { $0.0 != "id" }.map { "\($0.0) = \($0.1)" }
        try session.run(
            """
            UPDATE exam e SET \(raw: settings.joined(separator: ", ")), updated = now()
              FROM \(columns.source), unnest(\(replaced.map(\.id)), \(replaced.map(\.year))) AS k(id, year)
             WHERE e.id = u.id AND k.id = u.id AND e.school_year = k.year
            """)
        // A transmission may move its exam to another year, and with it to another partition.
        try session.run(
            """
            UPDATE exam_key k SET school_year = u.year
              FROM unnest(\(updates.map(\.packed.draft.assessmentID)), \(updates.map(\.packed.draft.opportunityID)),
                          \(updates.map(\.packed.draft.schoolYear))) AS u(assessment, opportunity, year)
             WHERE k.assessment_id = u.assessment AND k.opportunity_id = u.opportunity AND k.school_year <> u.year
            """)
    }

    private func deleteExams(firstChange: Int64, _ session: borrowing Session) throws {
        if deletes.isEmpty { return }
        let changes = deletes.indices.map { firstChange + Int64($0) }
        try session.run(
            """
            UPDATE exam e SET deleted = true, reset_at = u.reset_at, import_id = u.import, change = u.change, updated = now()
              FROM unnest(\(deletes.map(\.id)), \(deletes.map(\.year)), \(deletes.map(\.importID)),
                          \(deletes.map { Timestamp($0.resetAt) }), \(changes)) AS u(id, year, import, reset_at, change)
             WHERE e.id = u.id AND e.school_year = u.year
            """)
    }

    private func insertMembers(_ members: [Member], firstChange: Int64, _ session: borrowing Session) throws {
        if members.isEmpty { return }
        try session.run(
            """
            INSERT INTO found_group_member (school_id, school_year, group_name, student_id, change)
            SELECT * FROM unnest(\(members.map(\.schoolID)), \(members.map(\.schoolYear)), \(members.map(\.groupName)),
                                 \(members.map(\.studentID)), \(members.indices.map { firstChange + Int64($0) }))
            ON CONFLICT DO NOTHING
            """)
    }
}

/// A key or student that was locked a moment ago is not there: a broken invariant, never a matter of the data.
private struct KeyVanished: Error {}
