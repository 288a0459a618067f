import Access
import Clocks
import Contracts
import Feed
import Foundation
import Logging
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@testable import AggregateSvc
@testable import Jobs

/// AggregateSvc's parts over a database of their own, with the schools and results of aggregates §9.1 and a clock moved by
/// hand. Rows come in as the feeds bring them.
struct World: Sendable {
    let database: Database
    let clock = HandClock()
    let lease: Lease
    let parts: AggregateParts
    private(set) var segments: Segments
    /// What Identity says of a person now; nobody: no rights any more.
    let rights: Rights

    final class Rights: Sendable {
        private let people = Mutex<[Int64: CallerClaims]>([:])
        subscript(user: Int64) -> CallerClaims? {
            get { people.withLock { $0[user] } }
            set { people.withLock { $0[user] = newValue } }
        }
    }

    /// The column engine with its upkeep, over a folder of its own.
    struct Segments: Sendable {
        let folder: String
        let metrics = Metrics(service: "test")
        let store: ColumnStore
        let engine: ColumnEngine
        let upkeep: SegmentUpkeep

        init(_ folder: String, _ database: Database, _ clocks: Clocks) throws {
            self.folder = folder
            store = ColumnStore(try SegmentFolder(folder), metrics: metrics)
            engine = ColumnEngine(store: store, threads: ScanThreads(helpers: 2), metrics: metrics)
            upkeep = SegmentUpkeep(store, database: database, clocks: clocks, log: .quiet)
        }

        /// A number of the metrics, such as `aggregate_segments{service="test",state="ready"}`.
        func metric(_ name: String) -> Int? {
            metrics.render().split(separator: "\n").first { $0.hasPrefix("\(name) ") }
                .flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }
        }
    }

    static let (d1, d2): (Int64, Int64) = (11, 12)
    static let (s1, s2, s3): (Int64, Int64, Int64) = (101, 102, 103)
    static let assessment: Int64 = 203

    static func with(
        rowLimit: Int = 2_000_000, _ body: @Sendable (World) async throws -> Void
    ) async throws {
        try await withTemporaryServer([.aggregate]) { temporary in
            let database = temporary.open(as: "aggregate", connections: 3)
            let folder = FileManager.default.temporaryDirectory.appending(path: "segments-\(UUID())").path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let world = try World(database, folder, rowLimit: rowLimit)
            do {
                try await world.insertState()
                try await body(world)
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    private init(_ database: Database, _ folder: String, rowLimit: Int) throws {
        self.database = database
        lease = Lease(clocks: clock.clocks)
        let rights = Rights()
        self.rights = rights
        let identity = RPCServiceTable(
            "ers.Identity",
            [
                RPCMethod(IdentityMethods.actFor) { (ask: ActForRequest, _) in
                    guard let claims = rights[ask.userID] else { throw Fault(.forbidden, "no rights") }
                    return ActingToken.with { $0.claims = claims }
                }
            ])
        segments = try Segments(folder, database, clock.clocks)
        parts = try AggregateParts(
            database: database, facts: database, engine: .column(segments.engine),
            identity: IdentityClient(DirectChannel([identity])), embargo: lease, rowLimit: rowLimit, workers: 1,
            holder: "test", clocks: clock.clocks, metrics: Metrics(service: "test"), log: .quiet)
        holdLease()
    }

    /// As a new process finds them, or after their folder was lost. Reports go on with the old one.
    mutating func restartSegments(empty: Bool = false) throws {
        let folder = segments.folder
        // Like a killed process: nothing is written any more, and the lock is gone.
        segments.store.folder.unlock()
        if empty { try FileManager.default.removeItem(atPath: folder) }
        segments = try Segments(folder, database, clock.clocks)
    }

    func holdLease() { lease.confirm(sentAt: clock.clocks.monotonic()) }

    private func insertState() async throws {
        try await database.transaction(.test()) { session in
            try session.run(
                """
                INSERT INTO district (id, natural_id, name) VALUES (\(Self.d1), '01611190000000', 'Alder Unified'),
                                                                  (\(Self.d2), '01611270000000', 'Birch Unified')
                """)
            try session.run(
                """
                INSERT INTO school (id, natural_id, name, district_id)
                VALUES (\(Self.s1), '01611190000001', 'First', \(Self.d1)), (\(Self.s2), '01611190000002', 'Second', \(Self.d1)),
                       (\(Self.s3), '01611270000003', 'Third', \(Self.d2))
                """)
            try session.run(
                "INSERT INTO school_year (year, embargoed_by_default) SELECT y, false FROM generate_series(2015, 2022) y"
            )
            try session.run("INSERT INTO setting (key, value) VALUES ('state.name', 'California')")
            try DefinitionCopy.subjects(session, [Self.subject(1, "ELA"), Self.subject(2, "Math")])
            try DefinitionCopy.assessments(
                session, [Self.assessmentRow(Self.assessment, "Grade 3 ELA", grade: "03", year: 2022)])
        }
    }

    static func subject(_ id: Int64, _ code: String) -> SubjectChange {
        let overall = ScoreDefinition.with {
            $0.name = "Overall"
            $0.standardCutoff = 3
            $0.levels = zip(Int32(1)..., ["Did Not Meet", "Nearly Met", "Met", "Exceeded"]).map { level, name in
                .with {
                    $0.level = level
                    $0.name = "\(name) Standard"
                    $0.shortName = name
                    $0.suffix = "Standard"
                }
            }
        }
        let claim = ScoreDefinition.with {
            $0.name = "Claim"
            $0.levels = zip(Int32(1)..., ["Below", "Near", "Above"]).map { level, name in
                .with {
                    $0.level = level
                    $0.name = "\(name) Standard"
                    $0.shortName = name
                    $0.suffix = "Standard"
                }
            }
        }
        return .with {
            $0.change = id
            $0.targets = targets(of: id)
            $0.subject = .with {
                $0.id = id
                $0.code = code
                $0.name = code
                $0.types = ["sum", "ica", "iab"].map { type in
                    .with {
                        $0.code = type
                        $0.overall = overall
                        if type != "iab" { $0.claim = claim }
                        $0.targetReport = type == "sum" && code != "ELPAC"
                    }
                }
                $0.claims = claims(of: code)
            }
        }
    }

    /// In display order; results have them in another one. Codes repeat across subjects (T21).
    static func claims(of subject: String) -> [ScoreCode] {
        let all: [(code: String, name: String, position: Int32)] =
            subject == "ELA"
            ? [("SOCK_R", "Reading", 0), ("1", "Writing", 3), ("SOCK_LS", "Listening", 1), ("4-CR", "Research", 2)]
            : [("1", "Concepts", 0), ("SOCK_2", "Problems", 1), ("3", "Reasoning", 2)]
        return zip(Int32(1)..., all).map { order, claim in
            .with {
                $0.code = claim.code
                $0.name = claim.name
                $0.displayOrder = order
                $0.position = claim.position
            }
        }
    }

    /// Of ELA 21 that are reported, and one of a claim that is not; of Math two, and one. In no order.
    static func targets(of subject: Int64) -> [TargetDefinition] {
        let claims: [(claim: String, name: String, codes: [String])] =
            subject == 1
            ? [
                ("4-CR", "Research", ["3", "2", "4"]), ("3-L", "Listening", ["4"]), ("NA", "NA", ["1"]),
                ("2-W", "Writing", ["1", "10", "9"]), ("1-IT", "Reading", (8...14).map(String.init)),
                ("1-LT", "Reading", (1...7).map(String.init)),
            ] : subject == 2 ? [("1", "Concepts", ["OA|A", "OA|B"]), ("2", "Problems", ["OA|A"])] : []
        let all = claims.flatMap { claim in claim.codes.map { (claim.claim, claim.name, $0) } }
        return zip(Int32(1_000 * subject)..., all).map { id, target in
            .with {
                $0.id = id
                $0.claim = target.0
                $0.claimName = target.1
                $0.code = "\(target.2)-3"
                $0.name = String(target.2.split(separator: "|").last ?? "")
            }
        }
    }

    static func target(_ claim: String, _ name: String) -> Int32 {
        targets(of: 1).first { $0.claim == claim && $0.name == name }?.id ?? 0
    }

    static func assessmentRow(
        _ id: Int64, _ label: String, type: String = "sum", grade: String, year: Int32, subject: Int64 = 1
    ) -> AssessmentChange {
        .with {
            $0.change = id
            $0.subjectID = subject
            $0.targetIDs = type == "sum" ? targets(of: subject).map(\.id) : []
            $0.assessment = .with {
                $0.id = id
                $0.naturalID = "A-\(id)"
                $0.label = label
                $0.grade = grade
                $0.type = type
                $0.schoolYear = year
            }
        }
    }

    func apply(_ exams: [ExamChange]) async throws {
        try await database.transaction(.test()) { try FactCopy.apply($0, exams) }
    }

    func apply(_ students: [StudentChange]) async throws {
        try await database.transaction(.test()) { try StudentCopy.apply($0, students) }
    }

    func run(_ sql: SQL) async throws { try await database.transaction(.test()) { _ = try $0.run(sql) } }

    // MARK: - People

    static func caller(
        _ user: Int64, aggregate: Scope? = .with { $0.statewide = true }, embargo: Scope? = nil
    ) -> CallerClaims {
        .with {
            $0.userID = user
            $0.login = "user#\(user)"
            $0.role = "Tester"
            $0.sessionID = [UInt8(truncatingIfNeeded: user)]
            $0.permissions = [(Permission.customAggregateRead, aggregate), (.embargoRead, embargo)].compactMap {
                name, scope in
                scope.map { scope in
                    .with {
                        $0.permission = name.rawValue
                        $0.scope = scope
                    }
                }
            }
        }
    }

    static let state = caller(1)
    static func district(_ id: Int64) -> Scope { .with { $0.districtIDs = [id] } }
    static func school(_ id: Int64) -> Scope { .with { $0.schoolIDs = [id] } }

    // MARK: - Reports

    /// A yearly report on the summative results of grade 3 ELA in 2022.
    static func query(_ change: (inout AggregateQuery) -> Void = { _ in }) -> AggregateQuery {
        .with {
            $0.type = "CustomAggregate"
            $0.assessmentType = "sum"
            $0.subjects = ["ELA"]
            $0.grades = ["03"]
            $0.schoolYears = [2022]
            $0.includeState = true
            $0.completenesses = ["Complete"]
            $0.conditions = ["Valid"]
            change(&$0)
        }
    }

    static func filter(_ fields: [(String, [String])]) -> StudentFilter {
        .with {
            $0.fields = fields.map { field, codes in
                .with {
                    $0.field = field
                    $0.codes = codes
                }
            }
        }
    }

    static let ethnicities: [String: String] = [
        "Hispanic": "HispanicOrLatinoEthnicity", "Asian": "Asian", "Black": "BlackOrAfricanAmerican", "White": "White",
        "TwoOrMore": "DemographicRaceTwoOrMoreRaces", "Filipino": "Filipino",
    ]

    func call(_ caller: CallerClaims, key: String = "") -> Call {
        var call = Call.test(caller)
        call.idempotencyKey = key.isEmpty ? "\(UInt64.random(in: 0...UInt64.max))" : key
        return call
    }

    /// Asks for a report and lets the job make it.
    func make(_ query: AggregateQuery, for caller: CallerClaims = state) async throws -> Report {
        rights[caller.userID] = caller
        let report = try await parts.server.createReport(query, call(caller))
        // So that segments are what answers; SQL must say the same.
        try await segments.upkeep.round()
        let found = try await answers(query, for: caller)
        #expect(Set(found.column) == Set(found.sql))
        while try await parts.jobs.runNext(as: "test") {}
        return try await parts.reports.getReport(.with { $0.id = report.id }, call(caller))
    }

    /// What both engines say, every row as a line.
    func answers(
        _ query: AggregateQuery, for caller: CallerClaims = state
    ) async throws -> (column: [String], sql: [String]) {
        let engine = segments.engine
        return try await database.read(.test()) { session in
            let accepted = try QueryJudge(texts: try .init(), rowLimit: 1_000_000).judge(query, for: caller, session)
            let selection = try ReportOrganizations(accepted.query).selection(session)
            if accepted.query.type == "Target" {
                let plan = accepted.targetPlan(selection)
                let byColumns = try ReportEngine.column(engine).targets(plan, session)
                let bySQL = try ReportEngine.sql(SQLEngine()).targets(plan, session)
                return (ModelWorld.lines(byColumns, accepted), ModelWorld.lines(bySQL, accepted))
            }
            let parts = accepted.parts(selection)
            let stop = ScanStop(after: .seconds(600), .system)
            let byColumns = try engine.rows(parts.map(\.plan), session, until: stop)
            let bySQL = try ReportEngine.sql(SQLEngine()).rows(parts.map(\.plan), session, until: stop)
            func lines(_ rows: [PlanRows]) -> [String] {
                zip(parts, rows).flatMap { part, rows in
                    ModelWorld.lines(rows.flatMap(\.unpacked), accepted, part.meaning)
                }
            }
            return (lines(byColumns), lines(bySQL))
        }
    }

    /// All rows of a report, as `Organization · slice: n average±error [levels]`; `-` for what is not there.
    func rows(
        _ report: Report, for caller: CallerClaims = state, subject: String = "ELA", hideEmpty: Bool = false,
        pages: Int32 = 3
    ) async throws -> [String] {
        let view = try await parts.server.getReportView(.with { $0.id = report.id }, call(caller))
        var lines: [String] = []
        var token = ""
        repeat {
            let page = try await parts.server.readReportRows(
                .with {
                    $0.id = report.id
                    $0.subject = subject
                    $0.hideEmpty = hideEmpty
                    $0.limit = pages
                    $0.pageToken = token
                }, call(caller))
            lines += page.rows.map { Self.line($0, view.slices[Int($0.slice)]) }
            token = page.nextPageToken
        } while !token.isEmpty
        return lines
    }

    static func line(_ row: ReportRow, _ slice: ReportSlice) -> String {
        let name = [slice.dimension, slice.code].filter { !$0.isEmpty }.joined(separator: " ")
        let place = "\(row.organization?.name ?? "?") · \(name)"
        if row.notReleased { return "\(place): not released" }
        guard row.students > 0 else { return "\(place): 0" }
        let error = row.standardError.map { "±\($0)" } ?? ""
        let levels = row.levelCounts.map(String.init).joined(separator: " ")
        return "\(place): \(row.students) \(row.average ?? 0)\(error) [\(levels)]"
    }

    /// The one row of an organization and slice.
    func row(_ report: Report, _ place: String, for caller: CallerClaims = state) async throws -> String? {
        try await rows(report, for: caller).first { $0.hasPrefix("\(place): ") }.map {
            String($0.dropFirst(place.count + 2))
        }
    }
}

extension PackedRows {
    /// Every row with its exact sums.
    var unpacked: [PlanRow] {
        blocks.indices.flatMap { block in
            var rows: [PlanRow] = []
            let isWhole = PackedRows.read(bytes(of: block), rows: blocks[block].rows, levels: levels, coding) {
                rows.append(
                    PlanRow(place: blocks[block].place, assessment: key.assessment, year: key.year, slice: $0, sums: $1)
                )
            }
            #expect(isWhole && blocks[block].slices == rows.reduce(0) { $0 | 1 << UInt128($1.slice) })
            return rows
        }
    }
}

/// The results of aggregates §9.1.
enum DataSetA {
    /// Result, student, school, day of 2022, completeness, condition, score, sex, ethnicities, ELAS, language, migrant.
    static let table = """
        R1 1 101 05-02 Complete Valid 2350 Female Hispanic,White EL spa no
        R2 2 101 05-02 Complete Valid 2440 Male Hispanic RFEP spa no
        R3 3 101 05-02 Complete Valid 2510 Female White EO eng no
        R4 4 101 05-02 Complete Valid 2470 Male Asian IFEP vie no
        R5 5 101 05-02 Complete Valid 2390 Female Black,White,TwoOrMore EO eng no
        R6 6 102 05-03 Complete Valid 2310 Male Hispanic EL spa yes
        R7 7 102 05-03 Complete Valid 2432 Female White EO eng undefined
        R8 8 102 05-03 Complete Valid 2431 Male Filipino EO eng no
        R9 9 103 05-04 Complete Valid 2360 Female Hispanic EL spa yes
        R10 10 103 05-04 Complete Valid 2495 Male White EO eng no
        R11 11 103 05-04 Complete Valid 2400 Female - TBD vie no
        R12 12 103 05-04 Partial Valid 2366 Male Hispanic EL spa no
        R13 13 101 05-02 Complete IN 2600 Male White EO eng no
        R14 2 102 04-10 Complete Valid 2380 Male Hispanic RFEP spa no
        R15 14 102 05-03 Partial Valid - Female White EO eng no
        """

    /// Reading, Writing, Listening and Research; 0 is none.
    static let claims: [String: [Int32]] = [
        "R1": [1, 2, 1, 1], "R2": [2, 2, 3, 2], "R3": [3, 3, 3, 3], "R4": [2, 3, 2, 2], "R5": [2, 2, 1, 2],
        "R6": [1, 1, 1, 1], "R7": [2, 2, 2, 3], "R8": [2, 1, 2, 2], "R9": [1, 2, 1, 2], "R10": [3, 3, 3, 2],
        "R11": [2, 2, 2, 0], "R12": [1, 1, 0, 1], "R13": [3, 3, 3, 3], "R14": [1, 2, 2, 2],
    ]

    static let cuts = [2_367, 2_432, 2_490]

    static var students: [StudentChange] {
        var seen: Set<Int64> = []
        return table.split(separator: "\n").compactMap { line in
            let word = line.split(separator: " ").map(String.init)
            guard let id = Int64(word[1]), seen.insert(id).inserted else { return nil }
            return .with {
                $0.id = id
                $0.gender = word[7]
                $0.ethnicities = word[8].split(separator: ",").compactMap { World.ethnicities[String($0)] }
            }
        }
    }

    static var exams: [ExamChange] { table.split(separator: "\n").map { exam(String($0)) } }

    static func exam(named name: String) -> ExamChange {
        exam(table.split(separator: "\n").map(String.init).first { $0.hasPrefix("\(name) ") } ?? "")
    }

    private static func exam(_ line: String) -> ExamChange {
        let word = line.split(separator: " ").map(String.init)
        return .with {
            $0.id = Int64(word[0].dropFirst()) ?? 0
            $0.studentID = Int64(word[1]) ?? 0
            $0.schoolID = Int64(word[2]) ?? 0
            guard let score = Int(word[6]) else {
                // Without a score it is told like a deleted one.
                $0.deleted = true
                return
            }
            $0.assessmentID = World.assessment
            $0.schoolYear = 2022
            $0.type = "sum"
            let day = word[3].split(separator: "-").compactMap { Int64($0) }
            $0.completedAtUs = (1_640_995_200 + (day[0] * 31 + day[1]) * 86_400) * 1_000_000
            $0.enrolledGrade = "03"
            $0.completeness = word[4]
            $0.condition = word[5]
            $0.scaleScoreMilli = Int64(score) * 1_000
            $0.level = Int32(1 + cuts.filter { score >= $0 }.count)
            if let levels = claims[word[0]] { $0.claimLevels = [levels[0], levels[2], levels[3], levels[1]] }
            $0.elas = word[9]
            $0.language = word[10]
            $0.migrant = word[11] == "yes" ? .yes : word[11] == "no" ? .no : .nothing
        }
    }
}
