import Access
import Audit
import Contracts
import Postgres

/// Every visible exam of one student, the newest first (results §4.2).
///
/// - Throws: `Fault` `.notFound` for a student who is unknown, out of reach or without a visible exam; `.unavailable` when
///   that may be because memberships of groups cannot be proved fresh.
struct GetStudentHistory: Sendable {
    let gate: Gate
    let catalogue: SubjectCatalogue
    /// *Exact* text of results §4.2.
    static let unavailable = Fault(
        .notFound,
        "This student is unavailable.  Contact your building administrator if you think you should have access to this student."
    )

    func callAsFunction(_ ask: GetStudentHistoryRequest, _ call: Call) async throws -> StudentHistory {
        // The highlight of transfers is seen from the individual scope if there is one (access §10, trap 14).
        let scope = call.caller?.scope(of: .individualPIIRead) ?? call.caller?.scope(of: .groupPIIRead) ?? Scope()
        let (history, isWithheld, groupsAreOff) = try await gate.read(
            call, hidesTransfers: ask.hideTransfers, looked: { _ in .studentHistory(ask.studentID) }
        ) { session, view in
            let subjects = try catalogue.content(session)
            let found = try StudentExams.read(session, view, ask, scope: scope, subjects: subjects)
            guard let any = found.visible.first?.exam else {
                throw view.groupsAreOff ? Gate.groupsOff : Self.unavailable
            }
            let years = Array(Set(found.visible.map(\.exam.schoolYear))).sorted(by: >)
            let assessments = try AssessmentRows.byID(
                session, Array(Set(found.shown.map { Int32($0.assessmentID) })), subjects)
            let isPreview = try view.showsEmbargoed(session, years: years)
            return StudentHistory.with {
                $0.studentID = ask.studentID
                $0.ssid = any.ssid
                $0.firstName = any.firstName
                $0.lastName = any.lastName
                $0.exams = found.shown
                $0.assessments = assessments
                $0.notice = isPreview ? .preview : .none
                $0.schoolYears = years
                $0.subjects = Array(Set(found.visible.compactMap { subjects.codes[$0.subjectID] })).sorted()
                $0.types = Array(Set(found.visible.compactMap { ExamCode.types[$0.type] })).sorted()
            }
        }
        var answer = history
        if isWithheld { answer.notice = .withheld }
        answer.groupsOff = groupsAreOff
        return answer
    }
}

/// The exams of one student: on the page and in the file made of it.
enum StudentExams {
    /// Thirteen years with forty tests each.
    private static let limit: Int64 = 520

    /// The visible ones, and those of them that are shown: what the filter lets through. Both the newest first.
    static func read(
        _ session: borrowing Session, _ view: Gate.View, _ ask: GetStudentHistoryRequest, scope: Scope,
        subjects: SubjectCatalogue.Content
    ) throws -> (visible: [ExamRow], shown: [Exam]) {
        var rows = try ExamRow.read(
            session, view, scope: scope, subjects: subjects, where: "e.student_id = \(ask.studentID)",
            fitting: try FilterFields.condition(ask.filter, session, view), limit: limit)
        rows.sort { ($0.exam.completedAtUs, $0.exam.id) > ($1.exam.completedAtUs, $1.exam.id) }
        // Whether an exam is followed by one elsewhere does not depend on what the filter hides.
        let shown = zip(PreviousSchool.flagged(rows), rows).compactMap { exam, row in
            row.fits && !(ask.hideTransfers && exam.fromPreviousSchool) ? exam : nil
        }
        return (rows, shown)
    }
}

/// Which exams of one student come from a previous school, seen from the caller's own scope (access §2.8, the single
/// student): taken outside the scope, or followed in the same school year by an exam at another school of the scope.
enum PreviousSchool {
    /// - Parameter rows: all visible exams of one student.
    static func flagged(_ rows: [ExamRow]) -> [Exam] {
        rows.map { row in
            var exam = row.exam
            exam.fromPreviousSchool =
                !row.schoolIsInScope
                || rows.contains { other in
                    other.schoolIsInScope && other.exam.schoolYear == row.exam.schoolYear
                        && other.exam.schoolID != row.exam.schoolID && other.exam.completedAtUs > row.exam.completedAtUs
                }
            return exam
        }
    }
}
