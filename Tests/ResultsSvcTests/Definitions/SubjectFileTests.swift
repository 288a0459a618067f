import Ledger
import Testing

@testable import ResultsSvc

/// Subjects: what is taken of their file, and each text of a refusal (ingest §5, §16.7, §16.15).
struct SubjectFileTests {
    static func refusal(_ xml: String) -> ImportRefusal? {
        do {
            _ = try SubjectFile.read(Array(xml.utf8))
            return nil
        } catch {
            return error
        }
    }

    /// The invented subject with some text replaced; a text that is not there would test nothing.
    static func changed(_ changes: [(String, String)]) throws -> String {
        var xml = InventedSubject.xml
        for (old, new) in changes {
            try #require(xml.contains(old), "the subject has no [\(old)]")
            xml = xml.replacing(old, with: new, maxReplacements: 1)
        }
        return xml
    }

    static func text(_ messages: [(String, String)]) -> ImportRefusal {
        var all = ImportMessages()
        for (place, error) in messages { all.add(place, nil, error) }
        return ImportRefusal(.badFormat, all.subjectText())
    }

    // MARK: What is taken

    @Test("R10: levels, colours, claims, traits and texts of a subject that nobody has seen")
    func readsASubjectNobodyHasSeen() throws {
        let subject = try InventedSubject.definition()
        #expect(subject.code == "Latin" && subject.name == "Latin Proficiency")
        #expect(subject.messages.first == .init(key: "standard-description", text: "<b>Latin</b> & more"))
        #expect(subject.types.map(\.type) == [.summative, .block])
        let summative = try #require(subject.type(.summative))
        #expect(summative.overall.levels.map(\.level) == [1, 2, 3, 4, 5])
        #expect(
            summative.overall.levels[1]
                == .init(level: 2, name: "Discipulus", shortName: "Disc.", suffix: "Latinus", color: "orange"))
        #expect(summative.overall.minimum == 100 && summative.overall.maximum == 600)
        #expect(summative.overall.standardCutoff == 4)
        #expect(summative.alternate?.levels.count == 3 && summative.alternate?.name == "Stylus")
        #expect(summative.claim?.levels.count == 4 && summative.claim?.minimum == nil)
        #expect(subject.difficulty(grade: "05") == .init(grade: "05", moderateLowEnd: -1.5, difficultLowEnd: 0.25))
        #expect(subject.depthsOfKnowledge.map(\.reference) == ["https://example.org/1", "https://example.org/2"])
        #expect(subject.traits == [.init(code: "ORAT_ORG", purpose: "ORAT", category: "ORG", maxScore: 7)])
        #expect(
            subject.standards == [.init(code: "L.1", description: "First"), .init(code: "L.2", description: "Second")])
        #expect(subject.claims.first?.targets.map(\.code) == ["A|1", "A|2"])
        #expect(subject.reportGrades.first?.types.first?.overallMessage == "{0}''s result")
    }

    @Test func fillsInDefaults() throws {
        let subject = try InventedSubject.definition()
        let summative = try #require(subject.type(.summative))
        #expect(summative.targetReport && summative.printedReport && summative.traitReport)
        #expect(summative.longName == "Summative" && summative.overall.levels[0].shortName == "Tiro")
        let block = try #require(subject.type(.block))
        #expect(block.targetReport && !block.printedReport && !block.traitReport && block.longName == "Latin Block")
        let plain = try SubjectFile.read(
            Array(Self.changed([("targetReport=\"true\" printedReport=\"false\"", "")]).utf8))
        #expect(plain.type(.block)?.targetReport == false && plain.type(.block)?.printedReport == true)
        #expect(subject.alternates.map(\.icon) == ["fa-edit", CodeLists.icon])
        #expect(subject.claims.map(\.scorable) == [true, true, true, false, true])
        #expect(subject.claims.map(\.organizational) == [true, true, false, true, false])
    }

    @Test func givesTheFreeDataOrdersInDocumentOrder() throws {
        let subject = try InventedSubject.definition()
        #expect(subject.alternates.map(\.dataOrder) == [2, 1])
        #expect(subject.alternates.map(\.displayOrder) == [1, 2])
        #expect(subject.claims.map(\.dataOrder) == [2, 3, 1, nil, 4])
    }

    @Test(
        .enabled(if: DefinitionCorpus.isThere),
        arguments: [
            ("ELA", 3, 9, 441, 645, 15, 0), ("Math", 3, 5, 741, 613, 0, 0), ("ELPAC", 1, 4, 0, 0, 0, 2),
        ])
    func takesTheRealSubjects(
        code: String, types: Int, claims: Int, targets: Int, standards: Int, traits: Int, alternates: Int
    ) throws {
        let subject = try SubjectFile.read(DefinitionCorpus.bytes("subjects/\(code)_subject.xml"))
        #expect(subject.code == code && subject.types.count == types && subject.claims.count == claims)
        #expect(subject.claims.map(\.targets.count).reduce(0, +) == targets)
        #expect(subject.standards.count == standards && subject.traits.count == traits)
        #expect(subject.alternates.count == alternates)
    }

    // MARK: The schema

    @Test(arguments: [
        ("<Subject code=\"Latin\"", "<Subject codes=\"Latin\"", "line 2: <Subject> must have the attribute code"),
        (
            "code=\"Latin\"", "code=\"Latinissime\"",
            "line 2: the attribute code of <Subject> is longer than 10 characters"
        ),
        ("code=\"Latin\"", "code=\"Latin\" lang=\"la\"", "line 2: <Subject> has the unknown attribute lang"),
        (
            "color=\"teal\"", "color=\"mauve\"",
            "line 13: the attribute color of <PerformanceLevel> has a bad value [mauve]"
        ),
        ("level=\"3\"", "level=\"7\"", "line 13: the attribute level of <PerformanceLevel> has a bad value [7]"),
        ("code=\"iab\"", "code=\"xyz\"", "line 34: the attribute code of <AssessmentType> has a bad value [xyz]"),
        (
            "traitReport=\"1\"", "traitReport=\"yes\"",
            "line 8: the attribute traitReport of <AssessmentType> has a bad value [yes]"
        ),
        (
            "gradeCode=\"05\"", "gradeCode=\"5\"",
            "line 49: the attribute gradeCode of <ItemDifficulty> has a bad value [5]"
        ),
        ("\"-1.5\"", "\"-1e5\"", "line 49: the attribute moderateLowEnd of <ItemDifficulty> has a bad value [-1e5]"),
        (
            "maxScore=\"7\"", "maxScore=\"99999999999\"",
            "line 72: the attribute maxScore of <Trait> has a bad value [99999999999]"
        ),
        ("<DepthsOfKnowledge>", "<DepthsOfKnowledge>deep", "line 44: text in <DepthsOfKnowledge>"),
        ("<Reference>https://example.org/1</Reference>", "", "line 45: <DepthOfKnowledge> must have <Reference>"),
        ("<Icon>fa-edit</Icon>", "<Icon>fa-edit</Icon><Icon/>", "line 68: <AltScore> has more than 1 <Icon>"),
        ("<Icon>fa-edit</Icon>", "<Description/><Icon/>", "line 68: <Icon> is not allowed here in <AltScore>"),
        ("<Traits>", "<Feats/><Traits>", "line 71: <Feats> is not allowed here in <Subject>"),
        ("code=\"iab\"", "code=\"sum\"", "line 2: <AssessmentType> [sum] occurs twice"),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE Subject>",
            "line 1: a document type declaration is not allowed"
        ),
    ])
    func refusesWhatBreaksTheSchema(old: String, new: String, reason: String) throws {
        #expect(
            Self.refusal(try Self.changed([(old, new)]))
                == ImportRefusal(.badFormat, "Unable to read Subject resource: " + reason))
    }

    @Test func refusesWhatIsNoSubject() {
        #expect(Self.refusal("")?.message.hasPrefix("Unable to read Subject resource: ") == true)
        #expect(
            Self.refusal("<Object/>")?.message
                == "Unable to read Subject resource: line 1: the root is <Object>, not <Subject>")
        #expect(
            Self.refusal("<Subject code='a' name='b'/>")?.message
                == "Unable to read Subject resource: line 1: <Subject> must have <Messages>")
    }

    @Test(arguments: [
        ("dataOrder=\"1\" organizational", "dataOrder=\"6\" organizational", "Invalid data order: [6]"),
        ("dataOrder=\"1\" organizational", "dataOrder=\"0\" organizational", "Invalid data order: [0]"),
        ("name=\"Writing\"", "name=\"Writing\" dataOrder=\"1\"", "Duplicate data order: [1, 1]"),
        ("code=\"S1\"", "code=\"S1\" dataOrder=\"3\"", "Invalid data order: [3]"),
    ])
    func refusesDataOrders(old: String, new: String, reason: String) throws {
        #expect(
            Self.refusal(try Self.changed([(old, new)]))
                == ImportRefusal(.badFormat, "Unable to read Subject resource: " + reason))
    }

    @Test func refusesTooManyScores() throws {
        let more = (1...5).map { "<AltScore code=\"T\($0)\" name=\"T\" displayOrder=\"\($0 + 10)\"/>" }.joined()
        #expect(
            Self.refusal(try Self.changed([("</AltScores>", more + "</AltScores>")]))?.message
                == "Unable to read Subject resource: Too many scorables: 7")
    }

    // MARK: The rules

    @Test(
        arguments: [
            // performance levels
            (
                [
                    ("level=\"1\" name=\"Tiro\"", "level=\"6\" name=\"Tiro\""), ("<ReportGrades>", "<!--"),
                    ("</ReportGrades>", "-->"),
                ],
                [("AssessmentType(sum)", "Performance levels must start at level 1")]
            ),
            (
                [("level=\"2\" name=\"II\"", "level=\"4\" name=\"II\"")],
                [("AssessmentType(sum):AltScoring", "Performance levels must be continuous (1, 2, 3, etc)")]
            ),
            (
                [("level=\"4\" name=\"d\"", "level=\"6\" name=\"d\"")],
                [("AssessmentType(sum):ClaimScoring", "Performance levels must be continuous (1, 2, 3, etc)")]
            ),
            (
                [("standardCutoff=\"4\"", "standardCutoff=\"6\"")],
                [("AssessmentType(sum)", "Performance level cutoff: 6 must reference an existing performance level")]
            ),
            // blocks
            (
                [("<PerformanceLevel level=\"3\" name=\"above\" color=\"sb-iab-green\"/>", "")],
                [("AssessmentType(iab)", "IAB assessments only support 3 performance levels, but found 2")]
            ),
            (
                [
                    (
                        "<PerformanceLevels>\n          <PerformanceLevel level=\"1\" name=\"below\"",
                        "<PerformanceLevels standardCutoff=\"2\"><PerformanceLevel level=\"1\" name=\"below\""
                    )
                ],
                [("AssessmentType(iab)", "IAB assessments do not support having a standardCutoff value")]
            ),
            (
                [
                    (
                        "</OverallScoring>\n    </AssessmentType>\n  </AssessmentTypes>",
                        "</OverallScoring><AltScoring name=\"x\"><PerformanceLevels><PerformanceLevel level=\"1\" name=\"x\" color=\"red\"/></PerformanceLevels></AltScoring><ClaimScoring name=\"x\"><PerformanceLevels><PerformanceLevel level=\"1\" name=\"x\" color=\"red\"/></PerformanceLevels></ClaimScoring></AssessmentType></AssessmentTypes>"
                    )
                ],
                [
                    ("AssessmentType(iab):AltScoring", "IAB assessments do not support alt scoring"),
                    ("AssessmentType(iab):ClaimScoring", "IAB assessments do not support claim scoring"),
                ]
            ),
            // alternate scores
            ([("code=\"S2\"", "code=\"S1\"")], [("AltScore(S1)", "Duplicate code found: S1")]),
            ([("displayOrder=\" 1\"", "")], [("AltScore(S1)", "AltScores must have a displayOrder defined")]),
            ([("displayOrder=\" 1\"", "displayOrder=\"2\"")], [("AltScore(S2)", "Duplicate display order found: 2")]),
            // claims
            ([("<Claim code=\"W\"", "<Claim code=\"R\"")], [("Claim(R)", "Duplicate code found: R")]),
            (
                [("scorable=\"false\"", "scorable=\"false\" organizational=\"false\"")],
                [("Claim(N)", "Claim must be scorable, organizational, or both")]
            ),
            (
                [("name=\"Writing\" displayOrder=\"2\"", "name=\"Writing\"")],
                [("Claim(W)", "Scorable Claims must have a displayOrder defined")]
            ),
            (
                [("name=\"Writing\" displayOrder=\"2\"", "name=\"Writing\" displayOrder=\"1\"")],
                [("Claim(W)", "Duplicate displayOrder found: 1")]
            ),
            (
                [("organizational=\"true\"", "organizational=\"false\"")],
                [("Claim(W)", "A non-organizational claim cannot contain targets")]
            ),
            (
                [("Target code=\"A|2\"", "Target code=\"A|1\"")],
                [("Claim(R):Targets", "Duplicate target code found: A|1")]
            ),
            // items, traits, standards
            (
                [
                    (
                        "</ItemDifficulties>",
                        "<ItemDifficulty gradeCode=\"05\" moderateLowEnd=\"0\" difficultLowEnd=\"0\"/></ItemDifficulties>"
                    )
                ],
                [("ItemDifficulty(05)", "Duplicate code found: 05")]
            ),
            (
                [("moderateLowEnd=\"-1.5\"", "moderateLowEnd=\"0.26\"")],
                [("ItemDifficulty(05)", "Moderate low end cutpoint must be less than the difficult low end cutpoint")]
            ),
            (
                [("</Traits>", "<Trait code=\"ORAT_ORG\" purpose=\"a\" category=\"b\" maxScore=\"1\"/></Traits>")],
                [("Traits", "Duplicate trait code found: ORAT_ORG")]
            ),
            (
                [("Standard code=\"L.2\"", "Standard code=\"L.1\"")],
                [("Standards", "Duplicate standard code found: L.1")]
            ),
            // reports
            (
                [
                    (
                        "</ReportGrades>",
                        "<ReportGrade code=\"05\"><ReportAssessmentTypes><ReportAssessmentType code=\"iab\"><ReportPerformanceLevels><ReportPerformanceLevel level=\"1\"/><ReportPerformanceLevel level=\"2\"/><ReportPerformanceLevel level=\"3\"/></ReportPerformanceLevels></ReportAssessmentType></ReportAssessmentTypes></ReportGrade></ReportGrades>"
                    )
                ],
                [("ReportGrade(05)", "Duplicate code found: 05")]
            ),
            (
                [("ReportAssessmentType code=\"sum\"", "ReportAssessmentType code=\"ica\"")],
                [
                    (
                        "ReportGrade(05):ReportAssessmentType(ica)",
                        "ReportAssessmentType code must reference an existing Subject.AssessmentType code: ica"
                    )
                ]
            ),
            (
                [("<ReportPerformanceLevel level=\"2\">", "<ReportPerformanceLevel level=\"1\">")],
                [
                    (
                        "ReportGrade(05):ReportAssessmentType(sum):ReportPerformanceLevels",
                        "Duplicate performance level: 1"
                    ),
                    (
                        "ReportGrade(05):ReportAssessmentType(sum):ReportPerformanceLevels",
                        "Performance levels exist without associated report messages: 2"
                    ),
                ]
            ),
            (
                [("<ReportPerformanceLevel level=\"2\">", "<ReportPerformanceLevel level=\"6\">")],
                [
                    (
                        "ReportGrade(05):ReportAssessmentType(sum):ReportPerformanceLevels",
                        "Report references non-existent performance level: 6"
                    ),
                    (
                        "ReportGrade(05):ReportAssessmentType(sum):ReportPerformanceLevels",
                        "Performance levels exist without associated report messages: 2"
                    ),
                ]
            ),
        ] as [([(String, String)], [(String, String)])])
    func refusesWhatBreaksARule(changes: [(String, String)], messages: [(String, String)]) throws {
        #expect(Self.refusal(try Self.changed(changes)) == Self.text(messages))
    }

    @Test func findsTheSameReportTwice() throws {
        let report = try #require(InventedSubject.xml.firstRange(of: "<ReportAssessmentType code"))
        let end = try #require(InventedSubject.xml.firstRange(of: "</ReportAssessmentTypes>"))
        let element = String(InventedSubject.xml[report.lowerBound..<end.lowerBound])
        #expect(
            Self.refusal(try Self.changed([(element, element + element)]))
                == Self.text([("ReportGrade(05):ReportAssessmentType(sum)", "Duplicate code found: sum")]))
    }

    static func claims(_ codes: [String]) -> String {
        let levels = (1...4).map { "<ReportPerformanceLevel level=\"\($0)\">x</ReportPerformanceLevel>" }.joined()
        let claims = codes.map {
            "<ReportClaim code=\"\($0)\"><ReportPerformanceLevels>\(levels)</ReportPerformanceLevels></ReportClaim>"
        }
        return "</ReportPerformanceLevels><ReportClaims>\(claims.joined())</ReportClaims>"
    }

    static let reportPlace = "ReportGrade(05):ReportAssessmentType(sum):ReportClaim"

    @Test(
        arguments: [
            (["R", "W", "L", "S"], []),
            (["R", "W", "L", "S", "S"], [(reportPlace + "(S)", "Duplicate report claim: S")]),
            (["R", "W", "L", "S", "N"], [(reportPlace + "(N)", "Report references non-existent scorable claim: N")]),
            (["R"], [(reportPlace, "There exist scorable claims without associated ReportClaim elements: W, L, S")]),
        ] as [([String], [(String, String)])])
    func reportsNameAllScorableClaims(codes: [String], messages: [(String, String)]) throws {
        let xml = try Self.changed([("</ReportPerformanceLevels>", Self.claims(codes))])
        #expect(Self.refusal(xml) == (messages.isEmpty ? nil : Self.text(messages)))
    }

    @Test func levelsOfClaimReportsAreThoseOfClaims() throws {
        let xml = try Self.changed([("</ReportPerformanceLevels>", Self.claims(["R", "W", "L", "S"]))])
            .replacing(
                "<ReportPerformanceLevel level=\"4\">x</ReportPerformanceLevel></ReportPerformanceLevels></ReportClaim></ReportClaims>",
                with: "</ReportPerformanceLevels></ReportClaim></ReportClaims>")
        #expect(
            Self.refusal(xml)
                == Self.text([
                    (
                        Self.reportPlace + "(S):ReportPerformanceLevels",
                        "Performance levels exist without associated report messages: 4"
                    )
                ]))
    }
}
