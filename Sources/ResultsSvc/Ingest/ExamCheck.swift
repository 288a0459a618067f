import Calendar
import Ledger

/// Step 6 of ingest §3.3: every check of one result against its assessment, in the order in which senders read them.
struct ExamCheck {
    let document: TRTDocument
    let examinee: TRTDocument.Examinee
    let template: ExamTemplate
    let schoolID: Int64
    let settings: ExamSettings
    var values = ValueCheck()

    init(
        document: TRTDocument, examinee: TRTDocument.Examinee, template: ExamTemplate, schoolID: Int64,
        settings: ExamSettings
    ) {
        self.document = document
        self.examinee = examinee
        self.template = template
        self.schoolID = schoolID
        self.settings = settings
    }

    var problems: ImportMessages { values.problems }

    func isRequired(_ name: String) -> Bool { settings.required.contains(name) }

    /// Nil when anything is wrong; `problems` says what.
    mutating func result(accommodationIDs: [Int32]) -> ExamResult? {
        checkAssessment()
        let scores = checkScores()
        let items = checkItems()
        let attributes = checkExamAttributes()
        let opportunity = checkOpportunity()
        let (student, groupNames) = checkStudent()
        guard problems.isEmpty, let grade = attributes.grade, let year = opportunity.year,
            let opportunityID = opportunity.id,
            let completed = document.opportunity.completed, let student
        else { return nil }
        let exam = ExamDraft(
            assessmentID: template.assessmentID, opportunityID: opportunityID, subjectID: template.subjectID,
            type: template.type, schoolYear: year, schoolID: schoolID, status: document.opportunity.status,
            statusDate: document.opportunity.statusDate, completed: completed, started: document.opportunity.started,
            forceCompleted: document.opportunity.forceCompleted, effective: document.opportunity.effective,
            enrolledGrade: grade, condition: opportunity.condition, completeness: opportunity.completeness,
            sessionID: opportunity.sessionID, iep: attributes.iep, lep: attributes.lep,
            section504: attributes.section504,
            economicDisadvantage: attributes.economicDisadvantage, migrant: attributes.migrant, elas: attributes.elas,
            elasStart: attributes.elasStart, language: attributes.language, englishLevel: attributes.englishLevel,
            titleIIIProgram: attributes.titleIIIProgram, primaryDisability: attributes.primaryDisability,
            military: attributes.military, overall: scores.overall, claims: scores.claims,
            alternates: scores.alternates,
            traits: scores.traits.sorted { $0.traitID < $1.traitID },
            targets: scores.targets.sorted { $0.targetID < $1.targetID },
            items: items, accommodationIDs: accommodationIDs, delivery: opportunity.delivery, student: student)
        return ExamResult(exam: exam, groupNames: groupNames)
    }

    private mutating func checkAssessment() {
        let element = "Assessment natural id [\(template.naturalID)], Test"
        let subject = document.test.subject
        if subject.trimmed.lowercased() != template.subjectCode.lowercased() {
            values.problems.add(
                "\(element) subject", subject, "exam subject does not match asmt subject: \(template.subjectCode)")
        }
        let sent = document.test.grade.trimmed
        let grade = String(repeating: "0", count: max(0, 2 - sent.count)) + sent
        if grade.lowercased() != template.grade.lowercased() {
            values.problems.add("\(element) grade", grade, "exam grade does not match asmt grade: \(template.grade)")
        }
    }
}
