import Calendar
import Ledger
import Testing

@testable import ResultsSvc

/// What a sender gets to read, text by text (ingest §3.2–3.10).
struct ExamRulesTests {
    private typealias Change = (inout Transmission) -> Void

    private func verdict(_ change: (inout Transmission) -> Void) -> ExamRules<SeedLookups>.Verdict {
        verdict(settings: { _ in }, change)
    }

    private func verdict(
        settings: (inout ExamSettings) -> Void, _ change: (inout Transmission) -> Void
    ) -> ExamRules<SeedLookups>.Verdict {
        var transmission = Transmission()
        change(&transmission)
        return ExamRules.seed(settings).judge(transmission.bytes)
    }

    private func message(_ entries: [(String, String?, String)]) -> String {
        var messages = ImportMessages()
        for entry in entries { messages.add(entry.0, entry.1, entry.2) }
        return messages.collectedText()
    }

    private func expect(
        _ entries: [(String, String?, String)], settings: (inout ExamSettings) -> Void = { _ in }, _ change: Change,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let verdict = verdict(settings: settings, change)
        #expect(verdict.refusal?.status == "BAD_DATA", sourceLocation: location)
        #expect(verdict.refusal?.message == message(entries), sourceLocation: location)
    }

    // MARK: - Steps 1 to 5

    @Test func refusesWhatIsNoTransmission() {
        for text in ["", "<TDSReport", "<Other/>", "{}", "<!DOCTYPE TDSReport><TDSReport/>"] {
            let refusal = ExamRules.seed().judge(Array(text.utf8)).refusal
            #expect(refusal?.status == "BAD_FORMAT")
            #expect(refusal?.message?.hasPrefix("line 1: ") == true)
        }
    }

    @Test func asksForTheExaminee() {
        let refusal = verdict { $0.hasExaminee = false }.refusal
        #expect(refusal?.status == "BAD_DATA")
        #expect(refusal?.message == "Examinee may not be null")
    }

    @Test(arguments: [nil, "", "  "] as [String?])
    func asksForTheSchool(value: String?) {
        let refusal = verdict { $0.relationship("SchoolId", value) }.refusal
        #expect(refusal?.status == "UNKNOWN_SCHOOL")
        #expect(refusal?.message == "report does not contain school id for Examinee")
    }

    @Test("trap 5: the school only as relationship of exactly this name")
    func findsNoSchoolUnderOtherNames() {
        let refusal = verdict {
            $0.relationship("SchoolId", nil)
            $0.relationship("SchoolID", "school-1")
            $0.attribute("SchoolId", "school-1")
        }.refusal
        #expect(refusal?.message == "report does not contain school id for Examinee")
    }

    @Test func namesTheUnknownSchool() {
        var refusal = verdict { $0.relationship("SchoolId", "nowhere") }.refusal
        #expect(refusal?.status == "UNKNOWN_SCHOOL")
        #expect(
            refusal?.message
                == "unable to find a school with natural id [nowhere]. School name: First School, district id: [district-1], district name: First District"
        )
        refusal =
            verdict {
                $0.relationship("SchoolId", "nowhere")
                for name in ["SchoolName", "DistrictId", "DistrictName"] { $0.relationship(name, nil) }
            }.refusal
        #expect(
            refusal?.message
                == "unable to find a school with natural id [nowhere]. School name: null, district id: [null], district name: null"
        )
    }

    @Test("trap 1: Test@name is the id") func namesTheUnknownAssessment() {
        let refusal = verdict {
            $0.test["name"] = "ICA-3"
            $0.test["testId"] = "(SEED)ica-3"
        }.refusal
        #expect(refusal?.status == "UNKNOWN_ASMT")
        #expect(refusal?.message == "Unable to find an assessment by natural id [ICA-3]")
    }

    // MARK: - Step 6

    @Test func acceptsAGoodOne() throws {
        let result = try #require(verdict { _ in }.result)
        #expect(result.exam.overall == .init(scaleMilli: 2_400_000, errorMilli: 30_000, level: 2))
        #expect(result.exam.student.ethnicities == 0b100)
        #expect(result.exam.items.map(\.ordinal) == [0, 1])
        #expect(result.exam.items[0].response == "B")
        #expect(result.exam.items[0].durationMicroseconds == 12_500_000)
        #expect(result.exam.delivery.examineeKey == -5)
        #expect(result.groupNames.isEmpty)
    }

    @Test func comparesSubjectAndGrade() {
        expect([
            (
                "Assessment natural id [(SEED)ica-3], Test subject", "Math",
                "exam subject does not match asmt subject: ELA"
            ),
            ("Assessment natural id [(SEED)ica-3], Test grade", "04", "exam grade does not match asmt grade: 03"),
        ]) {
            $0.test["subject"] = "Math"
            $0.test["grade"] = "4"
        }
        #expect(verdict { $0.test["subject"] = "ela" }.result != nil)
    }

    @Test(
        "R33, ingest §3.7, one text a case",
        arguments: [
            (
                Transmission.score("Overall", "ScaleScore", "2113"), "Overall ScaleScore", "2113",
                "invalid value, must be 2114.0 - 2623.0"
            ),
            (
                Transmission.score("Overall", "ScaleScore", "2623.5"), "Overall ScaleScore", "2623.5",
                "invalid value, must be 2114.0 - 2623.0"
            ),
            (
                Transmission.score("Overall", "ScaleScore", "abc"), "Overall ScaleScore", "abc",
                "For input string: \"abc\""
            ),
            (
                Transmission.score("Overall", "ScaleScore", "NaN"), "Overall ScaleScore", "NaN",
                "For input string: \"NaN\""
            ),
            (
                Transmission.score("SOCK_R", "ScaleScore", "1e300"), "SOCK_R ScaleScore", "1e300",
                "For input string: \"1e300\""
            ),
            (
                Transmission.score("Overall", "ScaleScore", "2400", "-1"), "Overall ScaleScore StandardError", "-1",
                "invalid value, must be a positive number"
            ),
            (
                Transmission.score("2-W", "ThetaScore", "-1.5", "-0.1"), "2-W ThetaScore StandardError", "-0.1",
                "invalid value, must be a positive number"
            ),
            (
                Transmission.score("Overall", "PerformanceLevel", "0"), "Overall PerformanceLevel", "0",
                "invalid value, must be a positive number"
            ),
            (
                Transmission.score("SOCK_R", "PerformanceLevel", "-2"), "SOCK_R PerformanceLevel", "-2",
                "invalid value, must be a positive number"
            ),
            (
                Transmission.score("Overall", "PerformanceLevel", "2.0"), "Overall PerformanceLevel", "2.0",
                "For input string: \"2.0\""
            ),
            (
                Transmission.score("A1", "ScaleScore", "1149"), "A1 ScaleScore", "1149",
                "invalid value, must be 1150.0 - 1700.0"
            ),
            (Transmission.score("1-LT|4-3", "Benchmark", "x"), "1-LT|4-3 Benchmark", "x", "For input string: \"x\""),
            (
                Transmission.score("SOCK_ARGU_ORG", "RawScore", "5"), "SOCK_ARGU_ORG", "5",
                "invalid value, must be between 0 and 4"
            ),
            (
                Transmission.score("SOCK_ARGU_ORG", "RawScore", "-1"), "SOCK_ARGU_ORG", "-1",
                "invalid value, must be between 0 and 4"
            ),
            (
                Transmission.score("SOCK_ARGU_CON", "RawScore", "1.5"), "SOCK_ARGU_CON", "1.5",
                "For input string: \"1.5\""
            ),
            (
                Transmission.score("SOCK_ARGU_CON", "RawScore", "", condition: String(repeating: "x", count: 21)),
                "SOCK_ARGU_CON",
                String(repeating: "x", count: 21), "string is too long, max length is 20"
            ),
            (
                Transmission.score("1-LT|9", "StudentRelativeResidualScore", "0.1"),
                "scoreOf [1-LT|9] for label [StudentRelativeResidualScore]", "0.1", "unrecognizable score for the asmt"
            ),
            (
                Transmission.score("zzz", "StandardMetRelativeResidualScore", "0.1"),
                "scoreOf [zzz] for label [StandardMetRelativeResidualScore]", "0.1", "unrecognizable score for the asmt"
            ),
        ])
    func refusesScore(score: Transmission.Element, element: String, value: String, error: String) {
        expect([(element, value, error)]) { $0.scores.append(score) }
    }

    @Test func refusesATraitTwice() {
        expect([("Score", "SOCK_ARGU_ORG", "duplicate trait score")]) {
            $0.scores += [
                Transmission.score("SOCK_ARGU_ORG", "RawScore", "1"),
                Transmission.score("SOCK_ARGU_ORG", "RawScore", "2"),
            ]
        }
    }

    @Test func readsScores() throws {
        let exam = try #require(
            verdict {
                $0.scores = [
                    Transmission.score("Overall", "ScaleScore", "2114.5", "21.25"),
                    Transmission.score("Overall", "ThetaScore", "-1.25", "0.5"),
                    Transmission.score("SOCK_R", "ScaleScore", "9", "1"),
                    Transmission.score("SOCK_R", "ScaleScore", "2300.125", "2"),
                    Transmission.score("2-W", "PerformanceLevel", "3"), Transmission.score("A1", "ScaleScore", "1500"),
                    Transmission.score("3|NF|C", "StudentRelativeResidualScore", "-1.5e-2"),
                    Transmission.score("3|NF|C", "ProficiencyDelta", "0.25"),
                    Transmission.score("1-LT|4-3", "Benchmark", "1"),
                    Transmission.score("SOCK_ARGU_CON", "RawScore", "", condition: "BL"),
                    Transmission.score("SOCK_ARGU_ORG", "RawScore", "4"),
                    // Passed over in silence.
                    Transmission.score("SOCK_LS", "ScaleScore", "2300"), Transmission.score("1-LT|9", "Benchmark", "1"),
                    Transmission.score("SOCK_R", "RawScore", "x"), Transmission.score("Overall", "Lexile", "x"),
                ]
            }.result?.exam)
        #expect(exam.overall == .init(scaleMilli: 2_114_500, errorMilli: 21_250, theta: -1.25, thetaError: 0.5))
        #expect(exam.claims == [.init(scaleMilli: 2_300_125, errorMilli: 2000), .init(level: 3)])
        #expect(exam.alternates == [.init(scaleMilli: 1_500_000)])
        #expect(
            exam.targets == [
                .init(targetID: 51, studentRelative: 1),
                .init(targetID: 52, studentRelative: -0.015, standardMet: 0.25),
            ])
        #expect(
            exam.traits == [.init(traitID: 41, score: 4), .init(traitID: 42, conditionCode: "BL")])
    }

    @Test("trap 8: 0, NS and blank are no score", arguments: ["", " ", "NS", "ns", "0", "0.0"])
    func readsNoScore(value: String) throws {
        let exam = try #require(
            verdict {
                $0.scores = [
                    Transmission.score("Overall", "ScaleScore", value, "12"),
                    Transmission.score("Overall", "PerformanceLevel", "1"),
                ]
            }.result?.exam)
        #expect(exam.overall == .init(level: 1))
    }

    @Test func ignoresClaimsThatTheTypeDoesNotDefine() throws {
        let exam = try #require(
            verdict {
                $0.test["name"] = "(SEED)iab-3"
                $0.scores.append(Transmission.score("SOCK_R", "ScaleScore", "oops"))
            }.result?.exam)
        #expect(exam.claims.isEmpty)
    }

    @Test(
        "ingest §3.8, one text a case",
        arguments: [
            ([Transmission.item("999", position: 1)], "item", "200-999", "Missing item with id = 200-999"),
            ([Transmission.item("100", position: 1, score: "21")], "item", "21", "invalid value, must be -1.0 - 20.0"),
            (
                [Transmission.item("100", position: 1), Transmission.item("100", position: 2)], "item", "200-100",
                "duplicate item"
            ),
            (
                [
                    Transmission.item(
                        "100", position: 1,
                        info: Transmission.info("Overall", "5", [Transmission.info("Conventions", "20.5")]))
                ], "item,subScore,scorePoint", "20.5", "invalid value, must be -1.0 - 20.0"
            ),
        ])
    func refusesItem(items: [Transmission.Element], element: String, value: String, error: String) {
        expect([(element, value, error)]) { $0.items = items }
    }

    @Test("R19: items are required where the state has set it") func asksForItemsWhenConfigured() {
        expect(
            [("ExamItems", "none", "must provide at least one value for ExamItems")],
            settings: { $0.required.insert("ExamItems") }
        ) {
            $0.items = []
        }
        #expect(verdict { $0.items = [] }.result?.exam.items == [])
    }

    @Test func readsItems() throws {
        let long = String(repeating: "<p>é & so</p>", count: 8000)
        let exam = try #require(
            verdict {
                $0.items = [
                    Transmission.item("101", position: 9, score: "-1", response: nil),
                    Transmission.item(
                        "100", position: 2, score: "", response: long,
                        info: Transmission.info(
                            "Overall", "99",
                            [
                                Transmission.info("conventions", "2"),
                                Transmission.info("Organization/Purpose", "-1", status: "NotScored"),
                                Transmission.info("Other", "77"), Transmission.info("Conventions", "1"),
                            ])),
                ]
            }.result?.exam)
        #expect(exam.items.map(\.scoreMilli) == [-1000, nil])
        #expect(exam.items[0].response == "")
        #expect(exam.items[1].response == long)
        #expect(
            exam.items[1].traits == [
                .init(trait: 2, pointsMilli: -1000, status: 2), .init(trait: 3, pointsMilli: 2000, status: 1),
            ])
        #expect(exam.items[1].submitted == Moment(parsing: "2019-05-01T09:12:00.25Z"))
    }

    @Test(
        "ingest §3.2, one text a case",
        arguments: [
            ("FirstName", nil, "value may not be blank"), ("FirstName", " ", "value may not be blank"),
            ("LastOrSurname", String(repeating: "x", count: 61), "string is too long, max length is 60"),
            ("MiddleName", String(repeating: "x", count: 61), "string is too long, max length is 60"),
            ("AliasName", String(repeating: "x", count: 61), "string is too long, max length is 60"),
            ("StudentIdentifier", nil, "value may not be blank"),
            ("StudentIdentifier", String(repeating: "1", count: 66), "string is too long, max length is 65"),
            ("Birthdate", "2010-02-30", "invalid date [2010-02-30], use format YYYY-MM-DD"),
            ("Birthdate", nil, "invalid date [null], use format YYYY-MM-DD"),
            ("FirstEntryDateIntoUSSchool", "1/2/2010", "invalid date [1/2/2010], use format YYYY-MM-DD"),
            ("LimitedEnglishProficiencyEntryDate", "x", "invalid date [x], use format YYYY-MM-DD"),
            ("LEPExitDate", "2019", "invalid date [2019], use format YYYY-MM-DD"),
            ("Sex", "F", "unknown gender code [F]"), ("Sex", nil, "unknown gender code [null]"),
            ("Asian", "maybe", "invalid value [maybe]"),
            ("GradeLevelWhenAssessed", "14", "unknown grade code [14]"),
            ("GradeLevelWhenAssessed", nil, "unknown grade code [null]"),
            ("IDEAIndicator", nil, "invalid value [null]"), ("IDEAIndicator", "2", "invalid value [2]"),
            ("EconomicDisadvantageStatus", "perhaps", "invalid value [perhaps]"),
            ("LEPStatus", "x", "invalid value [x]"),
            ("Section504Status", "unknown", "invalid value [unknown]"),
            ("MigrantStatus", "nope", "invalid value [nope]"),
            ("EnglishLanguageAcquisitionStatus", "ADEL", "unknown elas code [ADEL]"),
            ("EnglishLanguageAcquisitionStatusStartDate", "x", "invalid date [x], use format YYYY-MM-DD"),
            ("LanguageCode", "xyz", "unknown language code [xyz]"),
            (
                "EnglishLanguageProficiencyLevel", String(repeating: "x", count: 21),
                "string is too long, max length is 20"
            ),
            (
                "TitleIIILanguageInstructionProgramType", String(repeating: "x", count: 31),
                "string is too long, max length is 30"
            ),
            ("PrimaryDisabilityType", "ABCD", "string is too long, max length is 3"),
            ("MilitaryConnectedStudentIndicator", "Navy", "unknown military connected code [Navy]"),
            ("StudentGroupName", "", "value may not be blank"),
            ("StudentGroupName", String(repeating: "x", count: 256), "string is too long, max length is 255"),
        ] as [(String, String?, String)])
    func refusesAttribute(name: String, value: String?, error: String) {
        expect([(name, value, error)]) { $0.attribute(name, value) }
    }

    @Test("R19: what the opportunity lacks, and what is required where the state has set it")
    func refusesWhatTheOpportunityLacks() {
        expect([("Test AcademicYear", "2077", "unknown school year [2077], the configured ones end in 2018, 2019")]) {
            $0.test["academicYear"] = "2077"
        }
        expect([("Test AcademicYear", "99999999999999999999", "invalid year")]) {
            $0.test["academicYear"] = "99999999999999999999"
        }
        expect([("Test AssessmentVersion", String(repeating: "v", count: 31), "string is too long, max length is 30")])
        {
            $0.test["assessmentVersion"] = String(repeating: "v", count: 31)
        }
        expect([("OppId", nil, "value may not be blank")]) { $0.opportunity["oppId"] = nil }
        expect([("OppId", "", "value may not be blank")]) { $0.opportunity["oppId"] = " " }
        expect([("OppId", String(repeating: "o", count: 61), "string is too long, max length is 60")]) {
            $0.opportunity["oppId"] = String(repeating: "o", count: 61)
        }
        expect([("SessionId", nil, "value may not be blank")], settings: { $0.required.insert("SessionId") }) {
            $0.opportunity["sessionId"] = nil
        }
        expect([("Completeness", "half", "unknown completeness code [half]")]) {
            $0.opportunity["completeness"] = "half"
        }
        expect([("AdministrationCondition", "XX", "unknown administration condition code [XX]")]) {
            $0.opportunity["administrationCondition"] = "XX"
        }
        expect([("DateCompleted", "", "invalid value")]) { $0.opportunity["dateCompleted"] = "" }
        expect([("WindowId", String(repeating: "w", count: 51), "string is too long, max length is 50")]) {
            $0.opportunity["windowId"] = String(repeating: "w", count: 51)
        }
        expect([("isDemo", "true", "demo students are not supported")]) { $0.examinee["isDemo"] = "1" }
        expect(
            [("Ethnicity", "none", "must provide at least one value for Ethnicity")],
            settings: { $0.required.insert("Ethnicity") }
        ) {
            $0.attribute("Asian", "No")
        }
    }

    @Test("ingest §16.8: twelve faults in all parts, in the order of §3.3") func collectsTwelveFaults() {
        expect([
            (
                "Assessment natural id [(SEED)ica-3], Test subject", "Math",
                "exam subject does not match asmt subject: ELA"
            ),
            ("Assessment natural id [(SEED)ica-3], Test grade", "11", "exam grade does not match asmt grade: 03"),
            ("Overall ScaleScore", "1", "invalid value, must be 2114.0 - 2623.0"),
            ("scoreOf [x] for label [StudentRelativeResidualScore]", "1", "unrecognizable score for the asmt"),
            ("item", "200-7", "Missing item with id = 200-7"),
            ("item", "21", "invalid value, must be -1.0 - 20.0"),
            ("IDEAIndicator", "=<'&>", "invalid value [=<'&>]"),
            ("GradeLevelWhenAssessed", "99", "unknown grade code [99]"),
            ("Test AcademicYear", "2000", "unknown school year [2000], the configured ones end in 2018, 2019"),
            ("DateCompleted", "", "invalid value"),
            ("FirstName", "", "value may not be blank"),
            ("Birthdate", "soon", "invalid date [soon], use format YYYY-MM-DD"),
        ]) {
            $0.test["subject"] = "Math"
            $0.test["grade"] = "11"
            $0.test["academicYear"] = "2000"
            $0.scores = [
                Transmission.score("Overall", "ScaleScore", "1"),
                Transmission.score("x", "StudentRelativeResidualScore", "1"),
            ]
            $0.items = [Transmission.item("7", position: 1), Transmission.item("100", position: 2, score: "21")]
            $0.opportunity["dateCompleted"] = ""
            // Not in the order of checking.
            $0.attribute("Birthdate", "soon")
            $0.attribute("FirstName", "")
            $0.attribute("GradeLevelWhenAssessed", "99")
            $0.attribute("IDEAIndicator", "=<'&>")
        }
    }

    // MARK: - Values

    @Test(
        "trap 3: FINAL beats INITIAL wherever it stands, even empty",
        arguments: [
            ([("FINAL", "a")], "a"), ([("INITIAL", "a")], "a"), ([("INITIAL", "a"), ("INITIAL", "b")], "b"),
            ([("FINAL", "a"), ("FINAL", "b")], "a"), ([("FINAL", "a"), ("INITIAL", "b")], "a"),
            ([("INITIAL", "a"), ("FINAL", "b")], "b"),
            ([("INITIAL", "a"), ("FINAL", "")], nil), ([("FINAL", ""), ("INITIAL", "a")], nil),
            ([("FINAL", nil), ("INITIAL", "a")], nil),
            ([("INITIAL", "a"), ("FINAL", "b"), ("INITIAL", "c"), ("FINAL", "d")], "b"),
            ([("INITIAL", "a"), ("INITIAL", "")], nil),
        ] as [([(String, String?)], String?)])
    func choosesTheContext(elements: [(String, String?)], expected: String?) throws {
        let result = verdict { transmission in
            for (context, value) in elements {
                transmission.add("ExamineeAttribute", "MiddleName", value, context: context)
            }
        }.result
        #expect(try #require(result).exam.student.middleName == expected)
    }

    @Test(
        "alternate names count only when no element of the first name exists",
        arguments: [
            ("StudentIdentifier", "SSID"), ("GradeLevelWhenAssessed", "Grade"),
            ("LimitedEnglishProficiencyEntryDate", "EnglishLearnerIdentificationDate"),
            ("LEPExitDate", "ReclassifiedFluentEnglishProficientDate"),
        ])
    func triesTheAlternate(name: String, alternate: String) throws {
        let value = name.hasSuffix("Date") ? "2011-01-01" : name.hasPrefix("Grade") ? "07" : "other"
        func read(_ exam: ExamDraft) -> String? {
            switch name {
            case "StudentIdentifier": exam.student.ssid
            case "GradeLevelWhenAssessed": exam.enrolledGrade
            case "LEPExitDate": exam.student.lepExit?.description
            default: exam.student.lepEntry?.description
            }
        }
        let alone = verdict {
            $0.attribute(name, nil)
            $0.attribute(alternate, value)
        }.result
        #expect(read(try #require(alone).exam) == value)
        let both = verdict {
            if name.hasSuffix("Date") { $0.attribute(name, "2012-12-12") }
            $0.attribute(alternate, value)
        }.result
        #expect(read(try #require(both).exam) != value)
    }

    @Test func findsTheSchoolUnderItsAlternateName() throws {
        let result = verdict {
            $0.relationship("SchoolId", nil)
            $0.relationship("ResponsibleInstitutionIdentifier", " school-2 ")
        }.result
        #expect(try #require(result).exam.schoolID == 12)
    }

    @Test(
        "ingest §3.10",
        arguments: [
            ("(SEED)sum-3", nil, nil, nil, true, "Complete", "Valid"),
            ("(SEED)ica-3", nil, "", nil, true, "Complete", "SD"),
            ("(SEED)iab-3", nil, "", " ", true, "Complete", "SD"), ("(SEED)ica-3", nil, nil, nil, false, nil, nil),
            ("(SEED)ica-3", "Partial", "Complete", "NS", true, "Partial", "NS"),
            ("(SEED)ica-3", " ", "partial", "in", false, "Partial", "IN"),
            ("(SEED)sum-3", "COMPLETE", "Partial", "sd", true, "Complete", "SD"),
        ] as [(String, String?, String?, String?, Bool, String?, String?)])
    func fillsConditionAndCompleteness(
        assessment: String, completeness: String?, completeStatus: String?, condition: String?, required: Bool,
        expected: String?,
        expectedCondition: String?
    ) throws {
        let result = verdict(settings: {
            if !required { $0.required.subtract(["Completeness", "AdministrationCondition"]) }
        }) {
            $0.test["name"] = assessment
            $0.opportunity["completeness"] = completeness
            $0.opportunity["completeStatus"] = completeStatus
            $0.opportunity["administrationCondition"] = condition
            $0.opportunity["validity"] = "invalid"
        }.result
        let exam = try #require(result).exam
        #expect(exam.completeness.flatMap { ExamCodes.completenesses.code($0) } == expected)
        #expect(exam.condition.flatMap { ExamCodes.conditions.code($0) } == expectedCondition)
    }

    @Test func readsSpellings() throws {
        for (text, flag) in [
            ("Yes", true), ("y", true), ("TRUE", true), ("t", true), ("1", true), ("No", false), ("N", false),
            ("False", false), ("F", false),
            (" 0 ", false),
        ] {
            #expect(try #require(verdict { $0.attribute("IDEAIndicator", text) }.result).exam.iep == flag)
        }
        let result = verdict {
            $0.attribute("Sex", "NonBinary")
            $0.attribute("Section504Status", "unknown/cannot provide")
            $0.attribute("LanguageCode", "UU")
            $0.attribute("EnglishLanguageAcquisitionStatus", "rfep")
            $0.attribute("MilitaryConnectedStudentIndicator", "activeduty")
        }.result
        let exam = try #require(result).exam
        #expect(exam.student.gender == 3)
        #expect(exam.section504 == nil)
        #expect(exam.language == "und")
        #expect(exam.elas == 4)
        #expect(exam.military == 2)
        #expect(verdict { $0.attribute("LanguageCode", "04") }.result?.exam.language == "kor")
    }

    @Test("ingest §3.13: FINAL group names, else INITIAL ones, as a set") func collectsGroups() throws {
        let initial = verdict {
            for name in ["b", "a", "b"] { $0.add("ExamineeAttribute", "StudentGroupName", name, context: "INITIAL") }
            $0.add("ExamineeRelationship", "StudentGroupName", "never", context: "FINAL")
        }.result
        #expect(initial?.groupNames == ["a", "b"])
        let final = verdict {
            $0.add("ExamineeAttribute", "StudentGroupName", "a", context: "INITIAL")
            $0.add("ExamineeAttribute", "StudentGroupName", " f ", context: "FINAL")
        }.result
        #expect(final?.groupNames == ["f"])
    }

    @Test("ingest §3.9: unknown accommodation codes are dropped") func keepsKnownAccommodations() throws {
        let result = verdict { transmission in
            transmission.accommodations = ["NEA_Calc ", "tds_ASL1", "TDS_CalcBasic", "NEA_Calc"].map { code in
                Transmission.Element("Accommodation", ["type": "t", "value": "v", "code": code, "segment": "0"])
            }
        }.result
        #expect(result?.exam.accommodationIDs == [31, 32])
    }

    @Test(
        "ingest §16.9: one instant in three forms",
        arguments: [
            "2019-05-01T18:00:00Z", "2019-05-01T10:00:00-08:00", "2019-05-01T18:00:00", "2019-05-01T18:00:00.000000",
            "2019-05-01T23:30:00+05:30",
        ])
    func readsOneInstant(text: String) throws {
        let exam = try #require(verdict { $0.opportunity["dateCompleted"] = text }.result).exam
        #expect(exam.completed.description == "2019-05-01T18:00:00.000000Z")
    }
}
