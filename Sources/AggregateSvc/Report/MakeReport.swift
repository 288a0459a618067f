import Access
import Clocks
import Contracts
import Feed
import Jobs
import Metrics
import Postgres
import Reports

/// The job that computes a report, with the rights that its maker has at that moment (aggregates §4.7). Rule: Aggregate R9.
struct MakeReport: Sendable {
    /// For short questions and the result.
    let database: Database
    /// For the facts: its statements may take minutes.
    let facts: Database
    let store: ReportStore
    let identity: IdentityClient
    let embargo: Lease
    let judge: QueryJudge
    let engine: ReportEngine
    /// How long plans take.
    let planning: Histogram
    let clocks: Clocks

    static let job = "report"
    private static let budget: Duration = .seconds(10)
    static let computingBudget: Duration = .seconds(600)

    var kind: JobKind {
        let store = store
        return JobKind(Self.job) {
            try await run($0)
        } givenUp: { session, id, _ in
            try store.end(id, .failed, nil, session)
        }
    }

    private func run(_ job: RunningJob) async throws -> JobKind.Effect {
        let (id, store) = (job.subject, store)
        let stored = try await database.transaction(.starting(budget: Self.budget)) { session -> StoredReport? in
            try store.begin(id, session)
            return try store.report(id, session)
        }
        // Deleted meanwhile.
        guard let stored else { return { _ in } }
        let maker = try await rights(of: stored)
        let query = try AggregateQuery(decoding: stored.query)

        // Without knowing what is released nothing summative may be stored as shown: the job waits for the lease.
        let proof = embargo.proof
        if query.assessmentType == TypeCodes.summative { try embargo.require() }
        job.progress = 5
        let made = try await compute(query, for: maker)
        if query.assessmentType == TypeCodes.summative {
            guard let proof, embargo.isHeld(since: proof) else {
                throw Fault(.unavailable, "the embargo was not known while the report was computed")
            }
        }
        return { session in try store.end(id, made.status, made.content, session) }
    }

    private func rights(of report: StoredReport) async throws -> CallerClaims {
        do {
            let token = try await identity.actFor(
                .with {
                    $0.userID = report.userID
                    $0.role = report.role
                    $0.sessionID = report.sessionID
                    $0.purpose = Self.job
                }, .starting(budget: Self.budget))
            guard let claims = token.claims else { throw JobRefused("no rights were given") }
            return claims
        } catch let fault as Fault where fault.code == .forbidden {
            throw JobRefused("whoever asked has no rights any more")
        }
    }

    /// What a report has become; without content when there is no row with results that the maker may see, or too few.
    struct Outcome: Sendable {
        let status: ReportStatus
        let content: ReportContent?

        init(_ content: ReportContent?) {
            status = content == nil ? .noResults : .completed
            self.content = content
        }

        /// Fewer students than a target report may be about.
        static let notEnough = Outcome(status: .notEnoughResults, content: nil)

        private init(status: ReportStatus, content: ReportContent?) {
            self.status = status
            self.content = content
        }
    }

    private func compute(_ query: AggregateQuery, for maker: CallerClaims) async throws -> Outcome {
        let (judge, engine, planning, clocks) = (judge, engine, planning, clocks)
        typealias Found = (
            rows: [FoundRows], targets: TargetTable?, layout: StoredLayout, held: HeldBackRows, asOf: Timestamp
        )
        let found = try await facts.read(.starting(budget: Self.computingBudget)) { session -> Found in
            let accepted: AcceptedQuery
            do {
                accepted = try judge.judge(query, for: maker, session)
            } catch let fault as Fault where fault.code == .malformed || fault.code == .forbidden {
                throw JobRefused("the query may not be asked any more")
            }
            let asOf = Timestamp(microseconds: clocks.wallMicroseconds())
            let organizations = ReportOrganizations(accepted.query)
            var layout = StoredLayout()
            layout.organizations = try organizations.list(stateName: Self.stateName(session), session)
            layout.assessments = accepted.assessments
            let slices = accepted.shownSlices
            layout.slices = slices.map(\.shown)
            layout.backfilled = slices.indices.filter { slices[$0].isBackfilled }.map(Int32.init)
            layout.cohorts = query.type == ReportType.longitudinal.rawValue
            var held = HeldBackRows()
            if query.assessmentType == TypeCodes.summative {
                let released = try ReleasedRows(layout, session)
                let reader = maker.scope(of: .embargoRead)
                held = ReleasedRows.heldBack(layout) { released.isShown($0, year: $1, to: reader) }
                layout.heldBack = held.stored
            }
            let selection = try organizations.selection(session)
            let begun = clocks.monotonic()
            defer { planning.observe(clocks.monotonic() - begun) }
            if query.type == ReportType.target.rawValue {
                let rows = try engine.targets(accepted.targetPlan(selection), session)
                return ([], try TargetTable(rows, accepted, session), layout, held, asOf)
            }
            let parts = accepted.parts(selection)
            let found = try engine.rows(parts.map(\.plan), session)
            return (zip(parts, found).map { FoundRows(meaning: $0.meaning, rows: $1) }, nil, layout, held, asOf)
        }
        if let targets = found.targets {
            // Of results that are held back nothing is said, not even that they are few.
            let isHeldBack = query.schoolYears.contains { found.held.contains(organization: 0, year: $0) }
            if targets.isTooFew && !isHeldBack { return .notEnough }
            return Outcome(try Self.content(targets, found.layout, query.assessmentType, found.held, found.asOf))
        }
        // Not in the transaction: it would stand idle meanwhile.
        return Outcome(try Self.content(found.rows, found.layout, query.assessmentType, found.held, found.asOf))
    }

    /// As Identity names the State; a setting.
    static func stateName(_ session: borrowing Session) throws -> String {
        try session.row("SELECT value FROM aggregate.setting WHERE key = 'state.name'", as: String.self) ?? "State"
    }

    static func content(
        _ found: [FoundRows], _ layout: StoredLayout, _ type: String, _ held: HeldBackRows, _ asOf: Timestamp
    ) throws -> ReportContent? {
        var layout = layout
        let places = ReportPlaces(layout, type: type)
        struct AssessmentYear: Hashable { var id: Int64; var year: Int32 }
        let organizations = Dictionary(
            layout.organizations.enumerated().map { ($1.place, $0) }, uniquingKeysWith: { first, _ in first })
        let assessments = Dictionary(
            layout.assessments.enumerated().map { (AssessmentYear(id: $1.id, year: $1.schoolYear), $0) },
            uniquingKeysWith: { first, _ in first })
        func order(_ found: PlanRows, first: Int) -> [FoundPlace] {
            var order: [FoundPlace] = []
            order.reserveCapacity(found.reduce(0) { $0 + $1.count })
            for (piece, rows) in found.enumerated() {
                // Rows of an organization and assessment come one after the other.
                var last: (place: PlanRow.Place, key: SegmentKey, block: Int64?)?
                for (number, row) in rows.enumerated() {
                    let key = SegmentKey(year: row.year, assessment: row.assessment)
                    if last?.place != row.place || last?.key != key {
                        last = (row.place, key, nil)
                        let year = Int32(row.year)
                        guard let organization = organizations[row.place],
                            let assessment = assessments[AssessmentYear(id: Int64(row.assessment), year: year)],
                            !held.contains(organization: organization, year: year)
                        else { continue }
                        last?.block = places.place(organization: organization, assessment: assessment, slice: first)
                    }
                    guard let block = last?.block else { continue }
                    order.append(FoundPlace(place: block + Int64(row.slice), piece: Int32(piece), row: Int32(number)))
                }
            }
            return order
        }
        var all: [FoundPlace] = []
        var cohort: [FoundPlace] = []
        for (number, part) in found.enumerated() {
            switch part.meaning {
            case .rows(let first): all += order(part.rows, first: first).map { $0.of(part: number) }
            case .cohort: cohort += order(part.rows, first: 0).map { $0.of(part: number) }
            }
        }
        guard !all.isEmpty else { return nil }
        all.sort { $0.place < $1.place }
        cohort.sort { $0.place < $1.place }
        layout.tables = Self.tables(all.map(\.place), layout, type, places)

        func measures(_ one: FoundPlace) -> Measures {
            Measures(found[Int(one.part)].rows[Int(one.piece)][Int(one.row)].sums)
        }
        var parts: [(lastPlace: Int64, bytes: [UInt8])] = []
        var inCohort = cohort[...]
        for start in stride(from: 0, to: all.count, by: FinishedReport.pieceRows) {
            let piece = all[start..<min(start + FinishedReport.pieceRows, all.count)]
            var rows = StoredRows()
            rows.rows = piece.map { one in
                var row = StoredRow(measures(one), place: one.place)
                // Whoever is in a cohort is among all students.
                while let next = inCohort.first, next.place < one.place { inCohort.removeFirst() }
                if let next = inCohort.first, next.place == one.place { row.cohort = StoredCohort(measures(next)) }
                return row
            }
            parts.append((piece.last?.place ?? 0, try rows.serialized(limit: FinishedReport.sizeLimit)))
        }
        return ReportContent(
            layout: try layout.serialized(limit: FinishedReport.sizeLimit), parts: parts, rows: Int64(all.count),
            emptyRows: layout.tables.reduce(0) { $0 + $1.emptyRows }, dataAsOf: asOf)
    }

    /// Of a target report, which has a few hundred rows.
    static func content(
        _ targets: TargetTable, _ layout: StoredLayout, _ type: String, _ held: HeldBackRows, _ asOf: Timestamp
    ) throws -> ReportContent? {
        var layout = layout
        let places = ReportPlaces(layout, type: type)
        var rows: [StoredRow] = []
        for (place, assessment) in layout.assessments.enumerated()
        where !held.contains(organization: 0, year: assessment.schoolYear) {
            for row in targets.rows(of: assessment) {
                var stored = StoredRow(
                    row.measures, place: places.place(organization: 0, assessment: place, slice: row.slice))
                stored.studentLevel = row.student
                stored.standardLevel = row.standard
                rows.append(stored)
            }
        }
        guard !rows.isEmpty else { return nil }
        rows.sort { $0.place < $1.place }
        layout.tables = Self.tables(rows.map(\.place), layout, type, places)
        let parts = try stride(from: 0, to: rows.count, by: FinishedReport.pieceRows).map { start in
            let piece = rows[start..<min(start + FinishedReport.pieceRows, rows.count)]
            let stored = StoredRows.with { $0.rows = Array(piece) }
            return (lastPlace: piece.last?.place ?? 0, bytes: try stored.serialized(limit: FinishedReport.sizeLimit))
        }
        return ReportContent(
            layout: try layout.serialized(limit: FinishedReport.sizeLimit), parts: parts, rows: Int64(rows.count),
            emptyRows: layout.tables.reduce(0) { $0 + $1.emptyRows }, dataAsOf: asOf)
    }

    /// How many rows each subject's table has, those without students as `ReportWalk` makes them up, and whether it must name
    /// its assessments (T28).
    private static func tables(
        _ rows: [Int64], _ layout: StoredLayout, _ type: String, _ places: ReportPlaces
    ) -> [ReportTable] {
        struct Unit { var subject: Int; var number: Int; var isShared: Bool }
        var unitOfAssessment: [Unit] = []
        var backfilled: [[Bool]] = []
        var tables: [ReportTable] = []
        for (subject, (code, units)) in places.subjects.enumerated() {
            for (number, unit) in units.enumerated() {
                for _ in unit.assessments {
                    unitOfAssessment.append(
                        Unit(subject: subject, number: number, isShared: unit.assessments.count > 1))
                }
            }
            var isBackfilled = [Bool](repeating: false, count: places.slices)
            for slice in layout.backfilledSlices(of: code) { isBackfilled[slice] = true }
            backfilled.append(isBackfilled)
            let template = places.organizations * units.count * isBackfilled.count { $0 }
            tables.append(
                .with {
                    $0.subject = code
                    $0.emptyRows = Int64(template)
                })
        }
        var seen = Set<Int>()
        // Several assessments of one grade and year have one row together where none of them has a result.
        struct Shared: Equatable { var organization: Int; var subject: Int; var number: Int }
        var shared: (unit: Shared, slices: Set<Int>)?
        for place in rows {
            guard let parts = places.parts(of: place), unitOfAssessment.indices.contains(parts.assessment) else {
                continue
            }
            let unit = unitOfAssessment[parts.assessment]
            seen.insert(parts.assessment)
            tables[unit.subject].rows += 1
            guard backfilled[unit.subject][parts.slice] else { continue }
            if unit.isShared {
                let here = Shared(organization: parts.organization, subject: unit.subject, number: unit.number)
                if shared?.unit != here { shared = (here, []) }
                guard shared?.slices.insert(parts.slice).inserted == true else { continue }
            }
            tables[unit.subject].emptyRows -= 1
        }
        for (subject, (_, units)) in places.subjects.enumerated() {
            tables[subject].namedAssessments =
                type == TypeCodes.block
                || units.contains { unit in unit.assessments.filter(seen.contains).count > 1 }
        }
        return tables
    }
}

/// Where a row of a report stands, and where it was found.
private struct FoundPlace {
    let place: Int64
    let piece: Int32
    let row: Int32
    var part: Int32 = 0

    init(place: Int64, piece: Int32, row: Int32) {
        self.place = place
        self.piece = piece
        self.row = row
    }

    func of(part: Int) -> FoundPlace {
        var one = self
        one.part = Int32(part)
        return one
    }
}

extension ReportOrganization {
    var place: PlanRow.Place {
        switch type {
        case "District": .district(id)
        case "School": .school(id)
        default: .state
        }
    }
}

/// What one part of a report has found.
struct FoundRows: Sendable {
    let meaning: AcceptedQuery.Part.Meaning
    let rows: PlanRows
}

extension StoredRow {
    fileprivate init(_ measures: Measures, place: Int64) {
        self.init()
        self.place = place
        students = measures.students
        average = measures.average ?? 0
        standardErrorPlusOne = measures.standardError.map { $0 + 1 } ?? 0
        levelCounts = measures.levelCounts
    }
}

extension StoredCohort {
    fileprivate init(_ measures: Measures) {
        self.init()
        students = measures.students
        average = measures.average ?? 0
        standardErrorPlusOne = measures.standardError.map { $0 + 1 } ?? 0
        levelCounts = measures.levelCounts
    }
}
