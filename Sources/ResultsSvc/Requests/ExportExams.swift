import Access
import Audit
import Contracts
import Postgres

/// The exams of a results page or of a student, for a CSV file (results §5.1, §5.2): what the page shows with its filters,
/// without anything that is still embargoed for ordinary users (access §6.6).
///
/// - Returns: in pages. The first is on record with every student of the file; a further one is refused when other
///   students are in it meanwhile, so that the record stays true.
/// - Throws: `Fault` as the page itself; `.conflict` when the results changed between two pages.
struct ExportExams: Sendable {
    let gate: Gate
    let pages: ResultsPages

    static let pageLimit = 1_000

    /// One page of the file and what is on record.
    private struct Page: Sendable {
        var answer: ExportedExams
        var students: [Int64]
    }

    func callAsFunction(_ ask: ExportExamsRequest, _ call: Call) async throws -> ExportedExams {
        switch (ask.school, ask.group, ask.student) {
        case (let school?, nil, nil): return try await self.school(school, ask, call)
        case (nil, let group?, nil): return try await self.group(group, ask, call)
        case (nil, nil, let student?): return try await self.student(student, ask, call)
        default: throw Fault(.malformed, "a school, a group or a student")
        }
    }

    // MARK: - A results page

    private func school(
        _ school: GetSchoolResultsRequest, _ ask: ExportExamsRequest, _ call: Call
    ) async throws -> ExportedExams {
        let place = try SchoolResultsPlace(school, call.caller.individualScope())
        let choice = try pages.choice(school.assessmentIDs, filter: school.filter, pageToken: "", of: place.name)
        let isFirst = ask.pageToken.isEmpty
        let (page, isWithheld, _) = try await gate.read(
            call, hidesTransfers: school.hideTransfers, isExport: true,
            looked: { isFirst ? place.looked(students: $0.students).exported : nil }
        ) { session, view in
            let name = try ChosenSchool.name(session, school.schoolID, in: place.scope)
            var page = try self.page(
                session, view, choice, of: place.exams(view), recent: place.recent, pageToken: ask.pageToken)
            page.answer.name = name
            return page
        }
        var answer = page.answer
        if isWithheld { answer.notice = .withheld }
        return answer
    }

    /// The choice of sessions does not matter to a file (results §4.4.2).
    private func group(
        _ group: GetGroupResultsRequest, _ ask: ExportExamsRequest, _ call: Call
    ) async throws -> ExportedExams {
        let place = try GroupResultsPlace(group, of: call.person())
        let choice = try pages.choice(group.assessmentIDs, filter: group.filter, pageToken: "", of: place.name)
        let isFirst = ask.pageToken.isEmpty
        let (page, isWithheld, _) = try await gate.read(
            call, hidesTransfers: group.hideTransfers, isExport: true,
            looked: { isFirst ? place.looked(students: $0.students).exported : nil }
        ) { session, view in
            let (chosen, exams) = try place.exams(session, view, pages.catalogue.content(session))
            var page = try self.page(
                session, view, choice, of: exams, recent: exams.condition, pageToken: ask.pageToken)
            page.answer.name = chosen.schoolName
            return page
        }
        var answer = page.answer
        if isWithheld { answer.notice = .withheld }
        return answer
    }

    private func page(
        _ session: borrowing Session, _ view: Gate.View, _ choice: ResultsPages.Choice, of place: ResultsPages.Place,
        recent: SQL, pageToken: String
    ) throws -> Page {
        let subjects = try pages.catalogue.content(session)
        let filter = try FilterFields.condition(choice.filter, session, view)
        let ids = try ResultsPages.assessments(session, view, choice, recent: recent)
        let all = try session.rows(
            """
            SELECT e.id, e.student_id, e.assessment_id FROM \(ExamRow.tables)
             WHERE \(place.condition) AND e.assessment_id = ANY(\(ids)) AND \(view.visible) AND \(filter)
             ORDER BY a.grade, lower(a.label), a.id, lower(s.last_name), lower(s.first_name), e.completed_at, e.id
             LIMIT \(Int64(ResultsPages.rowLimit + 1))
            """, as: (Int64, Int64, Int32).self)
        guard all.count <= ResultsPages.rowLimit else {
            throw Fault(.tooMany, "more than \(ResultsPages.rowLimit) results: choose fewer assessments")
        }
        let students = Array(Set(all.map(\.1))).sorted()
        // A token goes on with the same students only: others are not on record.
        let scope = "export of \(place.name), students \(students)"
        let last = try pages.tokens.open(pageToken, scope: scope)
        let start = try last.map { try Self.index(after: $0, all.map(\.0)) } ?? 0
        let wanted = all[start...].prefix(Self.pageLimit).map(\.0)
        let rows = try ExamRow.read(
            session, view, scope: place.scope, subjects: subjects, where: "e.id = ANY(\(wanted))",
            limit: Int64(Self.pageLimit))
        let fields = try view.fields(session)
        let contexts = try ExamContext.read(session, view, wanted, fields)
        let byID = Dictionary(rows.map { ($0.exam.id, $0.exam) }, uniquingKeysWith: { first, _ in first })
        let assessments = try AssessmentRows.byID(session, Array(Set(all.map(\.2))), subjects)
        let exams = wanted.compactMap { id -> ExportedExam? in
            guard var exam = byID[id] else { return nil }
            exam.fromPreviousSchool = exam.schoolID != place.school
            return contexts[id]?.exported(exam)
        }
        return Page(
            answer: .with {
                $0.exams = exams
                $0.assessments = assessments
                $0.fields = fields.map(\.rawValue)
                if start + wanted.count < all.count, let last = wanted.last {
                    $0.nextPageToken = pages.tokens.seal(last, scope: scope)
                }
            }, students: students)
    }

    private static func index(after id: Int64, _ ids: [Int64]) throws -> Int {
        guard let index = ids.firstIndex(of: id) else {
            throw Fault(.conflict, "the results changed while they were read")
        }
        return index + 1
    }

    // MARK: - A student

    private func student(
        _ student: GetStudentHistoryRequest, _ ask: ExportExamsRequest, _ call: Call
    ) async throws -> ExportedExams {
        guard ask.pageToken.isEmpty else { throw Fault(.malformed, "a student's file has one page") }
        let scope = call.caller?.scope(of: .individualPIIRead) ?? call.caller?.scope(of: .groupPIIRead) ?? Scope()
        let (answer, isWithheld, groupsAreOff) = try await gate.read(
            call, hidesTransfers: student.hideTransfers, isExport: true,
            looked: { _ in AuditEvent.studentHistory(student.studentID).exported }
        ) { session, view in
            let subjects = try pages.catalogue.content(session)
            let found = try StudentExams.read(session, view, student, scope: scope, subjects: subjects)
            guard !found.visible.isEmpty else {
                throw view.groupsAreOff ? Gate.groupsOff : GetStudentHistory.unavailable
            }
            let assessments = try AssessmentRows.byID(
                session, Array(Set(found.shown.map { Int32($0.assessmentID) })), subjects)
            let wanted = Set(
                assessments.filter {
                    (ask.subject.isEmpty || $0.subject == ask.subject) && (ask.type.isEmpty || $0.type == ask.type)
                }.map(\.id))
            let exams = found.shown.filter {
                wanted.contains($0.assessmentID) && (ask.schoolYear == 0 || $0.schoolYear == ask.schoolYear)
            }
            let contexts = try ExamContext.read(session, view, exams.map(\.id), [])
            return ExportedExams.with {
                $0.exams = exams.compactMap { contexts[$0.id]?.exported($0) }
                $0.assessments = assessments.filter { wanted.contains($0.id) }
            }
        }
        var file = answer
        if isWithheld { file.notice = .withheld }
        file.groupsOff = groupsAreOff
        return file
    }
}

extension AuditEvent {
    /// The same look, of which a file was made.
    fileprivate var exported: AuditEvent {
        AuditEvent(name, studentIDs: studentIDs, details: details.merging(["file": "csv"]) { $1 })
    }
}

/// What is recorded about a student at the time of a test.
struct ExamContext: Sendable {
    private let fields: [FilterField]
    private let accommodations: [String]

    /// - Parameter fields: those that the caller may see; no other leaves the database.
    static func read(
        _ session: borrowing Session, _ view: Gate.View, _ ids: [Int64], _ fields: [StudentField]
    ) throws -> [Int64: ExamContext] {
        let rows = try session.rows(
            """
            SELECT e.id, s.gender, s.ethnicities, e.military, e.elas, e.language, e.migrant, e.section504, e.iep,
                   e.economic_disadvantage, e.lep,
                   (SELECT coalesce(string_agg(x.code, '|' ORDER BY x.code), '') FROM accommodation x
                     WHERE x.id = ANY(e.accommodation_ids))
              FROM \(ExamRow.tables) WHERE e.id = ANY(\(ids)) AND \(view.visible)
            """,
            as: (
                Int64, Int16?, Int16, Int16?, Int16?, String?, Bool?, Bool?, Bool?, Bool?, Bool?, String
            ).self)
        var contexts: [Int64: ExamContext] = [:]
        for row in rows {
            func flag(_ value: Bool?) -> [String] { value.map { [$0 ? "yes" : "no"] } ?? [] }
            func code(_ number: Int16?, _ list: CodeList) -> [String] {
                number.flatMap(list.code).map { [$0] } ?? []
            }
            func codes(_ field: StudentField) -> [String] {
                switch field {
                case .gender: code(row.1, ExamCodes.genders)
                case .ethnicity:
                    ExamCodes.ethnicities.codes.enumerated().filter { row.2 & (1 << Int16($0.offset)) != 0 }
                        .map(\.element)
                case .military: code(row.3, ExamCodes.military)
                case .elas: code(row.4, ExamCodes.elas)
                case .language: row.5.map { [$0] } ?? []
                case .migrant: flag(row.6)
                case .section504: flag(row.7)
                case .iep: flag(row.8)
                case .economicDisadvantage: flag(row.9)
                case .englishLearner: flag(row.10)
                }
            }
            contexts[row.0] = ExamContext(
                fields: fields.map { field in
                    .with {
                        $0.field = field.rawValue
                        $0.codes = codes(field)
                    }
                }, accommodations: row.11.split(separator: "|").map(String.init))
        }
        return contexts
    }

    func exported(_ exam: Exam) -> ExportedExam {
        .with {
            $0.exam = exam
            $0.fields = fields
            $0.accommodations = accommodations
        }
    }
}
