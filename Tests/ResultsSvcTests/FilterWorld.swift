import Access
import Audit
import Clocks
import Contracts
import Feed
import Postgres
import Support

@testable import ResultsSvc

/// One school's exams of grade 03 in 2026 with everything a filter looks at, and a plain model of what each filter keeps,
/// written from the table of results §4.3.
struct FilterWorld: Sendable {
    struct Exam: Sendable {
        let id: Int64
        let student: Int64
        /// 1 ica, 2 iab, 3 sum: the assessment has the same number.
        let type: Int16
        let enrolledGrade: String
        let condition: String
        let completeness: String
        let session: String
        let migrant: Bool?
        let section504: Bool?
        let iep: Bool?
        let poor: Bool?
        let learner: Bool?
        let elas: String?
        let language: String?
        let military: String?
        /// The embargo's district: 1 is released, 2 is not.
        let completedAt: Int64
    }

    struct Student: Sendable {
        let id: Int64
        let gender: String?
        let ethnicities: [String]
    }

    let students: [Student]
    let exams: [Exam]

    init(_ random: inout SeededGenerator, exams count: Int) {
        func maybe<Value>(_ values: [Value]) -> Value? {
            Int.random(in: 0..<5, using: &random) == 0 ? nil : values.randomElement(using: &random)
        }
        students = (1...30).map { id in
            Student(
                id: id, gender: maybe(ExamCodes.genders.codes),
                ethnicities: ExamCodes.ethnicities.codes.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
        }
        exams = (1...Int64(count)).map { id in
            Exam(
                id: id, student: Int64.random(in: 1...30, using: &random),
                type: Int16.random(in: 1...3, using: &random),
                enrolledGrade: maybe(["03", "04"]) ?? "03", condition: maybe(["Valid", "SD", "NS", "IN"]) ?? "",
                completeness: maybe(["Partial", "Complete"]) ?? "", session: maybe(["A", "B", "C"]) ?? "",
                migrant: maybe([true, false]), section504: maybe([true, false]), iep: maybe([true, false]),
                poor: maybe([true, false]), learner: maybe([true, false]), elas: maybe(ExamCodes.elas.codes),
                language: maybe(["eng", "spa", "vie"]), military: maybe(ExamCodes.military.codes),
                completedAt: 1_760_000_000_000_000 + Int64.random(in: 0..<1_000_000, using: &random) * 1_000_000)
        }
    }

    // The model -----------------------------------------------------------------------------------------------------

    func kept(by filter: ExamFilter) -> Set<Int64> {
        Set(exams.filter { keeps($0, filter) }.map(\.id))
    }

    private func keeps(_ exam: Exam, _ filter: ExamFilter) -> Bool {
        if filter.hideOffGrade && exam.enrolledGrade != "03" { return false }
        if !filter.manner.isEmpty && exam.type != 3 && exam.condition != filter.manner { return false }
        if !filter.validity.isEmpty && exam.type == 3 && exam.condition != filter.validity { return false }
        if !filter.completeness.isEmpty && exam.completeness != filter.completeness { return false }
        return filter.fields.allSatisfy { field in field.codes.contains { values(of: field.field, exam).contains($0) } }
    }

    private func values(of field: String, _ exam: Exam) -> [String] {
        let student = students[Int(exam.student) - 1]
        func flag(_ value: Bool?) -> [String] { value == nil ? [] : value == true ? ["yes"] : ["no"] }
        switch field {
        case "ethnicity": return student.ethnicities
        case "gender": return [student.gender ?? "none"]
        case "military": return exam.military.map { [$0] } ?? []
        case "elas": return [exam.elas ?? "none"]
        case "language": return [exam.language ?? "none"]
        case "migrant": return flag(exam.migrant)
        case "section504": return flag(exam.section504)
        case "iep": return flag(exam.iep)
        case "economicDisadvantage": return flag(exam.poor)
        default: return flag(exam.learner)
        }
    }

    // The database --------------------------------------------------------------------------------------------------

    func store(_ session: borrowing Session) throws {
        try session.script(
            """
            INSERT INTO district VALUES (10, 'd1', 'Demo District', NULL);
            INSERT INTO school VALUES (1, 's1', 'Demo School', 10, NULL, NULL);
            INSERT INTO school_year VALUES (2026, false);
            INSERT INTO subject (id, code, name, import_id, change) VALUES (1, 'ELA', 'ELA', 1, 1);
            INSERT INTO subject_type SELECT 1, t, 'n', 'n', false, false, false FROM generate_series(1, 3) t;
            INSERT INTO subject_scoring SELECT 1, t, 0, 'Overall', 2000, 3000, NULL FROM generate_series(1, 3) t;
            INSERT INTO subject_level SELECT 1, t, 0, l, 'L' || l, 'L', NULL, 'blue' FROM generate_series(1, 3) t, generate_series(1, 4) l;
            INSERT INTO assessment (id, natural_id, name, label, subject_id, type, grade, school_year, level_lows, level_highs, import_id, change)
                SELECT t, 'A' || t, 'A' || t, 'Test ' || t, 1, t, '03', 2026, '{2000}', '{3000}', 1, t FROM generate_series(1, 3) t;
            """)
        for field in StudentField.allCases {
            try session.run("INSERT INTO setting VALUES (\(field.settingKey), 'admin')")
        }
        for student in students {
            let mask = student.ethnicities.compactMap(ExamCodes.ethnicities.number).reduce(Int16(0)) {
                $0 | 1 << ($1 - 1)
            }
            try session.run(
                """
                INSERT INTO student (id, ssid, first_name, last_name, gender, ethnicities, school_id, change)
                VALUES (\(student.id), \("SSID-\(student.id)"), \("First\(student.id)"), \("Last\(student.id % 7)"),
                        \(student.gender.flatMap(ExamCodes.genders.number)), \(mask), 1, \(student.id))
                """)
        }
        for exam in exams {
            try session.run(
                """
                INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id,
                                  status, completed_at, enrolled_grade, condition, completeness, session_id, migrant,
                                  section504, iep, economic_disadvantage, lep, elas, language, military,
                                  scale_score_milli, standard_error_milli, level, content_hash, created_import_id,
                                  import_id, change)
                VALUES (\(exam.id), 2026, \(Int32(exam.type)), \("o\(exam.id)"), 1, \(exam.type), \(exam.student), 1, 1,
                        \(Timestamp(microseconds: exam.completedAt)), \(exam.enrolledGrade),
                        \(ExamCodes.conditions.number(exam.condition)), \(ExamCodes.completenesses.number(exam.completeness)),
                        \(exam.session.isEmpty ? nil : exam.session), \(exam.migrant), \(exam.section504), \(exam.iep),
                        \(exam.poor), \(exam.learner), \(exam.elas.flatMap(ExamCodes.elas.number)), \(exam.language),
                        \(exam.military.flatMap(ExamCodes.military.number)), 2500000, 20500, 2, 0, 1, 1, \(exam.id))
                """)
        }
    }

    /// The handlers over a database with a world in it.
    struct Running: Sendable {
        let database: Database
        let gate: Gate
        let pages = ResultsPages(catalogue: SubjectCatalogue(), tokens: PageTokens(secret: Array("test".utf8)))
        let embargo: Lease

        func results(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
            try await GetSchoolResults(gate: gate, pages: pages)(ask, call)
        }

        /// All pages of a file.
        func export(_ ask: ExportExamsRequest, _ call: Call) async throws -> [ExportedExams] {
            var (ask, all): (ExportExamsRequest, [ExportedExams]) = (ask, [])
            repeat {
                all.append(try await ExportExams(gate: gate, pages: pages)(ask, call))
                ask.pageToken = all[all.count - 1].nextPageToken
            } while !ask.pageToken.isEmpty
            return all
        }
    }

    static func with(_ world: FilterWorld, _ body: @Sendable (Running) async throws -> Void) async throws {
        try await withTemporaryServer([.results]) { server in
            let database = server.open(connections: 1, settings: ["search_path": "results"])
            let readers = server.open(as: "results_reader", connections: 2)
            try await database.transaction(.test()) { try world.store($0) }
            let clock = HandClock()
            let (embargo, memberships) = (Lease(clocks: clock.clocks), Lease(clocks: clock.clocks))
            embargo.confirm(sentAt: clock.clocks.monotonic())
            memberships.confirm(sentAt: clock.clocks.monotonic())
            let running = Running(
                database: database,
                gate: Gate(
                    database: readers, embargo: embargo, memberships: memberships, audit: AuditTrail(schema: "results")),
                embargo: embargo)
            do { try await body(running) } catch {
                await database.close()
                await readers.close()
                throw error
            }
            await database.close()
            await readers.close()
        }
    }

    /// Somebody with these permissions in the whole state.
    static func caller(_ permissions: Permission...) -> Call {
        .test(
            .with {
                $0.login = "lea@x.org"
                $0.groupLogin = "lea@x.org"
                $0.permissions = permissions.map { permission in
                    .with {
                        $0.permission = permission.rawValue
                        $0.scope = .with { $0.statewide = true }
                    }
                }
            })
    }
}
