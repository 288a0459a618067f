import Access
import Audit
import Calendar
import Clocks
import Contracts
import Feed
import Foundation
import Metrics
import Postgres
import StateCopies
import Support
import Synchronization
import Testing

@testable import Jobs
@testable import ResultsSvc

/// No leak against the handlers (access §6.3–6.6): random releases and embargoes of the State and districts, copies that are
/// stale or lost, restored owners, schools that move or are new, late and withdrawn results, students and groups that change.
/// After every step everything that one person sees by every question equals a model of sets that shares no code with it.
///
/// ERS_EMBARGO_MODEL_STEPS sets how many steps (the long run has 100,000), ERS_EMBARGO_MODEL_FROM the batch to go on with: each
/// batch is a database of its own and its number is its seed.
@Suite struct EmbargoModelTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let steps = environment["ERS_EMBARGO_MODEL_STEPS"].flatMap(Int.init) ?? 200
    private static let first = environment["ERS_EMBARGO_MODEL_FROM"].flatMap(Int.init) ?? 0
    private static let stepsOfBatch = 100
    private static let parallel = 2

    @Test(
        "F136 F329 F331 T87 T93: whatever happens, every question of every person shows exactly what the model allows")
    func handlersEqualTheModel() async throws {
        let end = Self.first + (Self.steps + Self.stepsOfBatch - 1) / Self.stepsOfBatch
        try await withThrowingTaskGroup(of: Void.self) { group in
            for share in 0..<Self.parallel {
                group.addTask {
                    for seed in stride(from: Self.first + share, to: end, by: Self.parallel) {
                        if end - Self.first > 10 { print("embargo model: batch \(seed), up to \(end - 1)") }
                        try await Self.run(seed: seed)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func run(seed: Int) async throws {
        try await withTemporaryServer([.results]) { server in
            let run = try await EmbargoModelRun(server, seed: seed)
            do { try await run.go(steps: stepsOfBatch) } catch {
                Issue.record("seed \(seed), step \(run.step): \(error)")
            }
            await run.close()
        }
    }
}

/// What EmbargoSvc holds, as a feed tells it; it can be restored to what it was.
private final class EmbargoOwner: Sendable {
    struct State {
        var epoch = [UInt8](repeating: 1, count: 16)
        var change: Int64 = 0
        var rows: [EmbargoModelRun.Key: (change: Int64, value: Int32)] = [:]
    }
    let state = Mutex(State())

    func set(_ key: EmbargoModelRun.Key, _ value: Int32) {
        state.withLock {
            $0.change += 1
            $0.rows[key] = ($0.change, value)
        }
    }

    func page(_ ask: ChangesRequest) -> (FeedPage, [EmbargoSettingRow]) {
        state.withLock { state in
            let page = FeedPage.with { ($0.epoch, $0.head, $0.through) = (state.epoch, state.change, state.change) }
            let rows = state.rows.filter { $0.value.change > ask.after }.sorted { $0.value.change < $1.value.change }
            return (
                page,
                rows.map { key, row -> EmbargoSettingRow in
                    .with {
                        ($0.change, $0.schoolYear, $0.districtID) = (row.change, key.year, key.organization)
                        ($0.kind, $0.value) = (EmbargoKind(rawValue: key.kind), EmbargoValue(rawValue: row.value))
                    }
                }
            )
        }
    }
}

/// One batch: the handlers over a database, and the model beside them. Used by one task alone.
private final class EmbargoModelRun {
    struct Key: Hashable, Sendable {
        var year: Int32
        /// 0 is the State.
        var organization: Int64
        var kind: Int32
    }
    struct Place: Equatable { var district: Int64; var group: Int64? }
    struct Exam {
        var id: Int64
        var student: Int64
        var school: Int64
        var type: Int16
        var year: Int32
        var isDeleted = false
    }
    struct Person {
        var name: String
        var individual: Scope?
        var group: Scope?
        var preview: Scope?
        var login = ""
    }
    struct Made { var report: Report; var exams: Set<Int64>; var hides: Bool; var year: Int32 }

    // The model -------------------------------------------------------------------------------------------------------

    var schools: [Int64: Place] = [:]
    /// Of student n at n - 1.
    var currentSchools: [Int64?] = []
    var exams: [Exam] = []
    var members: [Int64: (students: Set<Int64>, logins: Set<String>, subjectIsAll: Bool, school: Int64)] = [:]
    /// As the service's copy has them.
    var copied: [Key: Int32] = [:]
    let defaults: [Int32: Bool] = [2024: false, 2026: true]
    /// 2025 is not known to the service: held back.
    static let years: [Int32] = [2024, 2025, 2026]
    static let groups: [Int64: Int64?] = [10: 100, 20: nil, 30: 100]
    static let people: [Person] = [
        Person(name: "site", individual: .with { $0.schoolIDs = [1] }),
        Person(
            name: "lea", individual: .with { $0.districtIDs = [10] }, group: .with { $0.districtIDs = [10] },
            login: "lea"),
        Person(
            name: "demb", individual: .with { $0.districtIDs = [10] }, preview: .with { $0.districtIDs = [10] }),
        Person(
            name: "foreign preview", individual: .with { $0.districtIDs = [10, 20] },
            preview: .with { $0.districtIDs = [20] }),
        Person(
            name: "consortium", individual: .with { $0.districtGroupIDs = [100] },
            preview: .with { $0.districtGroupIDs = [100] }),
        Person(name: "semb", individual: .with { $0.statewide = true }, preview: .with { $0.statewide = true }),
        Person(name: "state", individual: .with { $0.statewide = true }),
        Person(name: "roster", group: .with { $0.schoolIDs = [1, 2] }, login: "roster"),
        Person(
            name: "roster with preview", group: .with { $0.districtIDs = [10] }, preview: .with { $0.statewide = true },
            login: "roster"),
        Person(
            name: "preview of schools is none", individual: .with { $0.schoolIDs = [1, 2] },
            preview: .with { $0.schoolIDs = [1] }),
    ]

    // The service -----------------------------------------------------------------------------------------------------

    let seed: Int
    private(set) var step = 0
    private var random: SeededGenerator
    private let database: Database
    private let readers: Database
    private let clock = HandClock()
    private let owner = EmbargoOwner()
    private let copy: FeedCopy<EmbargoSettingRow>
    private let memberships: Lease
    private let gate: Gate
    private let catalogue = SubjectCatalogue()
    private let pages: ResultsPages
    private let exports: Exports
    private var made: Made?
    private var backup = EmbargoOwner.State()

    init(_ server: TemporaryDatabase, seed: Int) async throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        let database = server.open(connections: 2, settings: ["search_path": "results"])
        let readers = server.open(as: "results_reader", connections: 2, settings: Gate.sessionSettings)
        self.database = database
        self.readers = readers
        let owner = self.owner
        copy = FeedCopy(
            "embargo", database: database, schema: "results", clocks: clock.clocks, metrics: Metrics(service: "test"),
            log: .quiet, fetch: { ask, _ in owner.page(ask) }, apply: EmbargoCopy.apply, clear: EmbargoCopy.clear,
            settle: { _ in })
        memberships = Lease(clocks: clock.clocks)
        gate = Gate(
            database: readers, embargo: copy.lease, memberships: memberships, audit: AuditTrail(schema: "results"))
        pages = ResultsPages(catalogue: catalogue, tokens: PageTokens(secret: Array("test".utf8)))
        let lea = EmbargoModelRun.claims(EmbargoModelRun.people[1])
        let identity = RPCServiceTable(
            "ers.Identity",
            [RPCMethod(IdentityMethods.actFor) { (_: ActForRequest, _) in ActingToken.with { $0.claims = lea } }])
        exports = Exports(
            database: database, gate: gate, reading: gate, identity: IdentityClient(DirectChannel([identity])),
            workers: 1, holder: "test", clocks: clock.clocks, metrics: Metrics(service: "test"), log: .quiet)
        try await fill()
    }

    func close() async {
        await database.close()
        await readers.close()
    }

    private func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &random)] }
    private func number(_ range: ClosedRange<Int64>) -> Int64 { .random(in: range, using: &random) }

    private func run(_ statements: [SQL]) async throws {
        try await database.transaction(.test()) { session in for one in statements { try session.run(one) } }
    }

    private func fill() async throws {
        for id in Int64(1)...6 { schools[id] = place(pick([10, 20, 30])) }
        schools[1] = place(10)
        currentSchools = (0..<20).map { _ -> Int64? in Int.random(in: 0..<6, using: &random) == 0 ? nil : number(1...6)
        }
        try await database.transaction(.test()) { session in
            try session.script(
                """
                INSERT INTO district VALUES (10, 'd10', 'D10', 100), (20, 'd20', 'D20', NULL), (30, 'd30', 'D30', 100);
                INSERT INTO school_year VALUES (2024, false), (2026, true);
                INSERT INTO setting VALUES ('transferAccess', 'on');
                INSERT INTO subject (id, code, name, import_id, change) VALUES (1, 'ELA', 'ELA', 1, 1), (2, 'Math', 'Math', 1, 2);
                INSERT INTO subject_type SELECT s, t, 'n', 'n', false, false, false FROM generate_series(1, 2) s, generate_series(1, 3) t;
                INSERT INTO subject_scoring SELECT s, t, 0, 'Overall', 2000, 3000, 3 FROM generate_series(1, 2) s, generate_series(1, 3) t;
                INSERT INTO subject_level SELECT s, t, 0, l, 'L' || l, 'L', NULL, 'blue' FROM generate_series(1, 2) s, generate_series(1, 3) t, generate_series(1, 4) l;
                INSERT INTO assessment (id, natural_id, name, label, subject_id, type, grade, school_year, level_lows, level_highs, import_id, change)
                SELECT (y - 2024) * 10 + t, 'A' || y || t, 'A', 'A' || y || t, 1, t, '03', y, '{2000}', '{3000}', 1, (y - 2024) * 10 + t
                  FROM generate_series(2024, 2026) y, generate_series(1, 3) t;
                """)
        }
        try await run(schools.keys.sorted().map(schoolRow))
        try await run(
            currentSchools.enumerated().map { place, school in
                "INSERT INTO student (id, ssid, last_name, first_name, school_id, change) VALUES (\(Int64(place + 1)), \("S\(place + 1)"), 'L', 'F', \(school), \(Int64(place + 1)))"
            })
        for _ in 0..<150 { try await addExam() }
        for group in Int64(1)...3 { try await changeGroup(group) }
    }

    private func place(_ district: Int64) -> Place { Place(district: district, group: Self.groups[district] ?? nil) }

    private func schoolRow(_ id: Int64) -> SQL {
        let place = schools[id] ?? Place(district: 10, group: 100)
        return """
            INSERT INTO school (id, natural_id, name, district_id, district_group_id) VALUES
            (\(id), \("s\(id)"), \("School \(id)"), \(place.district), \(place.group))
            ON CONFLICT (id) DO UPDATE SET district_id = excluded.district_id, district_group_id = excluded.district_group_id
            """
    }

    /// Each was completed at a moment of its own.
    private static func completed(_ exam: Int64) -> Int64 { 1_700_000_000_000_000 + exam * 60_000_000 }

    private func addExam() async throws {
        let exam = Exam(
            id: Int64(exams.count + 1), student: number(1...20), school: pick(schools.keys.sorted()),
            type: Int16.random(in: 1...3, using: &random), year: pick(Self.years))
        exams.append(exam)
        try await run([
            """
            INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id, status,
                              completed_at, enrolled_grade, scale_score_milli, standard_error_milli, level, content_hash,
                              created_import_id, import_id, change)
            VALUES (\(exam.id), \(exam.year), \((exam.year - 2024) * 10 + Int32(exam.type)), \("o\(exam.id)"), 1, \(exam.type),
                    \(exam.student), \(exam.school), 1, \(Timestamp(microseconds: Self.completed(exam.id))), '03', 2400000, 10000, 2,
                    0, 1, 1, \(exam.id))
            """
        ])
    }

    private func changeGroup(_ id: Int64) async throws {
        let students = Set((0..<Int.random(in: 1..<8, using: &random)).map { _ in number(1...20) })
        let logins = Set(["roster", "lea"].filter { _ in Bool.random(using: &random) })
        let (isAll, school) = (Bool.random(using: &random), number(1...6))
        members[id] = (students, logins, isAll, school)
        let row = MembershipRow.with {
            ($0.groupID, $0.name, $0.schoolID, $0.schoolYear) = (id, "G\(id)", school, 2026)
            // Nobody has exams in Math: such a group opens nothing.
            ($0.subjectID, $0.studentIDs, $0.logins) = (isAll ? 0 : 2, students.sorted(), logins.sorted())
        }
        try await database.transaction(.test()) { try MembershipCopy.apply($0, [row]) }
    }

    // Steps -----------------------------------------------------------------------------------------------------------

    func go(steps: Int) async throws {
        try await pull()
        while step < steps {
            step += 1
            try await change()
            // Sometimes nothing is heard of it: then the copy is what it was, or nobody may rely on it.
            if Int.random(in: 0..<3, using: &random) > 0 { try await pull() }
            if Int.random(in: 0..<3, using: &random) > 0 { memberships.confirm(sentAt: clock.clocks.monotonic()) }
            try await look(pick(Self.people))
        }
    }

    private func pull() async throws {
        try await copy.pull(.test())
        copied = owner.state.withLock { $0.rows.mapValues(\.value) }
    }

    private func change() async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45:
            owner.set(
                Key(year: pick(Self.years), organization: pick([0, 0, 10, 10, 20, 30]), kind: pick([1, 1, 1, 2])),
                pick([1, 2]))
        case 45..<60: clock.advance(.milliseconds(pick([500, 1_500, 2_500])))
        case 60..<70:
            let school = pick(schools.keys.sorted())
            schools[school] = place(pick([10, 20, 30]))
            try await run([schoolRow(school)])
        case 70..<73:
            guard schools.count < 12 else { return }
            let school = Int64(schools.count + 1)
            schools[school] = place(pick([10, 20, 30]))
            try await run([schoolRow(school)])
        case 73..<81: try await addExam()
        case 81..<86:
            let place = Int.random(in: 0..<exams.count, using: &random)
            exams[place].isDeleted.toggle()
            try await run(["UPDATE exam SET deleted = \(exams[place].isDeleted) WHERE id = \(exams[place].id)"])
        case 86..<90:
            let student = number(1...20)
            let school: Int64? = Bool.random(using: &random) ? pick(schools.keys.sorted()) : nil
            currentSchools[Int(student) - 1] = school
            try await run(["UPDATE student SET school_id = \(school) WHERE id = \(student)"])
        case 90..<94: try await changeGroup(number(1...3))
        case 94..<97:
            // The owner is put back to what it was; its numbers may be anywhere.
            var restored = backup
            restored.epoch = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
            restored.change = max(restored.change, pick([restored.change, restored.change + 50]))
            let state = restored
            owner.state.withLock { $0 = state }
        default:
            backup = owner.state.withLock { $0 }
            try await export()
        }
    }

    /// A District / School Export of D10, kept until the next one.
    private func export() async throws {
        let (hides, year) = (Bool.random(using: &random), pick(Self.years))
        var call = Self.call(Self.people[1])
        call.idempotencyKey = "\(step)"
        let known = Set(schools.keys)
        guard defaults[year] != nil else { return }
        let report = try await exports.create(
            .with { ($0.name, $0.schoolYear, $0.hideTransfers, $0.districtIDs) = ("E", year, hides, [10]) }, call)
        while try await exports.jobs.runNext(as: "test") {}
        let now = try await exports.reports.getReport(.with { $0.id = report.id }, call)
        expect((now.status == "RUNNING") == !isFresh, "an export waits exactly while nobody knows what is released")
        guard now.status == "COMPLETED" || now.status == "NO_RESULTS" else {
            _ = try await exports.reports.deleteReport(.with { $0.id = report.id }, call)
            return
        }
        let inDistrict = known.filter { schools[$0]?.district == 10 }
        let found = visible(to: Self.people[1], leavesTheScreen: true, hides: hides).filter { exam in
            exam.year == year
                && (inDistrict.contains(exam.school)
                    || (!hides && currentSchools[Int(exam.student) - 1].map(inDistrict.contains) == true))
        }
        expect(now.rows == Int64(found.count), "an export has \(now.rows) rows instead of \(found.count)")
        made =
            now.status == "COMPLETED" ? Made(report: now, exams: Set(found.map(\.id)), hides: hides, year: year) : nil
    }

    // What may be seen ------------------------------------------------------------------------------------------------

    private var isFresh: Bool { copy.lease.isHeld }

    private func covers(_ scope: Scope?, _ school: Int64) -> Bool {
        guard let scope, let place = schools[school] else { return false }
        return scope.statewide || scope.schoolIDs.contains(school) || scope.districtIDs.contains(place.district)
            || place.group.map { scope.districtGroupIDs.contains($0) } == true
    }

    private func isReleased(_ year: Int32, _ district: Int64) -> Bool {
        let values = [0, district].compactMap { copied[Key(year: year, organization: $0, kind: 1)] }
        if values.contains(2) { return true }
        return values.isEmpty && defaults[year] == false
    }

    private func looksThrough(_ scope: Scope?, _ school: Int64) -> Bool {
        guard let scope, let place = schools[school] else { return false }
        return scope.statewide || scope.districtIDs.contains(place.district)
            || place.group.map { scope.districtGroupIDs.contains($0) } == true
    }

    private func isHeldBack(_ exam: Exam) -> Bool {
        exam.type == 3 && !isReleased(exam.year, schools[exam.school]?.district ?? 0)
    }

    func visible(to person: Person, leavesTheScreen: Bool = false, hides: Bool = false) -> [Exam] {
        exams.filter { exam in
            func reaches(_ scope: Scope?) -> Bool {
                covers(scope, exam.school)
                    || (!hides && currentSchools[Int(exam.student) - 1].map { covers(scope, $0) } == true)
            }
            let inGroup = members.values.contains {
                $0.logins.contains(person.login) && $0.students.contains(exam.student) && $0.subjectIsAll
            }
            guard !exam.isDeleted,
                reaches(person.individual) || (memberships.isHeld && inGroup && reaches(person.group))
            else { return false }
            if exam.type != 3 { return true }
            if !isFresh { return false }
            return !isHeldBack(exam) || (!leavesTheScreen && looksThrough(person.preview, exam.school))
        }
    }

    // Looks -----------------------------------------------------------------------------------------------------------

    static func claims(_ person: Person) -> CallerClaims {
        .with {
            ($0.userID, $0.login, $0.groupLogin, $0.role, $0.sessionID) = (9, person.login, person.login, "tester", [1])
            $0.permissions = [
                (Permission.individualPIIRead, person.individual), (.groupPIIRead, person.group),
                (.embargoRead, person.preview),
            ].compactMap { permission, scope in
                scope.map { scope in .with { ($0.permission, $0.scope) = (permission.rawValue, scope) } }
            }
        }
    }

    static func call(_ person: Person) -> Call { .test(claims(person)) }

    private func expect(_ isRight: Bool, _ what: @autoclosure () -> String) {
        if !isRight { Issue.record("seed \(seed), step \(step): \(what())") }
    }

    /// Nil when it was refused as something that is not there or not known at the moment.
    private func ask<T>(_ body: () async throws -> T) async throws -> T? {
        do { return try await body() } catch let fault as Fault where [.notFound, .unavailable].contains(fault.code) {
            return nil
        }
    }

    private func look(_ person: Person) async throws {
        let call = Self.call(person)
        let seen = visible(to: person)
        try await lookAtStudent(number(1...20), person, call, seen)
        try await lookAtSchool(pick(schools.keys.sorted()), person, call, seen)
        try await lookAtGroup(number(1...3), person, call, seen)
        if person.name == "lea" { try await lookAtExport(person, call) }
    }

    private func lookAtStudent(_ student: Int64, _ person: Person, _ call: Call, _ seen: [Exam]) async throws {
        let expected = Set(seen.filter { $0.student == student }.map(\.id))
        let (gate, catalogue) = (gate, catalogue)
        let found = try await ask { try await FindStudent(gate: gate)(.with { $0.ssid = "S\(student)" }, call) }
        expect((found != nil) == !expected.isEmpty, "\(person.name) finds student \(student): \(found != nil)")
        let history = try await ask {
            try await GetStudentHistory(gate: gate, catalogue: catalogue)(.with { $0.studentID = student }, call)
        }
        let shown = Set((history?.exams ?? []).map(\.id))
        expect(shown == expected, "\(person.name) sees of student \(student) \(shown.symmetricDifference(expected))")
        guard let history else { return }
        expect((history.notice == .withheld) == !isFresh, "\(person.name): withheld")
        expect(history.types.contains("sum") == seen.contains { $0.student == student && $0.type == 3 }, "selectors")
        for exam in history.exams {
            guard let known = exams.first(where: { $0.id == exam.id }) else { continue }
            expect(exam.embargoed == isHeldBack(known), "\(person.name): exam \(exam.id) is marked \(exam.embargoed)")
        }
        let file = try await ask {
            try await ExportExams(gate: gate, pages: pages)(
                .with { $0.student = .with { $0.studentID = student } }, call)
        }
        let leaving = Set(visible(to: person, leavesTheScreen: true).filter { $0.student == student }.map(\.id))
        expect(Set((file?.exams ?? []).compactMap(\.exam?.id)) == leaving, "\(person.name): file of student \(student)")
    }

    private func lookAtSchool(_ school: Int64, _ person: Person, _ call: Call, _ seen: [Exam]) async throws {
        guard person.individual != nil else { return }
        let (gate, catalogue, pages, year) = (gate, catalogue, pages, pick(Self.years))
        let isMine = covers(person.individual, school)
        let grades = try await ask { try await ListGrades(gate: gate)(.with { $0.schoolID = school }, call) }
        expect((grades != nil) == isMine, "\(person.name): school \(school) is \(grades != nil)")
        guard isMine, let grades else { return }
        let here = seen.filter { $0.school == school }
        expect(grades.grades.isEmpty == here.isEmpty, "\(person.name): grades of school \(school)")
        expect((grades.notice == .withheld) == !isFresh, "\(person.name): withheld")

        let inYear = here.filter { $0.year == year }
        let list = try await ListSchoolAssessments(gate: gate, catalogue: catalogue)(
            .with { ($0.schoolID, $0.grade, $0.schoolYear) = (school, "03", year) }, call)
        let offered = Set(inYear.map { Int64($0.year - 2024) * 10 + Int64($0.type) })
        expect(Set(list.assessments.map(\.id)) == offered, "\(person.name): pickers of school \(school)")
        let latest = inYear.max { $0.id < $1.id }.map { Int64($0.year - 2024) * 10 + Int64($0.type) } ?? 0
        expect(list.mostRecentID == latest, "\(person.name): most recent of school \(school)")

        let all = (1...3).map { Int64(year - 2024) * 10 + $0 }
        let ask = GetSchoolResultsRequest.with {
            ($0.schoolID, $0.grade, $0.schoolYear, $0.assessmentIDs) = (school, "03", year, all)
        }
        let onPage = seen.filter {
            $0.year == year && ($0.school == school || currentSchools[Int($0.student) - 1] == school)
        }
        let page = try await GetSchoolResults(gate: gate, pages: pages)(ask, call)
        check(page, has: onPage, person, "school \(school)")
        var recent = ask
        recent.assessmentIDs = []
        let newest = try await GetSchoolResults(gate: gate, pages: pages)(recent, call)
        expect(
            newest.results.compactMap(\.assessment?.id) == (latest == 0 ? [] : [latest]), "\(person.name): first view")
        let file = try await ExportExams(gate: gate, pages: pages)(.with { $0.school = ask }, call)
        let leaving = visible(to: person, leavesTheScreen: true).filter {
            $0.year == year && ($0.school == school || currentSchools[Int($0.student) - 1] == school)
        }
        expect(
            Set(file.exams.compactMap(\.exam?.id)) == Set(leaving.map(\.id)), "\(person.name): file of school \(school)"
        )
        let hidden = try await GetSchoolResults(gate: gate, pages: pages)(
            .with {
                ($0.schoolID, $0.grade, $0.schoolYear, $0.assessmentIDs, $0.hideTransfers) = (
                    school, "03", year, all, true
                )
            }, call)
        let stayed = visible(to: person, hides: true).filter { $0.year == year && $0.school == school }
        check(hidden, has: stayed, person, "school \(school) without transfers")
    }

    private func check(_ page: AssessmentResultsList, has expected: [Exam], _ person: Person, _ place: String) {
        let shown = Set(page.results.flatMap { $0.exams.map(\.id) })
        expect(
            shown == Set(expected.map(\.id)),
            "\(person.name): \(place) differs in \(shown.symmetricDifference(expected.map(\.id)))")
        expect(page.results.reduce(0) { $0 + Int($1.examCount) } == expected.count, "\(person.name): count of \(place)")
        expect(
            page.results.reduce(0) { $0 + Int($1.overall?.results ?? 0) } == expected.count,
            "\(person.name): statistics of \(place)")
        expect(
            page.results.reduce(0) { $0 + Int($1.embargoedCount) } == expected.count { isHeldBack($0) },
            "\(person.name): what may not leave of \(place)")
        expect((page.notice == .withheld) == !isFresh, "\(person.name): withheld")
    }

    private func lookAtGroup(_ id: Int64, _ person: Person, _ call: Call, _ seen: [Exam]) async throws {
        guard person.group != nil, let group = members[id] else { return }
        let (gate, catalogue, pages, year) = (gate, catalogue, pages, pick(Self.years))
        let isMine = memberships.isHeld && group.logins.contains(person.login) && covers(person.group, group.school)
        let mine = seen.filter { group.subjectIsAll && group.students.contains($0.student) }
        let inYear = mine.filter { $0.year == year }
        let list = try await ask {
            try await ListGroupAssessments(gate: gate, catalogue: catalogue)(
                .with { ($0.groupID, $0.schoolYear) = (id, year) }, call)
        }
        expect((list != nil) == isMine, "\(person.name): group \(id) is \(list != nil)")
        guard isMine, let list else { return }
        let offered = Set(inYear.map { Int64($0.year - 2024) * 10 + Int64($0.type) })
        expect(Set(list.assessments.map(\.id)) == offered, "\(person.name): pickers of group \(id)")
        let newest = try await ListGroupAssessments(gate: gate, catalogue: catalogue)(.with { $0.groupID = id }, call)
        expect(newest.schoolYear == mine.max { $0.id < $1.id }?.year ?? 0, "\(person.name): newest year of group \(id)")
        let ask = GetGroupResultsRequest.with {
            ($0.groupID, $0.schoolYear) = (id, year)
            $0.assessmentIDs = (1...3).map { Int64(year - 2024) * 10 + $0 }
        }
        check(try await GetGroupResults(gate: gate, pages: pages)(ask, call), has: inYear, person, "group \(id)")
        let file = try await ExportExams(gate: gate, pages: pages)(.with { $0.group = ask }, call)
        let leaving = visible(to: person, leavesTheScreen: true).filter {
            group.subjectIsAll && group.students.contains($0.student) && $0.year == year
        }
        expect(Set(file.exams.compactMap(\.exam?.id)) == Set(leaving.map(\.id)), "\(person.name): file of group \(id)")
        let dashboard = try await GetGroupDashboard(gate: gate, catalogue: catalogue)(
            .with { ($0.groupID, $0.schoolYear) = (id, year) }, call)
        let tested = Set(inYear.filter { $0.type == 2 }.map(\.student)).count
        expect(dashboard.cards.reduce(0) { $0 + Int($1.tested) } == tested, "\(person.name): dashboard of group \(id)")
    }

    private func lookAtExport(_ person: Person, _ call: Call) async throws {
        guard let made else { return }
        let holdsSummatives = exams.contains { made.exams.contains($0.id) && $0.type == 3 }
        let (reports, id) = (exports.reports, made.report.id)
        let part = try await ask { try await reports.readReport(.with { $0.id = id }, call) }
        expect(
            (part != nil) == (isFresh || !holdsSummatives), "a file leaves exactly while it is known what is released")
        guard let part else { return }
        let times = Set(
            String(decoding: part.bytes, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
                line.split(separator: ",", omittingEmptySubsequences: false).dropFirst(8).first.map(String.init)
            })
        let leaving = visible(to: person, leavesTheScreen: true, hides: made.hides).filter {
            made.exams.contains($0.id)
        }
        let expected = Set(leaving.map { "\"\(Moment(microseconds: Self.completed($0.id)))\"" })
        expect(times == expected, "the file of the export has \(times.count) results instead of \(expected.count)")
    }
}
