import Calendar

/// Steps 5 and 6 of the order in ingest §3.3.
extension ExamCheck {
    struct ExamAttributes {
        var iep: Bool?
        var section504: Bool?
        var economicDisadvantage: Bool?
        var migrant: Bool?
        var language: String?
        var military: Int16?
        var lep: Bool?
        var englishLevel: String?
        var titleIIIProgram: String?
        var primaryDisability: String?
        var grade: String?
        var elas: Int16?
        var elasStart: CalendarDay?
    }

    mutating func checkExamAttributes() -> ExamAttributes {
        var attributes = ExamAttributes()
        attributes.iep = boolean(.idea)
        attributes.section504 = section504()
        attributes.economicDisadvantage = boolean(.economicDisadvantage)
        attributes.migrant = boolean(.migrant)
        attributes.language = code(.language, kind: "language") { ExamCodes.language($0) }
        attributes.military = code(.military, kind: "military connected") { ExamCodes.military.number($0) }
        attributes.lep = boolean(.lepStatus)
        attributes.englishLevel = text(.englishLevel, limit: 20)
        attributes.titleIIIProgram = text(.titleIIIProgram, limit: 30)
        attributes.primaryDisability = text(.primaryDisability, limit: 3)
        attributes.grade = values.code(
            ExamineeField.gradeWhenAssessed.name, examinee[.gradeWhenAssessed], required: true, kind: "grade"
        ) { text in ExamCodes.grades.number(text).flatMap { ExamCodes.grades.code($0) } }
        attributes.elas = code(.elas, kind: "elas") { ExamCodes.elas.number($0) }
        attributes.elasStart = date(.elasStartDate)
        return attributes
    }

    struct Opportunity {
        var year: Int32?
        var id: String?
        var sessionID: String?
        var completeness: Int16?
        var condition: Int16?
        var delivery = ExamDraft.Delivery()
    }

    mutating func checkOpportunity() -> Opportunity {
        let sent = document.opportunity
        var opportunity = Opportunity()
        opportunity.year = schoolYear(document.test.academicYear)
        opportunity.delivery.assessmentVersion = values.text(
            "Test AssessmentVersion", document.test.assessmentVersion, limit: 30, required: false)
        opportunity.id = values.text("OppId", sent.oppID, limit: 60, required: true)
        opportunity.sessionID = values.text("SessionId", sent.sessionID, limit: 128, required: isRequired("SessionId"))
        opportunity.completeness = completeness(sent)
        opportunity.condition = condition(sent)
        if sent.completed == nil { values.problems.add("DateCompleted", "", "invalid value") }
        // Beyond the order of the reference: limits that it leaves to its database.
        opportunity.delivery.contract = values.text(
            "Test Contract", document.test.contract, limit: 100, required: false)
        opportunity.delivery.texts = TRTDocument.Opportunity.Text.allCases.map { text in
            values.text(text.element, sent.texts[text.rawValue], limit: text.limit, required: false)
        }
        opportunity.delivery.mode = document.test.mode
        opportunity.delivery.handScoreProject = document.test.handScoreProject
        opportunity.delivery.examineeKey = examinee.key
        opportunity.delivery.counts = sent.counts
        return opportunity
    }

    private mutating func schoolYear(_ text: String) -> Int32? {
        guard let number = Numbers.integer(text), let year = Int32(exactly: number) else {
            values.problems.add("Test AcademicYear", text, "invalid year")
            return nil
        }
        guard settings.schoolYears.contains(year) else {
            values.problems.add(
                "Test AcademicYear", text, "unknown school year [\(text)], the configured ones end in \(years)")
            return nil
        }
        return year
    }

    private var years: String { settings.schoolYears.sorted().map { String($0) }.joined(separator: ", ") }

    /// Rule: ingest §3.10.
    private mutating func completeness(_ sent: TRTDocument.Opportunity) -> Int16? {
        guard let text = sent.completeness?.nonBlank ?? sent.completeStatus?.nonBlank else {
            return isRequired("Completeness") ? ExamCodes.complete : nil
        }
        return values.code("Completeness", text, required: false, kind: "completeness") {
            ExamCodes.completenesses.number($0)
        }
    }

    private mutating func condition(_ sent: TRTDocument.Opportunity) -> Int16? {
        guard let text = sent.administrationCondition?.nonBlank else {
            guard isRequired("AdministrationCondition") else { return nil }
            return template.type == ExamTemplate.summative ? ExamCodes.conditionValid : ExamCodes.conditionStandardized
        }
        return values.code("AdministrationCondition", text, required: false, kind: "administration condition") {
            ExamCodes.conditions.number($0)
        }
    }

    private mutating func section504() -> Bool? {
        let name = ExamineeField.section504.name
        let value = examinee[.section504]
        if value?.trimmed.lowercased() == "unknown/cannot provide" { return nil }
        return values.boolean(name, value, required: isRequired(name))
    }

    mutating func boolean(_ field: ExamineeField) -> Bool? {
        values.boolean(field.name, examinee[field], required: isRequired(field.name))
    }

    mutating func date(_ field: ExamineeField) -> CalendarDay? {
        values.date(field.name, examinee[field], required: isRequired(field.name))
    }

    mutating func text(_ field: ExamineeField, limit: Int) -> String? {
        values.text(field.name, examinee[field], limit: limit, required: isRequired(field.name))
    }

    mutating func code<Code>(_ field: ExamineeField, kind: String, _ find: (String) -> Code?) -> Code? {
        values.code(field.name, examinee[field], required: isRequired(field.name), kind: kind, find)
    }
}
