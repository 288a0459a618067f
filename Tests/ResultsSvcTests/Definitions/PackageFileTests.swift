import Ledger
import Testing

@testable import ResultsSvc

/// Packages: what is taken of them, and each text of a refusal (ingest §4, §16.7).
struct PackageFileTests {
    let latin: SubjectIndex

    init() throws {
        latin = SubjectIndex(id: 17, definition: try InventedSubject.definition())
    }

    func drafts(_ package: PackageText) throws -> [AssessmentDraft] {
        try PackageRules.check(PackageFile.read(package.bytes), [latin])
    }

    func refusal(_ package: PackageText) -> ImportRefusal? { refusal(package.bytes) }

    func refusal(_ bytes: [UInt8]) -> ImportRefusal? {
        do {
            _ = try PackageRules.check(PackageFile.read(bytes), [latin])
            return nil
        } catch {
            return error as? ImportRefusal
        }
    }

    static func collected(_ messages: [ImportMessage]) -> ImportRefusal {
        var all = ImportMessages()
        messages.forEach { all.add($0) }
        return ImportRefusal(.badData, all.collectedText())
    }

    // MARK: What is taken

    @Test func readsAnAssessmentOfASubjectNobodyHasSeen() throws {
        let draft = try #require(try drafts(.item()).first)
        #expect(draft.naturalID == "SUM-LAT-5")
        #expect(draft.subject == "Latin")
        #expect(draft.type == .summative)
        #expect(draft.grade == "05")
        #expect(draft.schoolYear == 2019)
        #expect(draft.version == "7")
        #expect(draft.minimum == 100 && draft.maximum == 599)
        #expect(draft.cutPoints == [200, 300, 400, 500])
        #expect(
            draft.alternates == [
                [.init(low: 10, high: 20), .init(low: 20, high: 30), .init(low: 30, high: 39.5)],
                [.init(low: 10, high: 20), .init(low: 20, high: 30), .init(low: 30, high: 39)],
            ])
        #expect(
            draft.items == [
                ItemDraft(
                    naturalID: "900-1", position: 4, type: "SA", target: .init(claim: "R", target: "A|1"),
                    otherTargets: [
                        .init(claim: "W", target: "B"), .init(claim: "R", target: "A|2"),
                        .init(claim: "R", target: "A|1"),
                    ],
                    standards: ["L.1", "L.2"], depthOfKnowledge: 2, difficulty: 0.25, difficultyCode: "D", maxPoints: 3,
                    mathPractice: nil, allowCalculator: false, fieldTest: false, active: true, answerKey: nil,
                    optionsCount: 0, writingType: nil)
            ])
    }

    @Test(arguments: [("-1.51", "E"), ("-1.5", "M"), ("0.24", "M"), ("0.25", "D")])
    func namesTheDifficulty(difficulty: String, code: String) throws {
        #expect(try drafts(.item(["avg_b": difficulty])).first?.items.first?.difficultyCode == code)
    }

    @Test func gradesWithoutCutsHaveNoDifficulty() throws {
        #expect(try drafts(.item(["AssessmentGrade": "6"])).first?.items.first?.difficultyCode == .some(nil))
    }

    @Test func joinsRowsThatAreNotAdjacent() throws {
        var package = PackageText.item()
        package.rows = [
            PackageText.row(),
            PackageText.row(["AssessmentId": "other", "AssessmentName": "o"]),
            [:],
            PackageText.row([
                "FullItemKey": "900-2", "AssessmentSubtype": "SUM", "AcademicYear": "2019",
                "AssessmentSubject": "latin",
                "AssessmentGrade": "05", "ScaledHigh5": "600",
            ]),
        ]
        let drafts = try drafts(package)
        #expect(drafts.map(\.naturalID) == ["SUM-LAT-5", "other"])
        #expect(drafts[0].items.map(\.naturalID) == ["900-1", "900-2"])
        #expect(drafts[0].maximum == 600, "the level ranges of the last row win")
    }

    @Test func readsAssessmentsWithoutItems() throws {
        #expect(try drafts(.bare()).map(\.items) == [[]])
    }

    @Test func readsTheOtherNameOfTheOverallColumns() throws {
        var package = PackageText.bare()
        package.headings = package.headings.map { $0.replacing("Scaled", with: "Overall") }
        package.rows = package.rows.map { row in
            Dictionary(uniqueKeysWithValues: row.map { ($0.key.replacing("Scaled", with: "Overall"), $0.value) })
        }
        #expect(try drafts(package).first?.maximum == 599)
    }

    @Test func readsTheSameWithOtherLineEndsMarksAndComments() throws {
        let plain = PackageText.item().bytes
        let text = String(decoding: plain, as: UTF8.self)
        let other = "\u{FEFF}# made by hand\r\n\r\n" + text.replacing("\n", with: "\r\n")
        #expect(
            try PackageRules.check(PackageFile.read(Array(other.utf8)), [latin])
                == PackageRules.check(PackageFile.read(plain), [latin]))
    }

    @Test func aBlockHasFourRangesAndNoAlternates() throws {
        var block = ["AssessmentSubtype": "IAB", "ScaledLow5": "", "ScaledHigh5": ""]
        for heading in PackageText.scoreHeadings where heading.hasPrefix("Alt") { block[heading] = "" }
        let draft = try #require(try drafts(.bare(block)).first)
        #expect(draft.levels.count == 4 && draft.alternates.isEmpty && draft.type == .block)
    }

    // MARK: Structural errors

    @Test(arguments: [
        (["AssessmentId": " "], "Missing assessment id in non-empty row"),
        (["IsActive": "perhaps"], "Invalid boolean value perhaps"),
        (["AllowCalculator": "1"], "Invalid boolean value 1"),
        (["MaxPoints": "1.5"], "For input string: \"1.5\""),
        (["DOK": "two"], "For input string: \"two\""),
        (["avg_b": "nan"], "For input string: \"nan\""),
        (["avg_b": "0x1p4"], "For input string: \"0x1p4\""),
        (["a": "inf"], "For input string: \"inf\""),
        (["ItemPosition": "99999999999999999999"], "For input string: \"99999999999999999999\""),
        (["AcademicYear": "2017-18a"], "For input string: \"18a\""),
        (["ScaledLow2": "x"], "For input string: \"x\""),
        (["ScaledHigh5": ""], "Missing high score level"),
        (["ScaledHigh2": "150"], "LevelRange low is greater than high"),
        (["ScaledHigh2": "301"], "Levels must be increasing and non-overlapping (200-301), (300-399)"),
        (["Alt1High1": "20.5"], "Levels must be increasing and non-overlapping (10-20.5), (20-30)"),
        (["ScaledLow1": ""], "Scoring must have at least one level"),
        (["Alt1Low1": ""], "Scoring must have at least one level"),
    ])
    func stopsAtAStructuralErrorOfARow(changes: [String: String], text: String) {
        var package = PackageText.item()
        package.rows.append(PackageText.row(["FullItemKey": "900-2"].merging(changes) { _, new in new }))
        #expect(refusal(package) == ImportRefusal(.badData, "Error (record=2, line=3): " + text))
    }

    @Test(arguments: [
        ("AssessmentName", "x", "name"), ("AssessmentLabel", "", "label"), ("AssessmentSubject", "Greek", "subject"),
        ("AssessmentSubtype", "ICA", "type"), ("AssessmentGrade", "6", "grade"),
        ("AcademicYear", "2018", "school year"), ("AssessmentVersion", "8", "version"),
    ])
    func rowsOfOneAssessmentAgree(column: String, value: String, name: String) {
        var package = PackageText.item()
        package.rows.append(PackageText.row(["FullItemKey": "900-2", column: value]))
        #expect(refusal(package) == ImportRefusal(.badData, "Error (record=2, line=3): Mismatched \(name)"))
    }

    @Test func refusesAnItemTwice() {
        var package = PackageText.item()
        package.rows = [PackageText.row(), ["ItemType": ""], PackageText.row(["ItemType": "MI"])]
        #expect(refusal(package) == ImportRefusal(.badData, "Error (record=3, line=4): Duplicate item found for 900-1"))
    }

    @Test(arguments: [
        ("AssessmentName", "Name"), ("AssessmentLabel", "Label"), ("AssessmentSubject", "Subject"),
        ("AssessmentSubtype", "Type"), ("AssessmentGrade", "Grade"), ("AcademicYear", "SchoolYear"),
    ])
    func refusesABlankValue(column: String, name: String) {
        #expect(refusal(.bare([column: " "])) == ImportRefusal(.badData, "\(name) must be set"))
    }

    @Test func refusesAnAssessmentWithoutScores() {
        var package = PackageText.bare()
        package.rows = package.rows.map { $0.filter { !$0.key.hasPrefix("Scaled") } }
        #expect(refusal(package) == ImportRefusal(.badData, "OverallScoring must be set"))
    }

    @Test func refusesMissingColumns() {
        var package = PackageText.item()
        package.headings.removeAll { ["AssessmentLabel", "AcademicYear", "DOK"].contains($0) }
        #expect(
            refusal(package)
                == ImportRefusal(.badData, "Missing required columns: [AssessmentLabel, AcademicYear, DOK]"))
        package = .bare()
        package.headings.removeAll { $0 == "ScaledLow1" }
        #expect(refusal(package) == ImportRefusal(.badData, "Overall scale score column not found"))
        #expect(
            refusal([])?.message
                == "Missing required columns: [AssessmentId, AssessmentName, AssessmentLabel, AssessmentSubject, "
                + "AssessmentGrade, AssessmentSubtype, AcademicYear]")
    }

    @Test(arguments: [
        (Array("AssessmentId,\"x\n".utf8), "line 2: a quoted cell does not end"),
        ([0xFF, 0xFE], "line 1: the text is not UTF-8"),
        (Array("a,b,a".utf8), "line 1: the heading [a] occurs twice"),
    ])
    func refusesWhatIsNoTable(bytes: [UInt8], reason: String) {
        #expect(refusal(bytes) == ImportRefusal(.badFormat, "Unable to read Assessment package: " + reason))
    }

    @Test func boundsTheRows() {
        let row = PackageText.headline + String(repeating: "a\n", count: PackageFile.rowLimit + 1)
        #expect(refusal(Array(row.utf8))?.message == "Unable to read Assessment package: more than 100000 rows")
    }

    // MARK: Collected errors

    static let place = "[SUM-LAT-5], item id [900-1], "

    @Test(arguments: [
        (["AssessmentGrade": "99"], "[SUM-LAT-5], AssessmentGrade", "99", "unknown grade code [99]"),
        (["AssessmentSubject": "Greek"], "[SUM-LAT-5], AssessmentSubject", "Greek", "unknown subject code [Greek]"),
        (["AssessmentSubtype": "XYZ"], "[SUM-LAT-5], AssessmentType", "xyz", "unknown assessment type code [xyz]"),
        (
            ["AssessmentSubtype": "ICA"], "[SUM-LAT-5], AssessmentType", "ica",
            "assessment type [ica] is not defined for subject [Latin]"
        ),
        (
            ["AssessmentVersion": String(repeating: "v", count: 31)], "[SUM-LAT-5], AssessmentVersion",
            String(repeating: "v", count: 31), "string is too long, max length is 30"
        ),
        (
            ["AssessmentName": String(repeating: "n", count: 251)], "[SUM-LAT-5], AssessmentName",
            String(repeating: "n", count: 251), "string is too long, max length is 250"
        ),
        (
            ["AssessmentLabel": String(repeating: "l", count: 251)], "[SUM-LAT-5], AssessmentLabel",
            String(repeating: "l", count: 251), "string is too long, max length is 250"
        ),
        (["ScaledLow5": ""], "[SUM-LAT-5], Scores", "4", "Does not match expected level count (5)"),
        (
            ["ScaledLow6": "600", "ScaledHigh6": "600"], "[SUM-LAT-5], Scores", "6",
            "Does not match expected level count (5)"
        ),
        (
            ["Alt2Low1": "", "Alt2Low2": "", "Alt2Low3": "", "Alt2High3": ""], "[SUM-LAT-5], AltScores", "1",
            "Does not match expected number of alt scorings (2)"
        ),
        (
            ["Alt2Low3": "", "Alt2High3": "", "Alt2High2": "30"], "[SUM-LAT-5], AltScores", "2",
            "Does not match expected level count (3)"
        ),
        (["ClaimContentTarget": ""], place + "ClaimContentTarget", "", "invalid value"),
        (["ClaimContentTarget": "R"], place + "ClaimContentTarget", "R", "invalid value"),
        (["ClaimContentTarget": "|A|1"], place + "ClaimContentTarget", "|A|1", "invalid value"),
        (["ClaimContentTarget": "X|A|1"], place + "ClaimContentTarget", "X|A|1", "claim not found"),
        (["ClaimContentTarget": "L|A|1"], place + "ClaimContentTarget", "L|A|1", "claim not found"),
        (["ClaimContentTarget": "R|B"], place + "ClaimContentTarget", "R|B", "target not found"),
        (["ClaimContentTarget": "R|"], place + "ClaimContentTarget", "R|", "target not found"),
        (
            ["SecondaryClaimContentTarget": "R|A|1; W|A "], place + "SecondaryClaimContentTarget", "W|A",
            "target not found"
        ),
        (["DOK": "3"], place + "DOK", "3", "invalid value"),
        (["MaxPoints": "-1"], place + "MaxPoints", "-1", "invalid value"),
        (["MathematicalPractice": "9"], place + "MathPractice", "9", "invalid value"),
        (
            ["CommonCore": "L.1;L.9"], place + "CommonCoreStandards", "L.1;L.9",
            "unable to find all common core standards for an item and subject id [17]"
        ),
        (["NumberOfAnswerOptions": "70000"], place + "NumberOfAnswerOptions", "70000", "invalid value"),
        (
            ["PtWritingType": "ArgumentativeEssay"], place + "PtWritingType", "ArgumentativeEssay",
            "string is too long, max length is 16"
        ),
        (["ItemType": "MC"], place + "AnswerKey", "", "value may not be blank"),
        (["ItemType": "ms"], place + "AnswerKey", "", "value may not be blank"),
        (["FullItemKey": ""], "[SUM-LAT-5], item id [], FullKey", "", "value may not be blank"),
    ])
    func collects(changes: [String: String], element: String, value: String, error: String) {
        #expect(refusal(.item(changes)) == Self.collected([ImportMessage(element, value, error)]))
    }

    @Test(arguments: [
        ("avg_b", "avg_b"), ("DOK", "DOK"), ("MaxPoints", "MaxPoints"),
        ("NumberOfAnswerOptions", "NumberOfAnswerOptions"),
    ])
    func leavesOutTheValueOfAnEmptyNumber(column: String, element: String) {
        #expect(
            refusal(.item([column: ""])) == Self.collected([ImportMessage(Self.place + element, nil, "invalid value")]))
    }

    @Test func answerOptionsAreRequiredThoughTheirColumnIsNot() {
        var package = PackageText.item(["ItemType": "MC"])
        package.headings.removeAll { ["NumberOfAnswerOptions", "AnswerKey"].contains($0) }
        #expect(
            refusal(package)
                == Self.collected([
                    ImportMessage(Self.place + "NumberOfAnswerOptions", nil, "invalid value"),
                    ImportMessage(Self.place + "AnswerKey", nil, "value may not be blank"),
                ]))
    }

    @Test("R33: cut points lie within the scores of the subject") func checksCutPointsAgainstTheSubject() {
        var cells = ["ScaledLow1": "10", "ScaledHigh1": "20", "ScaledLow2": "50", "ScaledHigh5": "900"]
        cells["ScaledLow5"] = "650"
        cells["Alt1High3"] = "80"
        cells["Alt1Low3"] = "60"
        #expect(
            refusal(.item(cells))
                == Self.collected([
                    ImportMessage("[SUM-LAT-5], Cutpoint1", "50", "Cutpoint less than subject min score"),
                    ImportMessage("[SUM-LAT-5], Cutpoint4", "650", "Cutpoint greater than subject max score"),
                    ImportMessage("[SUM-LAT-5], Cutpoint2", "60", "Cutpoint greater than subject max score"),
                ]))
    }

    @Test func namesTheIdentityWithoutItsOwnPlace() {
        let id = String(repeating: "i", count: 251)
        #expect(
            refusal(.bare(["AssessmentId": id]))
                == Self.collected([ImportMessage("AssessmentId", id, "string is too long, max length is 250")]))
    }

    @Test func collectsEverythingInOrder() {
        let key = String(repeating: "9", count: 41)
        let place = "[SUM-LAT-5], item id [\(key)], "
        let package = PackageText.item([
            "AssessmentGrade": "99", "ClaimContentTarget": "x", "FullItemKey": key, "avg_b": "", "DOK": "9",
            "MaxPoints": "", "MathematicalPractice": "0", "CommonCore": "no", "SecondaryClaimContentTarget": "y;z|",
            "NumberOfAnswerOptions": "", "PtWritingType": String(repeating: "p", count: 17), "ItemType": "MC",
        ])
        #expect(
            refusal(package)
                == Self.collected([
                    ImportMessage("[SUM-LAT-5], AssessmentGrade", "99", "unknown grade code [99]"),
                    ImportMessage(place + "ClaimContentTarget", "x", "invalid value"),
                    ImportMessage(place + "FullKey", key, "string is too long, max length is 40"),
                    ImportMessage(place + "avg_b", nil, "invalid value"),
                    ImportMessage(place + "DOK", "9", "invalid value"),
                    ImportMessage(place + "MaxPoints", nil, "invalid value"),
                    ImportMessage(place + "MathPractice", "0", "invalid value"),
                    ImportMessage(
                        place + "CommonCoreStandards", "no",
                        "unable to find all common core standards for an item and subject id [17]"),
                    ImportMessage(place + "SecondaryClaimContentTarget", "y", "invalid value"),
                    ImportMessage(place + "SecondaryClaimContentTarget", "z|", "claim not found"),
                    ImportMessage(place + "NumberOfAnswerOptions", nil, "invalid value"),
                    ImportMessage(
                        place + "PtWritingType", String(repeating: "p", count: 17),
                        "string is too long, max length is 16"),
                    ImportMessage(place + "AnswerKey", "", "value may not be blank"),
                ]))
    }

    // MARK: Real files

    @Test(
        .enabled(if: DefinitionCorpus.isThere),
        arguments: [
            ("2017.demo.interim", 42, 934), ("2018.demo.interim", 42, 934), ("2019.demo.interim", 42, 934),
            ("2017.demo.summative", 14, 488), ("2018.demo.summative", 14, 488), ("2019.demo.summative", 14, 488),
            ("2018.summative.ELPAC", 13, 0),
        ])
    func takesTheRealPackages(name: String, assessments: Int, items: Int) throws {
        let subjects = try ["ELA", "Math", "ELPAC"].enumerated().map { index, code in
            SubjectIndex(
                id: Int32(index),
                definition: try SubjectFile.read(DefinitionCorpus.bytes("subjects/\(code)_subject.xml")))
        }
        let drafts = try PackageRules.check(
            PackageFile.read(DefinitionCorpus.bytes("packages/\(name).csv")), subjects)
        #expect(drafts.count == assessments)
        #expect(drafts.map(\.items.count).reduce(0, +) == items)
        #expect(drafts.allSatisfy { $0.alternates.count == ($0.subject == "ELPAC" ? 2 : 0) })
    }
}

extension PackageText {
    /// The headings of a package without items, as a line.
    static let headline = (PackageColumns.required + ["ScaledLow1"]).joined(separator: ",") + "\n"
}
