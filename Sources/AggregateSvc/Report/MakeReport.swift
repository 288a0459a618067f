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
        return { session in
            try store.end(id, made == nil ? .noResults : .completed, made, session)
        }
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

    /// - Returns: nil when there is no row with results that the maker may see.
    private func compute(_ query: AggregateQuery, for maker: CallerClaims) async throws -> ReportContent? {
        let (judge, engine, planning, clocks) = (judge, engine, planning, clocks)
        typealias Found = (rows: [FoundRows], layout: StoredLayout, held: HeldBackRows, asOf: Timestamp)
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
            let parts = accepted.parts(try organizations.selection(session))
            let begun = clocks.monotonic()
            let found = try engine.rows(parts.map(\.plan), session)
            let rows = zip(parts, found).map { FoundRows(meaning: $0.meaning, rows: $1) }
            planning.observe(clocks.monotonic() - begun)
            return (rows, layout, held, asOf)
        }
        // Not in the transaction: it would stand idle meanwhile.
        return try Self.content(found.rows, found.layout, query.assessmentType, found.held, found.asOf)
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
        func order(_ rows: [PlanRow], first: Int) -> [(place: Int64, row: Int)] {
            // Rows of an organization and assessment come one after the other.
            var last: (row: PlanRow, block: Int64?)?
            var order: [(place: Int64, row: Int)] = []
            order.reserveCapacity(rows.count)
            for (number, row) in rows.enumerated() {
                let isSame =
                    last.map {
                        $0.row.place == row.place && $0.row.assessment == row.assessment && $0.row.year == row.year
                    }
                    ?? false
                if !isSame {
                    let year = Int32(row.year)
                    last = (row, nil)
                    guard let organization = organizations[row.place],
                        let assessment = assessments[AssessmentYear(id: Int64(row.assessment), year: year)],
                        !held.contains(organization: organization, year: year)
                    else { continue }
                    last?.block = places.place(organization: organization, assessment: assessment, slice: first)
                }
                if let block = last?.block { order.append((block + Int64(row.slice), number)) }
            }
            return order.sorted { $0.place < $1.place }
        }
        var stored: [StoredRow] = []
        for part in found {
            guard case .rows(let first) = part.meaning else { continue }
            stored += order(part.rows, first: first).map {
                StoredRow(Measures(part.rows[$0.row].sums), place: $0.place)
            }
        }
        guard !stored.isEmpty else { return nil }
        if found.count > 1 { stored.sort { $0.place < $1.place } }
        for part in found {
            guard case .cohort = part.meaning else { continue }
            // Whoever is in a cohort is among all students: there is a row.
            var row = 0
            for (place, number) in order(part.rows, first: 0) {
                while row < stored.count && stored[row].place < place { row += 1 }
                guard row < stored.count, stored[row].place == place else { continue }
                stored[row].cohort = StoredCohort(Measures(part.rows[number].sums))
            }
        }
        layout.tables = try tables(stored, layout, type, held, places)

        var parts: [(lastPlace: Int64, bytes: [UInt8])] = []
        var start = 0
        while start < stored.count {
            let piece = stored[start..<min(start + FinishedReport.pieceRows, stored.count)]
            parts.append(
                (
                    piece.last?.place ?? 0,
                    try StoredRows.with { $0.rows = Array(piece) }.serialized(limit: FinishedReport.sizeLimit)
                ))
            start += piece.count
        }
        return ReportContent(
            layout: try layout.serialized(limit: FinishedReport.sizeLimit), parts: parts, rows: Int64(stored.count),
            emptyRows: layout.tables.reduce(0) { $0 + $1.emptyRows }, dataAsOf: asOf)
    }

    /// How many rows each subject's table has, and whether it must name its assessments (T28).
    private static func tables(
        _ stored: [StoredRow], _ layout: StoredLayout, _ type: String, _ held: HeldBackRows, _ places: ReportPlaces
    ) throws -> [ReportTable] {
        let walk = ReportWalk(
            layout: layout, places: places, hidesEmpty: false,
            isHeldBack: { held.contains(organization: $0, year: $1) })
        return try places.subjects.map { subject in
            var table = ReportTable()
            table.subject = subject.code
            var seen = Set<Int>()
            _ = try walk.go(
                subject: subject.code,
                piece: { place in
                    // Everything is here: one piece, the first time.
                    place <= (stored.last?.place ?? -1) ? (stored.last?.place ?? 0, stored) : nil
                },
                visit: { place, row in
                    if case .results = row {
                        table.rows += 1
                        if let parts = places.parts(of: place) { seen.insert(parts.assessment) }
                    } else {
                        table.emptyRows += 1
                    }
                    return true
                })
            table.namedAssessments =
                type == TypeCodes.block
                || subject.units.contains { unit in unit.assessments.filter(seen.contains).count > 1 }
            return table
        }
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
    let rows: [PlanRow]
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
