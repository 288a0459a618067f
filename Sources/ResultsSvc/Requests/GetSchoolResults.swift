import Access
import Contracts
import Postgres

/// Statistics and rows of the results of one school, grade and year, for chosen assessments or for the most recent one
/// (results §4.3, §4.4). Results of students who have come to the school are among them unless hidden (access §2.8).
///
/// - Returns: by grade and label; at most `pageLimit` rows over all assessments, the rest by page token. Statistics are
///   always over all rows. No entry when there is nothing to show.
/// - Throws: `Fault` `.malformed` for grade, year, more than 30 assessments or a foreign page token; `.notFound` for the
///   school; `.tooMany` when one choice holds more than `rowLimit` results.
struct GetSchoolResults: Sendable {
    let gate: Gate
    let catalogue: SubjectCatalogue
    let pages: PageTokens

    static let assessmentLimit = 30
    /// Rows in one answer: about 600 KiB.
    static let pageLimit = 2_000
    /// The largest school tests 1,500 students a grade; 30 assessments at once stay below this.
    static let rowLimit = 50_000

    func callAsFunction(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        let scope = try call.caller.individualScope()
        let grade = try ask.grade.checkedGrade()
        let year = try ask.schoolYear.checkedSchoolYear()
        guard ask.assessmentIDs.count <= Self.assessmentLimit else {
            throw Fault(.malformed, "more than \(Self.assessmentLimit) assessments")
        }
        let chosen = try ask.assessmentIDs.map { id in
            guard let id = Int32(exactly: id), id > 0 else { throw Fault(.malformed, "assessment id \(id)") }
            return id
        }
        let after = try pages.open(ask.pageToken, scope: Self.pageScope(ask.schoolID))
        if after != nil, chosen.count != 1 { throw Fault(.malformed, "a page token continues exactly one assessment") }

        let (page, isWithheld) = try await gate.read(
            call, hidesTransfers: ask.hideTransfers,
            looked: { .schoolResults(ask.schoolID, grade: grade, schoolYear: year, students: $0.students) }
        ) { session, view in
            let name = try ChosenSchool.name(session, ask.schoolID, in: scope)
            let subjects = try catalogue.content(session)
            var ids = chosen
            if ids.isEmpty {
                let recent = try ListSchoolAssessments.mostRecent(
                    session, view, school: ask.schoolID, grade: grade, year: year)
                ids = recent.map { [$0] } ?? []
            }
            let place: SQL =
                view.transfer
                ? "(e.school_id = \(ask.schoolID) OR s.school_id = \(ask.schoolID))" : "e.school_id = \(ask.schoolID)"
            let rows = try ExamRow.read(
                session, view, scope: scope, subjects: subjects,
                where: "\(place) AND a.grade = \(grade) AND e.school_year = \(year) AND e.assessment_id = ANY(\(ids))",
                limit: Int64(Self.rowLimit + 1))
            guard rows.count <= Self.rowLimit else {
                throw Fault(.tooMany, "more than \(Self.rowLimit) results: choose fewer assessments")
            }
            let assessments = try AssessmentRows.byID(session, ids, subjects)
            return Page(
                schoolName: name, students: Array(Set(rows.map(\.exam.studentID))).sorted(),
                results: results(rows, assessments, subjects, school: ask.schoolID, after: after),
                sawEmbargoed: try view.showsEmbargoed(session, years: [year]))
        }
        return .with {
            $0.results = page.results
            $0.schoolName = page.schoolName
            $0.notice = isWithheld ? .withheld : page.sawEmbargoed ? .preview : .none
        }
    }

    private static func pageScope(_ school: Int64) -> String { "school results \(school)" }

    private struct Page: Sendable {
        let schoolName: String
        let students: [Int64]
        let results: [AssessmentResults]
        let sawEmbargoed: Bool
    }

    private func results(
        _ rows: [ExamRow], _ assessments: [Assessment], _ subjects: SubjectCatalogue.Content, school: Int64,
        after: Int64?
    ) -> [AssessmentResults] {
        let byAssessment = Dictionary(grouping: rows, by: \.exam.assessmentID)
        var room = Self.pageLimit
        return assessments.compactMap { assessment in
            guard let rows = byAssessment[assessment.id], let first = rows.first else { return nil }
            let scores = subjects.scores[.init(subjectID: first.subjectID, type: first.type)]
            let start = after.map { last in (rows.firstIndex { $0.exam.id == last } ?? -1) + 1 } ?? 0
            let page = rows[start...].prefix(room)
            room -= page.count
            return .with {
                $0.assessment = assessment
                $0.examCount = Int32(rows.count)
                ExamStatistics.fill(&$0, rows.map(\.exam), scores)
                $0.exams = page.map { row in
                    var exam = row.exam
                    // The context of this page is the chosen school alone (access §2.8).
                    exam.fromPreviousSchool = exam.schoolID != school
                    return exam
                }
                if start + page.count < rows.count, let last = page.last {
                    $0.nextPageToken = pages.seal(last.exam.id, scope: Self.pageScope(school))
                }
            }
        }
    }
}
