import Contracts
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// What ResultsSvc tells the services that keep copies (DESIGN §3).
@Suite("Feeds of results")
struct ResultsFeedTests {
    func withFeeds(_ body: @Sendable (ResultsFeeds, Database) async throws -> Void) async throws {
        try await withTemporaryServer([.results]) { server in
            let owner = server.open(connections: 1, settings: ["search_path": "results"])
            // As the service itself: row-level security must let feeds see everything.
            let database = server.open(as: "results", connections: 1)
            do {
                try await owner.transaction(.test()) { session in
                    try session.script(
                        """
                        INSERT INTO subject (id, code, name, import_id, change) VALUES (1, 'ELA', 'English', 1, 1);
                        INSERT INTO subject_type (subject_id, type, name, long_name, target_report, printed_report, trait_report)
                            VALUES (1, 3, 'Summative', 'Summative', false, false, false);
                        INSERT INTO assessment (id, natural_id, name, label, subject_id, type, grade, school_year, level_lows,
                                                level_highs, import_id, change)
                            VALUES (10, 'A', 'A', 'Grade 3 ELA', 1, 3, '03', 2026, '{2000}', '{3000}', 1, 2);
                        INSERT INTO student (id, ssid, gender, ethnicities, change) VALUES (7, 's7', 2, 5, 3), (8, 's8', NULL, 0, 4);
                        INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id,
                                deleted, status, completed_at, enrolled_grade, condition, completeness, scale_score_milli, level,
                                elas, language, military, lep, migrant, content_hash, created_import_id, import_id, change) VALUES
                            (1, 2026, 10, 'o1', 1, 3, 7, 5, false, 1, '2026-05-01Z', '03', 1, 2, 2431500, 2, 2, 'spa', 1, true,
                             false, 0, 1, 1, 5),
                            (2, 2025, 10, 'o2', 1, 3, 8, 5, false, 1, '2025-05-01Z', '03', NULL, NULL, NULL, NULL, NULL, NULL,
                             NULL, NULL, NULL, 0, 1, 1, 6),
                            (3, 2026, 10, 'o3', 1, 3, 8, 5, true, 1, '2026-05-01Z', '03', 1, 2, 2500000, 3, 1, 'eng', 1, false,
                             false, 0, 1, 1, 7);
                        UPDATE feed_head SET change = 7;
                        INSERT INTO claim (id, subject_id, code, name, scorable, organizational) VALUES
                            (20, 1, '1-LT', 'Reading', false, true);
                        INSERT INTO target (id, claim_id, code, name) VALUES (31, 20, '1-3', '1'), (32, 20, '2-3', '2'), (33, 20, '3-3', '3');
                        INSERT INTO item (assessment_id, natural_id, ordinal, claim_id, target_id, other_target_ids, max_points) VALUES
                            (10, 'i1', 0, 20, 32, '{}', 1), (10, 'i2', 1, 20, 32, '{31}', 1), (10, 'i3', 2, NULL, NULL, '{}', 1);
                        """)
                    let targets = ExamPacking.targets([
                        .init(targetID: 31, studentRelative: 0.25, standardMet: -0.1234567),
                        .init(targetID: 32, studentRelative: nil, standardMet: 0.5),
                        .init(targetID: 33, studentRelative: .nan, standardMet: 0.5),
                        .init(targetID: 34, studentRelative: 2_000, standardMet: 0.5),
                        .init(targetID: 35, studentRelative: 0, standardMet: 1),
                    ])
                    try session.run("UPDATE exam SET targets = \(targets) WHERE id IN (1, 3)")
                }
                try await body(ResultsFeeds(database: database, catalogue: SubjectCatalogue()), database)
            } catch {
                await owner.close()
                await database.close()
                throw error
            }
            await owner.close()
            await database.close()
        }
    }

    static let all = ChangesRequest.with { $0.limit = 100 }

    @Test("a result comes with its codes; one without a score, and a deleted one, come as gone and say nothing else")
    func exams() async throws {
        try await withFeeds { feeds, _ in
            let page = try await feeds.exams(Self.all, .test())
            #expect(page.rows.map(\.id) == [1, 2, 3])
            #expect(page.rows.map(\.deleted) == [false, true, true])
            #expect(page.page?.through == 7 && page.page?.more == false)
            let exam = page.rows[0]
            #expect(exam.type == "sum" && exam.completeness == "Complete" && exam.condition == "Valid")
            #expect(exam.scaleScoreMilli == 2_431_500 && exam.level == 2 && exam.elas == "EL" && exam.language == "spa")
            #expect(exam.lep == .yes && exam.migrant == .no && exam.iep == .nothing)
            #expect(page.rows[2].studentID == 0 && page.rows[2].scaleScoreMilli == 0)
            // Targets of which both residuals are known, in millionths.
            #expect(exam.targetIDs == [31, 35])
            #expect(exam.studentResiduals == [250_000, 0] && exam.standardResiduals == [-123_457, 1_000_000])
            #expect(page.rows[2].targetIDs.isEmpty)
        }
    }

    @Test("students carry gender and ethnicity only, subjects and assessments what the screens know")
    func others() async throws {
        try await withFeeds { feeds, _ in
            let students = try await feeds.students(Self.all, .test()).rows
            #expect(students.map(\.gender) == ["Female", ""])
            #expect(students.map(\.ethnicities) == [["HispanicOrLatinoEthnicity", "Asian"], []])
            let subjects = try await feeds.subjects(Self.all, .test()).rows
            #expect(subjects.map { $0.subject?.code } == ["ELA"])
            #expect(subjects[0].subject?.types.map(\.code) == ["sum"])
            let assessments = try await feeds.assessments(Self.all, .test()).rows
            #expect(assessments.map { $0.assessment?.label } == ["Grade 3 ELA"])
            #expect(assessments[0].subjectID == 1)
            #expect(subjects[0].targets.map(\.code) == ["1-3", "2-3", "3-3"])
            #expect(subjects[0].targets.allSatisfy { $0.claim == "1-LT" && $0.claimName == "Reading" })
            // Those that its items have, each once.
            #expect(assessments[0].targetIDs == [31, 32])
        }
    }

    @Test("pages follow each other without a gap over all partitions, and only what changed comes again")
    func pages() async throws {
        try await withFeeds { feeds, database in
            var ask = Self.all
            ask.limit = 1
            var seen: [Int64] = []
            repeat {
                let page = try await feeds.exams(ask, .test())
                seen += page.rows.map(\.id)
                ask.epoch = page.page?.epoch ?? []
                ask.after = page.page?.through ?? 0
                if page.page?.more != true { break }
            } while true
            #expect(seen == [1, 2, 3])
            try await database.transaction(.test()) { session in
                try session.script(
                    "UPDATE exam SET level = 4, change = 8 WHERE id = 1; UPDATE feed_head SET change = 8")
            }
            let page = try await feeds.exams(ask, .test())
            #expect(page.rows.map(\.level) == [4])
        }
    }
}
