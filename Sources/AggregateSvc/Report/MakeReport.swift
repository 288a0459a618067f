import Access
import Clocks
import Contracts
import Crypto
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
    let trail: ReportTrail
    let rights: MakerRights
    let embargo: Lease
    let judge: QueryJudge
    let engine: ReportEngine
    /// How long plans take.
    let planning: Histogram
    let clocks: Clocks

    static let job = "report"
    /// Of reports that may have more rows than this: the others do not wait for them.
    static let bulkJob = "bulk-report"
    static let bulkRows: Int64 = 100_000
    private static let budget: Duration = .seconds(10)
    static let computingBudget: Duration = .seconds(600)

    var kinds: [JobKind] { [kind(Self.job, isBulk: false), kind(Self.bulkJob, isBulk: true)] }

    private func kind(_ name: String, isBulk: Bool) -> JobKind {
        let store = store
        return JobKind(name, isBulk: isBulk) {
            try await run($0)
        } givenUp: { session, id, _ in
            try store.end(id, .failed, nil, session)
        }
    }

    private func run(_ job: RunningJob) async throws -> JobKind.Effect {
        let (id, store, trail) = (job.subject, store, trail)
        let stored = try await database.transaction(.starting(budget: Self.budget)) { session -> StoredReport? in
            try store.begin(id, session)
            return try store.report(id, session)
        }
        // Deleted meanwhile.
        guard let stored else { return { _ in } }
        let maker = try await rights.of(stored, purpose: Self.job, .starting(budget: Self.budget))
        let query = try AggregateQuery(decoding: stored.query)

        // Without knowing what is released nothing summative may be stored as shown: the job waits for the lease.
        let proof = embargo.proof
        if query.assessmentType == TypeCodes.summative { try embargo.require() }
        job.progress = 5
        let stop = ScanStop(after: Self.computingBudget, clocks)
        let made = try await withTaskCancellationHandler {
            try await compute(query, for: maker, until: stop)
        } onCancel: {
            stop.cancel()
        }
        if query.assessmentType == TypeCodes.summative {
            guard let proof, embargo.isHeld(since: proof) else {
                throw Fault(.unavailable, "the embargo was not known while the report was computed")
            }
        }
        return { session in
            var digest = SHA256()
            let isKept = try store.end(id, made.status, made.content, session) { digest.update(data: $0) }
            guard isKept else { return }
            try trail.produced(
                id, query, rows: made.content?.rows, digest: digest.finalize(), for: maker, session)
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

    private func compute(
        _ query: AggregateQuery, for maker: CallerClaims, until stop: ScanStop
    ) async throws -> Outcome {
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
                var table = try TargetTable(rows, accepted, session)
                if try WithheldRows.isOn(session), let place = layout.organizations.first?.place {
                    let plan = accepted.targetPlan(selection).facts
                    table.withhold(try WithheldRows(accepted, plan, engine, session, until: stop), place)
                }
                return ([], table, layout, held, asOf)
            }
            let parts = accepted.parts(selection)
            var found = zip(parts, try engine.rows(parts.map(\.plan), session, until: stop)).map {
                FoundRows(meaning: $0.meaning, rows: $1)
            }
            if try WithheldRows.isOn(session) {
                found = try WithheldRows(accepted, accepted.plan(selection), engine, session, until: stop).applied(
                    to: found)
            }
            return (found, nil, layout, held, asOf)
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
        let pieces = ReportPieces(found, layout, ReportPlaces(layout, type: type), held)
        guard pieces.rows > 0 else { return nil }
        var layout = layout
        layout.packed = true
        layout.tables = pieces.tables
        return ReportContent(
            layout: try layout.serialized(limit: FinishedReport.sizeLimit), pieces: pieces, rows: pieces.rows,
            emptyRows: pieces.tables.reduce(0) { $0 + $1.emptyRows }, dataAsOf: asOf)
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
                if row.isWithheld {
                    stored = .with { $0.place = stored.place }
                    stored.tooFew = true
                    rows.append(stored)
                    continue
                }
                stored.studentLevel = row.student
                stored.standardLevel = row.standard
                rows.append(stored)
            }
        }
        guard !rows.isEmpty else { return nil }
        rows.sort { $0.place < $1.place }
        var counts = TableCounts(layout, places)
        for row in rows { counts.add(base: row.place, slices: 1, rows: 1) }
        layout.tables = counts.all
        let pieces = try stride(from: 0, to: rows.count, by: FinishedReport.pieceRows).map { start in
            let piece = rows[start..<min(start + FinishedReport.pieceRows, rows.count)]
            let stored = StoredRows.with { $0.rows = Array(piece) }
            return (lastPlace: piece.last?.place ?? 0, bytes: try stored.serialized(limit: FinishedReport.sizeLimit))
        }
        return ReportContent(
            layout: try layout.serialized(limit: FinishedReport.sizeLimit), pieces: pieces, rows: Int64(rows.count),
            emptyRows: layout.tables.reduce(0) { $0 + $1.emptyRows }, dataAsOf: asOf)
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
    init(_ measures: Measures, place: Int64) {
        self.init()
        self.place = place
        students = measures.students
        average = measures.average ?? 0
        standardErrorPlusOne = measures.standardError.map { $0 + 1 } ?? 0
        levelCounts = measures.levelCounts
    }
}

extension StoredCohort {
    init(_ measures: Measures) {
        self.init()
        students = measures.students
        average = measures.average ?? 0
        standardErrorPlusOne = measures.standardError.map { $0 + 1 } ?? 0
        levelCounts = measures.levelCounts
    }
}
