import Contracts
import Ledger
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// Definitions in the database: what loading makes, what loading again changes, and what it must not (ingest §4.5, §5.3, §7).
struct DefinitionStoreTests {
    /// A database of the service, as the service sees it.
    static func withDatabase<R: Sendable>(_ body: (Database) async throws -> R) async throws -> R {
        try await withTemporaryServer([.results]) { temporary in
            let database = temporary.open(as: "results", settings: DefinitionLane.sessionSettings)
            do {
                let result = try await body(database)
                await database.close()
                return result
            } catch {
                await database.close()
                throw error
            }
        }
    }

    static func subject(_ xml: String, _ database: Database, importID: Int64 = 8) async throws -> ImportOutcome {
        try await database.transaction(.test()) { try SubjectStore.load(Array(xml.utf8), importID: importID, $0) }
    }

    static func package(
        _ package: PackageText, _ database: Database, importID: Int64 = 16
    ) async throws -> ImportOutcome {
        let bytes = package.bytes
        return try await database.transaction(.test()) { try PackageStore.load(bytes, importID: importID, $0) }
    }

    /// Everything that the tables of definitions hold, so that "nothing changed" means nothing at all.
    static func everything(_ database: Database) async throws -> [String] {
        try await database.read(.test()) { session in
            var all: [String] = []
            for table in [
                "subject", "subject_type", "subject_scoring", "subject_level", "alternate", "claim", "target",
                "standard",
                "depth_of_knowledge", "item_difficulty", "trait", "subject_text", "assessment", "item", "accommodation",
                "accommodation_label", "feed_head",
            ] {
                all += try session.rows("SELECT \(raw: table)::text FROM \(raw: table) ORDER BY 1", as: String.self)
            }
            return all
        }
    }

    static func count(_ sql: SQL, _ database: Database) async throws -> Int64? {
        try await database.read(.test()) { try $0.row(sql, as: Int64.self) }
    }

    static func definition(_ changes: [(String, String)] = []) throws -> String {
        try SubjectFileTests.changed(changes)
    }

    // MARK: Loading

    @Test("R10: a subject is stored and read back, with all its texts")
    func storesASubjectAndReadsItBack() async throws {
        try await Self.withDatabase { database in
            let outcome = try await Self.subject(InventedSubject.xml, database)
            #expect(outcome == ImportOutcome(.processed, "Subject Latin Proficiency (Latin) processed"))
            let stored = try await database.read(.test()) { try StoredSubject.read(codes: ["LATIN"], $0) }
            let subject = try #require(stored.first)
            let definition = try InventedSubject.definition()
            #expect(subject.definition == definition.canonical)
            #expect(subject.texts == SubjectTexts.texts(of: definition))
            #expect(subject.texts["subject.Latin.name"] == "Latin Proficiency")
            #expect(subject.texts["subject.Latin.asmt-type.sum.level.2.short-name"] == "Disc.")
            #expect(subject.texts["subject.Latin.asmt-type.sum.claim-score.level.4.name"] == "d")
            #expect(subject.texts["subject.Latin.claim.R.target.A|2.description"] == "Second")
            #expect(subject.texts["subject.Latin.report-grade.05.asmt-type.sum.overall.level.5"] == "five")
            #expect(subject.texts["subject.Latin.standard-description"] == "<b>Latin</b> & more")
        }
    }

    @Test func refusedFilesStoreNothing() async throws {
        try await Self.withDatabase { database in
            let before = try await Self.everything(database)
            let outcome = try await Self.subject(Self.definition([("code=\"S2\"", "code=\"S1\"")]), database)
            #expect(outcome.status == .badFormat)
            let package = try await Self.package(.item(), database)
            #expect(package.status == .badData)
            #expect(package.message?.contains("unknown subject code [LATIN]") == true)
            #expect(try await Self.everything(database) == before)
        }
    }

    @Test func storesAPackageAndTellsWhatAResultMayHold() async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            let outcome = try await Self.package(.item(), database)
            #expect(outcome.message == "Assessments processed: 1, created: 1, updated: 0, rejected: 0")
            let templates = ExamTemplates()
            let found = try await database.read(.test()) { try templates.templates(["SUM-LAT-5", "none"], $0) }
            let template = try #require(found["SUM-LAT-5"])
            #expect(found.count == 1)
            #expect(template.subjectCode == "Latin" && template.grade == "05" && template.type == 3)
            #expect(template.overall == 100...599)
            #expect(template.claims == ["L", "R", "W", "S"], "in data order")
            #expect(
                template.alternates == [.init(code: "S2", range: 10...39.5), .init(code: "S1", range: 10...39)],
                "in data order, each with its own range")
            let item = try #require(template.items[.init(bank: 900, key: 1)])
            #expect(Set(item.targets.map(\.code)) == ["R|A|1", "R|A|2", "W|B"])
            #expect(item.ordinal == 0)
            guard case .trait(let trait) = template.measures["ORAT_ORG"] else {
                Issue.record("the trait is no measure")
                return
            }
            #expect(trait.maximum == 7)
        }
    }

    @Test(.enabled(if: DefinitionCorpus.isThere))
    func loadsTheRealFilesTwiceAndChangesNothing() async throws {
        try await Self.withDatabase { database in
            for (code, name) in [("ELA", "ELA"), ("Math", "Math"), ("ELPAC", "ELPAC")] {
                let bytes = try DefinitionCorpus.bytes("subjects/\(code)_subject.xml")
                let outcome = try await database.transaction(.test()) { try SubjectStore.load(bytes, importID: 8, $0) }
                #expect(outcome == ImportOutcome(.processed, "Subject \(name) (\(code)) processed"))
            }
            let packages = [
                ("2017.demo.interim", 42), ("2018.demo.interim", 42), ("2019.demo.interim", 42),
                ("2017.demo.summative", 14),
                ("2018.demo.summative", 14), ("2019.demo.summative", 14), ("2018.summative.ELPAC", 13),
            ]
            for (name, count) in packages {
                let bytes = try DefinitionCorpus.bytes("packages/\(name).csv")
                let outcome = try await database.transaction(.test()) { try PackageStore.load(bytes, importID: 8, $0) }
                #expect(
                    outcome
                        == ImportOutcome(
                            .processed, "Assessments processed: \(count), created: \(count), updated: 0, rejected: 0"))
            }
            let accommodations = try DefinitionCorpus.bytes("accommodations.2019.xml")
            let outcome = try await database.transaction(.test()) { try AccommodationStore.load(accommodations, $0) }
            #expect(outcome == ImportOutcome(.processed, "27 accommodations processed"))

            // A1: the same in other bytes.
            let before = try await Self.everything(database)
            for (code, _) in [("ELA", ""), ("Math", ""), ("ELPAC", "")] {
                let bytes = try DefinitionCorpus.bytes("subjects/\(code)_subject.xml") + Array("\n\n".utf8)
                let outcome = try await database.transaction(.test()) { try SubjectStore.load(bytes, importID: 9, $0) }
                #expect(outcome.status == .processed)
            }
            for (name, count) in packages {
                let text = String(decoding: try DefinitionCorpus.bytes("packages/\(name).csv"), as: UTF8.self)
                let bytes = Array(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
                let outcome = try await database.transaction(.test()) { try PackageStore.load(bytes, importID: 9, $0) }
                #expect(outcome.message == "Assessments processed: \(count), created: 0, updated: 0, rejected: 0")
            }
            _ = try await database.transaction(.test()) { try AccommodationStore.load(accommodations + [10], $0) }
            #expect(try await Self.everything(database) == before)
        }
    }

    // MARK: Loading a package again

    @Test func changesOnlyWhatDiffersAndRemovesNoItem() async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            var package = PackageText.item()
            package.rows.append(PackageText.row(["AssessmentId": "other", "AssessmentName": "o"]))
            _ = try await Self.package(package, database)
            let before = try await Self.everything(database)

            // Within a relative 1e-5 nothing has changed.
            package.rows[0]["avg_b"] = "0.2500001"
            package.rows[0]["ScaledHigh5"] = "599.0001"
            #expect(
                try await Self.package(package, database).message
                    == "Assessments processed: 2, created: 0, updated: 0, rejected: 0")
            #expect(try await Self.everything(database) == before)

            package.rows[0]["FullItemKey"] = "900-2"
            package.rows[0]["MaxPoints"] = "4"
            #expect(
                try await Self.package(package, database, importID: 24).message
                    == "Assessments processed: 2, created: 0, updated: 1, rejected: 0")
            let items = try await database.read(.test()) { session in
                try session.rows(
                    """
                    SELECT i.natural_id, i.ordinal, i.max_points FROM item i JOIN assessment a ON a.id = i.assessment_id
                     WHERE a.natural_id = 'SUM-LAT-5' ORDER BY i.ordinal
                    """, as: (String, Int16, Int16).self)
            }
            #expect(items.map(\.0) == ["900-1", "900-2"] && items.map(\.1) == [0, 1] && items.map(\.2) == [3, 4])
            let imports = try await database.read(.test()) {
                try $0.rows("SELECT import_id FROM assessment ORDER BY natural_id", as: Int64.self)
            }
            #expect(imports == [24, 16], "only the assessment that changed carries the new import")

            package.rows[0]["AssessmentLabel"] = "New label"
            package.rows[0]["MaxPoints"] = "5"
            package.rows[0]["ScaledHigh5"] = "600"
            #expect(try await Self.package(package, database).message?.contains("updated: 1") == true)
            #expect(
                try await Self.count(
                    "SELECT max_points::bigint FROM item WHERE natural_id = '900-2'", database) == 5)
        }
    }

    /// The numbers of items are 16 bits wide; whatever is loaded how often, they must not run over.
    @Test func refusesMoreItemsThanCanBeNumbered() async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            var package = PackageText.item()
            package.rows = (0..<PackageStore.itemLimit).map { PackageText.row(["FullItemKey": "1-\($0)"]) }
            #expect(try await Self.package(package, database).message?.contains("created: 1") == true)
            #expect(
                try await Self.package(.item(), database)
                    == ImportOutcome(
                        .badData, "Unable to read Assessment package: more than 10000 items in SUM-LAT-5"))
            package.rows.append(PackageText.row(["AssessmentId": "other"]))
            #expect(try await Self.package(package, database).message?.contains("created: 1, updated: 0") == true)
        }
    }

    @Test(arguments: [["AssessmentGrade": "6"], ["AssessmentSubject": "Greek"], ["AssessmentSubtype": "IAB"]])
    func rejectsAnotherSubjectGradeOrTypeAndGoesOn(changes: [String: String]) async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            _ = try await Self.subject(Self.definition([("code=\"Latin\"", "code=\"Greek\"")]), database)
            var changes = changes
            if changes["AssessmentSubtype"] != nil {
                changes["ScaledLow5"] = ""
                for heading in PackageText.scoreHeadings where heading.hasPrefix("Alt") { changes[heading] = "" }
            }
            _ = try await Self.package(.item(), database)
            var package = PackageText.item(changes)
            package.rows.append(PackageText.row(["AssessmentId": "new"]))
            #expect(
                try await Self.package(package, database)
                    == ImportOutcome(.processed, "Assessments processed: 2, created: 1, updated: 0, rejected: 1"))
        }
    }

    @Test func aReloadedDefinitionIsSeenByTheNextResult() async throws {
        try await Self.withDatabase { database in
            let templates = ExamTemplates()
            func template() async throws -> ExamTemplate? {
                try await database.read(.test()) { try templates.templates(["SUM-LAT-5"], $0)["SUM-LAT-5"] }
            }
            _ = try await Self.subject(InventedSubject.xml, database)
            #expect(try await template() == nil)
            _ = try await Self.package(.item(), database)
            #expect(try await template()?.overall == 100...599)
            _ = try await Self.package(.item(["ScaledHigh5": "600"]), database)
            #expect(try await template()?.overall == 100...600)
            _ = try await Self.package(.item(["ScaledHigh5": "600", "FullItemKey": "900-9"]), database)
            #expect(try await template()?.items.count == 2)
            let trait = "<Trait code=\"ORAT_EVI\" purpose=\"ORAT\" category=\"EVI\" maxScore=\"4\"/></Traits>"
            _ = try await Self.subject(Self.definition([("</Traits>", trait)]), database)
            #expect(try await template()?.measures["ORAT_EVI"] != nil)
        }
    }

    // MARK: Loading a subject again

    @Test func theFileIsTheWholeTruthWhileNothingRelies() async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            let first = try #require(
                try await database.read(.test()) { try StoredSubject.read(codes: ["latin"], $0) }.first)
            let xml = try Self.definition([
                ("standardCutoff=\"4\"", "standardCutoff=\"3\""), ("<Standard code=\"L.2\"", "<Standard code=\"L.3\""),
                ("<Target code=\"A|2\"", "<Target code=\"A|3\""), ("name=\"Verse\"", "name=\"Song\""),
                ("gradeCode=\"05\"", "gradeCode=\"06\""), ("<Claim code=\"N\"", "<Claim code=\"M\""),
                ("maxScore=\"7\"", "maxScore=\"6\""),
                ("<DepthOfKnowledge level=\"2\"", "<DepthOfKnowledge level=\"3\""),
                ("key=\"trait.purpose.ORAT.name\"", "key=\"trait.purpose.ORAT.title\""),
            ])
            #expect(try await Self.subject(xml, database).status == .processed)
            let second = try #require(
                try await database.read(.test()) { try StoredSubject.read(codes: ["latin"], $0) }.first)
            let definition = try SubjectFile.read(Array(xml.utf8))
            #expect(second.definition == definition.canonical)
            #expect(second.texts == SubjectTexts.texts(of: definition))
            #expect(second.id == first.id)
            #expect(second.claimIDs["R"] == first.claimIDs["R"], "what stays keeps its id")
            #expect(
                second.targetIDs[.init(claim: "R", target: "A|1")] == first.targetIDs[.init(claim: "R", target: "A|1")])
        }
    }

    @Test(
        arguments: [
            (
                [("standardCutoff=\"4\"", "standardCutoff=\"3\"")],
                "Unable to update subject assessment type due to existing assessments for subject: Latin assessment type: sum"
            ),
            (
                [("traitReport=\"1\"", "traitReport=\"0\"")],
                "Unable to update subject assessment type due to existing assessments for subject: Latin assessment type: sum"
            ),
            (
                [("maxScore=\"600\"", "maxScore=\"700\"")],
                "Unable to update subject assessment type due to existing assessments for subject: Latin assessment type: sum"
            ),
            (
                [("<PerformanceLevel level=\"4\" name=\"d\" color=\"green\"/>", "")],
                "Unable to update subject assessment type due to existing assessments for subject: Latin assessment type: sum"
            ),
            (
                [
                    ("code=\"sum\" name", "code=\"ica\" name"),
                    ("ReportAssessmentType code=\"sum\"", "ReportAssessmentType code=\"ica\""),
                ],
                "Unable to delete subject assessment type due to existing assessments for subject: Latin assessment type: sum"
            ),
            (
                [("<Claim code=\"S\"", "<Claim code=\"T\"")],
                "Unable to delete or change existing subject score for subject: {id} due to being referenced by an existing assessment"
            ),
            (
                [
                    (
                        "name=\"Listening\" displayOrder=\"3\" dataOrder=\"1\"",
                        "name=\"Listening\" displayOrder=\"3\" dataOrder=\"2\""
                    )
                ],
                "Unable to delete or change existing subject score for subject: {id} due to being referenced by an existing assessment"
            ),
            (
                [("dataOrder=\"1\" displayOrder=\"2\"", "dataOrder=\"2\" displayOrder=\"2\"")],
                "Unable to delete or change existing subject score for subject: {id} due to being referenced by an existing assessment"
            ),
            (
                [
                    (
                        "name=\"Writing\" displayOrder=\"2\" organizational=\"true\"",
                        "name=\"Writing\" displayOrder=\"2\" organizational=\"false\""
                    ),
                    ("<Targets><Target code=\"B\" name=\"B\"/></Targets>", ""),
                ],
                "Cannot remove target: B for claim: W subject: Latin because it is referenced by assessment items"
            ),
            (
                [("<Target code=\"A|1\"", "<Target code=\"A|9\"")],
                "Cannot remove target: A|1 for claim: R subject: Latin because it is referenced by assessment items"
            ),
            (
                [("<Standard code=\"L.2\"", "<Standard code=\"L.3\"")],
                "Cannot remove standard: {standard} code: L.2 because it is referenced by an assessment item."
            ),
            (
                [("<DepthOfKnowledge level=\"2\"", "<DepthOfKnowledge level=\"3\"")],
                "Unable to delete Depth of Knowledge id: {depth} subject: Latin level: 2 because it is referenced by an assessment item"
            ),
            (
                [("moderateLowEnd=\"-1.5\"", "moderateLowEnd=\"-1.4\"")],
                "Unable to update existing item difficulty cutpoint id: {id} grade code: 05 due to existing assessment references"
            ),
            (
                [("gradeCode=\"05\"", "gradeCode=\"06\"")],
                "Unable to delete existing item difficulty cutpoint id: {id} grade code: 05 due to existing assessment references"
            ),
        ] as [([(String, String)], String)])
    func refusesWhatAssessmentsRelyOn(changes: [(String, String)], text: String) async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            _ = try await Self.package(.item(), database)
            let stored = try #require(
                try await database.read(.test()) { try StoredSubject.read(codes: ["latin"], $0) }.first)
            let before = try await Self.everything(database)
            let reason = text.replacing("{id}", with: "\(stored.id)")
                .replacing("{standard}", with: "\(stored.standardIDs["L.2"] ?? 0)")
                .replacing("{depth}", with: "\(stored.depthIDs[2] ?? 0)")
            #expect(
                try await Self.subject(Self.definition(changes), database)
                    == ImportOutcome(.badFormat, "Unable to read Subject resource: " + reason))
            #expect(try await Self.everything(database) == before)
        }
    }

    @Test func refusesToDeleteAClaimOfItems() async throws {
        try await Self.withDatabase { database in
            // Scored by nothing, so only its items hold it.
            let notes = [
                (
                    "<Claim code=\"N\" name=\"Notes\" scorable=\"false\"/>",
                    "<Claim code=\"N\" name=\"Notes\" scorable=\"false\"><Targets><Target code=\"C\" name=\"C\"/></Targets></Claim>"
                )
            ]
            _ = try await Self.subject(Self.definition(notes), database)
            _ = try await Self.package(.item(["ClaimContentTarget": "N|C"]), database)
            #expect(
                try await Self.subject(
                    Self.definition([("<Claim code=\"N\" name=\"Notes\" scorable=\"false\"/>", "")]), database)
                    == ImportOutcome(
                        .badFormat,
                        "Unable to read Subject resource: Cannot delete claim: N due to existing assessment items"))
        }
    }

    @Test func textsMayAlwaysChange() async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            _ = try await Self.package(.item(), database)
            let xml = try Self.definition([
                ("name=\"Tiro\" color=\"maroon\"", "name=\"Novice\" color=\"red\""),
                ("name=\"Reading\"", "name=\"Lectio\""),
                ("<Icon>fa-edit</Icon>", "<Icon>fa-book</Icon>"), ("{0}''s result", "Well done, {0}"),
                ("<Description>First</Description>", "<Description>Prima</Description>"),
            ])
            #expect(try await Self.subject(xml, database, importID: 32).status == .processed)
            let stored = try #require(
                try await database.read(.test()) { try StoredSubject.read(codes: ["latin"], $0) }.first)
            #expect(stored.definition == (try SubjectFile.read(Array(xml.utf8))).canonical)
            #expect(try await Self.count("SELECT import_id FROM subject", database) == 32)
        }
    }

    /// An exam of the invented subject with one trait score, as ingest stores it.
    private static func addExam(traitScore: Int16?, _ database: Database) async throws {
        try await database.transaction(.test()) { session in
            let trait = try session.row("SELECT id FROM trait WHERE code = 'ORAT_ORG'", as: Int32.self)
            let packed = ExamPacking.traits([
                .init(traitID: try #require(trait), score: traitScore, conditionCode: traitScore == nil ? "B" : nil)
            ])
            try session.run(
                """
                INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id,
                                  status, completed_at, enrolled_grade, traits, content_hash, created_import_id, import_id, change)
                SELECT 1, school_year, id, 'o', subject_id, type, 1, 1, 9, now(), '05', \(packed), 0, 8, 8, 1 FROM assessment
                """)
        }
    }

    @Test(arguments: [(Int16?.some(5), Int16(4), Int16(7)), (5, 5, 5), (5, 9, 9), (nil, 1, 1)])
    func takesOverAMaximumThatAllScoresKeep(score: Int16?, new: Int16, kept: Int16) async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            _ = try await Self.package(.item(), database)
            try await Self.addExam(traitScore: score, database)
            let xml = try Self.definition([("category=\"ORG\" maxScore=\"7\"", "category=\"XYZ\" maxScore=\"\(new)\"")])
            #expect(try await Self.subject(xml, database).status == .processed)
            let trait = try await database.read(.test()) {
                try $0.row("SELECT category, max_score FROM trait", as: (String, Int16).self)
            }
            #expect(trait?.0 == "ORG" && trait?.1 == kept)
            let before = try await Self.everything(database)
            _ = try await Self.subject(xml, database)
            #expect(try await Self.everything(database) == before)
        }
    }

    @Test func refusesToDeleteATraitOfExams() async throws {
        try await Self.withDatabase { database in
            _ = try await Self.subject(InventedSubject.xml, database)
            _ = try await Self.package(.item(), database)
            let other = try Self.definition([("Trait code=\"ORAT_ORG\"", "Trait code=\"ORAT_NEW\"")])
            try await Self.addExam(traitScore: 0, database)
            #expect(
                try await Self.subject(other, database)
                    == ImportOutcome(
                        .badFormat,
                        "Unable to read Subject resource: Cannot delete trait: ORAT_ORG due to existing exams"))
        }
    }

    // MARK: Accommodations

    @Test func replacesLabelsOfTheSameYearAndRemovesNothing() async throws {
        try await Self.withDatabase { database in
            func load(_ year: String, _ selections: String) async throws -> ImportOutcome {
                let payload = AccommodationsFileTests.xml(
                    year: "schoolYear=\"\(year)\"", AccommodationsFileTests.resource(selections))
                return try await database.transaction(.test()) { try AccommodationStore.load(payload, $0) }
            }
            let one = AccommodationsFileTests.selection("One", [("eng", "first"), ("spa", "primera")])
            let two = AccommodationsFileTests.selection("Two")
            #expect(try await load("2019", one + two) == ImportOutcome(.processed, "2 accommodations processed"))
            #expect(try await load("2020", one) == ImportOutcome(.processed, "1 accommodations processed"))
            let again = AccommodationsFileTests.selection("ONE", [("eng", "changed")])
            #expect(try await load("2019", again).status == .processed)
            let labels = try await database.read(.test()) {
                try $0.rows(
                    """
                    SELECT a.code || ' ' || l.language || ' ' || l.school_year || ' ' || l.label
                      FROM accommodation a JOIN accommodation_label l ON l.accommodation_id = a.id ORDER BY 1
                    """, as: String.self)
            }
            #expect(
                labels == [
                    "One eng 2019 changed", "One eng 2020 first", "One spa 2019 primera", "One spa 2020 primera",
                    "Two eng 2019 A label",
                ])
            #expect(try await Self.count("SELECT count(*) FROM accommodation", database) == 2)
            let before = try await Self.everything(database)
            let bad =
                AccommodationsFileTests.selection("Three") + AccommodationsFileTests.selection("Four", [("engl", "x")])
            #expect(try await load("2019", bad).status == .badData)
            #expect(try await Self.everything(database) == before)
        }
    }
}
