import Clocks
import Contracts
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Keeps the segments right in the background: follows the log, builds what is missing, writes again what has changed much
/// or is in the wrong order, and says which part of the log is still needed.
final class SegmentUpkeep: Service, Sendable {
    private let store: ColumnStore
    /// Whose statements may take minutes.
    private let database: Database
    private let clocks: Clocks
    private let log: Logger
    private let lastCheckpoint: Mutex<ContinuousClock.Instant?> = Mutex(nil)

    /// Between two looks at the log.
    static let pause: Duration = .milliseconds(200)
    /// After this long everything that has changed is written again.
    static let checkpoint: Duration = .seconds(300)
    /// Changes after which a segment is written again, or an eighth of its rows if that is less; but not below the third.
    private static let changes = (most: 64_000, share: 8, least: 4_096)
    /// Facts that are read at once to build segments of.
    private static let rowsAtOnce: Int64 = 2_000_000
    private static let budget: Duration = .seconds(600)

    init(_ store: ColumnStore, database: Database, clocks: Clocks, log: Logger) {
        self.store = store
        self.database = database
        self.clocks = clocks
        self.log = log
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await self.round()
                    isFailing = false
                } catch {
                    if Task.isCancelled { break }
                    if !isFailing {
                        self.log.warning(
                            "segments cannot follow", metadata: ["cause": "\(String(describing: error).prefix(300))"])
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Does everything that is to be done now.
    func round() async throws {
        let store = store
        _ = try await database.read(.starting(budget: Self.budget)) { try store.follow($0) }
        while try await next() {}
        let now = clocks.monotonic()
        let isDue = lastCheckpoint.withLock { $0.map { now - $0 >= Self.checkpoint } ?? true }
        if isDue { try await checkpoint() }
    }

    /// Writes again whatever has changed, and lets go of the log before.
    func checkpoint() async throws {
        let (now, store) = (clocks.monotonic(), store)
        _ = try await database.read(.starting(budget: Self.budget)) { try store.follow($0) }
        store.reconsiderUnfit()
        for (key, state) in store.catalogue?.states ?? [:] {
            if let source = state.source, source.delta != nil { try await rewrite(key, source) }
        }
        while try await next() {}
        if let seq = try store.savePositions() { try await prune((store.folder.id.uuidString, seq)) }
        lastCheckpoint.withLock { $0 = now }
    }

    private func prune(_ reader: (folder: String, seq: Int64)?) async throws {
        try await FactLogPruning.prune(reader, database)
    }

    /// - Returns: whether there was something to do.
    private func next() async throws -> Bool {
        guard let catalogue = store.catalogue else { return false }
        for (key, state) in catalogue.states.sorted(by: { $0.key < $1.key }) {
            switch state {
            case .unsorted(let source): return try await rewrite(key, source)
            case .ready(let source):
                let changed = source.delta?.rows.count ?? 0
                let limit = max(Self.changes.least, source.segment.header.rows / Self.changes.share)
                if changed >= min(Self.changes.most, limit) { return try await rewrite(key, source) }
            case .missing, .unfit: break
            }
        }
        let missing = catalogue.states.filter { if case .missing = $0.value { true } else { false } }.map(\.key)
        return missing.isEmpty ? false : try await build(missing.sorted())
    }

    /// Writes a segment with its changes as a new one.
    @discardableResult
    private func rewrite(_ key: SegmentKey, _ source: ReadySegment) async throws -> Bool {
        let store = store
        guard let catalogue = store.catalogue, let newest = catalogue.states[key]?.source else { return true }
        guard newest.segment.isWhole else {
            store.drop(newest.segment)
            return true
        }
        return try await database.read(.starting(budget: Self.budget)) { _ in
            do {
                let facts = try newest.segment.facts(with: newest.delta)
                return [
                    try store.write(facts, key, epoch: catalogue.epoch, covers: catalogue.seq, catalogue.directory)
                ]
            } catch is SegmentProblem {
                store.drop(newest.segment)
                return []
            }
        }.installed(in: store, database, .merged)
    }

    /// Builds segments of facts of one year and type, as many as fit into one reading.
    ///
    /// - Returns: whether any could be built; an assessment that is not known yet waits.
    private func build(_ missing: [SegmentKey]) async throws -> Bool {
        let store = store
        let (years, assessments) = (missing.map(\.year), missing.map(\.assessment))
        return try await database.read(.starting(budget: Self.budget)) { session -> [ColumnStore.Made] in
            let known = try session.rows(
                """
                SELECT k.year, k.assessment, a.type,
                       (SELECT coalesce(sum(t.attempts), 0)::bigint FROM aggregate.tally t
                         WHERE t.school_year = k.year AND t.assessment_id = k.assessment)
                  FROM unnest(\(years), \(assessments)) AS k(year, assessment)
                  JOIN aggregate.assessment a ON a.id = k.assessment
                """, as: (Int16, Int32, Int16, Int64).self)
            guard let first = known.first else { return [] }
            var (keys, rows): ([SegmentKey], Int64) = ([], 0)
            for (year, assessment, type, attempts) in known where year == first.0 && type == first.2 {
                if !keys.isEmpty && rows + attempts > Self.rowsAtOnce { break }
                keys.append(SegmentKey(year: year, assessment: assessment))
                rows += attempts
            }
            let head = try FactLog.head(session)
            let directory = try SchoolDirectory(version: head.schools, session)
            return try FactReading.facts(of: keys, type: first.2, session).map { key, facts in
                guard let facts else {
                    return ColumnStore.Made(
                        key: key, epoch: head.epoch, covers: head.seq, outcome: .failure(.school))
                }
                return try store.write(facts, key, epoch: head.epoch, covers: head.seq, directory)
            }
        }.installed(in: store, database, .built)
    }
}

extension [ColumnStore.Made] {
    /// - Returns: whether there were any.
    fileprivate func installed(
        in store: ColumnStore, _ database: Database, _ why: ColumnMeters.Why
    ) async throws -> Bool {
        if isEmpty { return why == .merged }
        for _ in 0..<100 {
            let done = try await database.read(.starting(budget: .seconds(60))) { try store.install(self, $0) }
            if done {
                for _ in self { store.count(why) }
                return true
            }
        }
        store.discard(self)
        return true
    }
}

/// Reads facts for segments: those that count or are longitudinal.
enum FactReading {
    /// The facts of each key; nil when an id of a school does not fit.
    static func facts(
        of keys: [SegmentKey], type: Int16, _ session: borrowing Session
    ) throws -> [SegmentKey: SegmentFacts?] {
        var found = Dictionary(uniqueKeysWithValues: keys.map { ($0, SegmentFacts()) })
        var unfit: Set<SegmentKey> = []
        guard let year = keys.first?.year else { return [:] }
        try session.copyOut(
            """
            COPY (SELECT assessment_id, school_id, \(Entry.sql.text), score, level, cohort, claims FROM aggregate.fact
                   WHERE (counted OR cohort <> 0) AND school_year = \(year) AND type = \(type)
                     AND assessment_id IN (\(keys.map { String($0.assessment) }.joined(separator: ", "))))
              TO STDOUT (FORMAT binary)
            """, as: (Int32, Int64, Int64, Int32, Int16, Int64, Int32).self
        ) { assessment, school, word, score, level, cohort, claims in
            let key = SegmentKey(year: year, assessment: assessment)
            guard let school = UInt32(exactly: school) else {
                unfit.insert(key)
                return
            }
            found[key]?.append(
                PackedFact(word: word, score: score, level: level, cohort: cohort, claims: claims), school: school)
        }
        return Dictionary(uniqueKeysWithValues: found.map { ($0, unfit.contains($0) ? nil : $1) })
    }
}

/// Deletes the part of the log that nobody needs; needed too where no segments are kept.
struct FactLogPruning: Service {
    let database: Database
    let log: Logger

    private static let pause: Duration = .seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Self.prune(nil, database)
                } catch {
                    if Task.isCancelled { break }
                    log.warning(
                        "the log of facts is not pruned",
                        metadata: ["cause": "\(String(describing: error).prefix(300))"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    static func prune(_ reader: (folder: String, seq: Int64)?, _ database: Database) async throws {
        try await database.transaction(.starting(budget: .seconds(30))) { try FactLog.Pruning.begin(reader, $0) }
        while try await database.transaction(.starting(budget: .seconds(30)), { try FactLog.Pruning.piece($0) }) {}
    }
}
