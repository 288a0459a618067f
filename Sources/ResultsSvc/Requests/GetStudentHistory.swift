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
    /// Thirteen years with forty tests each.
    static let examLimit = 520

    func callAsFunction(_ ask: GetStudentHistoryRequest, _ call: Call) async throws -> StudentHistory {
        // The highlight of transfers is seen from the individual scope if there is one (access §10, trap 14).
        let scope = call.caller?.scope(of: .individualPIIRead) ?? call.caller?.scope(of: .groupPIIRead) ?? Scope()
        let (history, isWithheld, groupsAreOff) = try await gate.read(
            call, hidesTransfers: ask.hideTransfers, looked: { _ in .studentHistory(ask.studentID) }
        ) { session, view in
            let subjects = try catalogue.content(session)
            var rows = try ExamRow.read(
                session, view, scope: scope, subjects: subjects, where: "e.student_id = \(ask.studentID)",
                limit: Int64(Self.examLimit))
            rows.sort { ($0.exam.completedAtUs, $0.exam.id) > ($1.exam.completedAtUs, $1.exam.id) }
            let flagged = PreviousSchool.flagged(rows)
            let exams = ask.hideTransfers ? flagged.filter { !$0.fromPreviousSchool } : flagged
            guard let first = exams.first else { throw view.groupsAreOff ? Gate.groupsOff : Self.unavailable }
            return StudentHistory.with {
                $0.studentID = ask.studentID
                $0.ssid = first.ssid
                $0.firstName = first.firstName
                $0.lastName = first.lastName
                $0.exams = exams
                $0.notice = .none
            }.adding(
                try AssessmentRows.byID(session, Array(Set(exams.map { Int32($0.assessmentID) })), subjects),
                preview: try view.showsEmbargoed(session, years: Array(Set(exams.map(\.schoolYear)))))
        }
        var answer = history
        if isWithheld { answer.notice = .withheld }
        answer.groupsOff = groupsAreOff
        return answer
    }
}

extension StudentHistory {
    fileprivate func adding(_ assessments: [Assessment], preview: Bool) -> StudentHistory {
        var copy = self
        copy.assessments = assessments
        if preview { copy.notice = .preview }
        return copy
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
