import Metrics
import Postgres
import Synchronization

/// The segments of this process: follows the log of facts, and puts new segments in the place of old ones.
///
/// Readers take the newest catalogue and keep it; there is one writer at a time. The writer may read the database while it
/// is locked, so both run on threads of the database's connections, never on Swift's.
final class ColumnStore: Sendable {
    private struct Writer {
        /// Of the dictionaries of segments that have changed, with the words of their deltas.
        var maps: [SegmentKey: WordMap] = [:]
        /// Up to which number a segment is right without its delta.
        var covered: [SegmentKey: Int64] = [:]
    }

    let folder: SegmentFolder
    private let writer = Mutex(Writer())
    private let current = Mutex<Catalogue?>(nil)
    private let generation = Atomic<UInt32>(0)
    private let meters: ColumnMeters

    init(_ folder: SegmentFolder, metrics: Metrics) {
        self.folder = folder
        meters = ColumnMeters(metrics)
        for name in ["ready", "unsorted", "missing", "unfit"] {
            metrics.gauge("aggregate_segments", "Segments by state.", [("state", name)]) { [weak self] in
                Double(self?.count(name) ?? 0)
            }
        }
    }

    private func count(_ name: String) -> Int {
        (current.withLock { $0 }?.states.values).map { states in
            states.count { state in
                switch state {
                case .ready: name == "ready"
                case .unsorted: name == "unsorted"
                case .missing: name == "missing"
                case .unfit: name == "unfit"
                }
            }
        } ?? 0
    }

    // MARK: - Following the log

    /// A catalogue with everything that this transaction sees.
    func follow(_ session: borrowing Session) throws -> Catalogue {
        let head = try FactLog.head(session)
        if let catalogue = current.withLock({ $0 }), catalogue.covers(head) { return catalogue }
        return try writer.withLock { try follow(head, &$0, session) }
    }

    private func follow(
        _ head: FactLog.Head, _ writer: inout Writer, _ session: borrowing Session
    ) throws -> Catalogue {
        let before = current.withLock { $0 }
        if let before, before.covers(head) { return before }
        let next: Catalogue
        if let before, before.epoch == head.epoch, before.seq >= head.pruned {
            next = try advanced(before, to: head, &writer, session)
        } else {
            next = try begun(head, opening: before == nil, &writer, session)
        }
        current.withLock { $0 = next }
        return next
    }

    /// From the segments of the folder, or from none.
    private func begun(
        _ head: FactLog.Head, opening: Bool, _ writer: inout Writer, _ session: borrowing Session
    ) throws -> Catalogue {
        writer = Writer()
        let directory = try SchoolDirectory(version: head.schools, session)
        var states: [SegmentKey: Catalogue.State] = [:]
        for (year, assessment) in try session.rows(
            "SELECT DISTINCT school_year, assessment_id FROM aggregate.tally WHERE attempts > 0",
            as: (Int16, Int32).self)
        { states[SegmentKey(year: year, assessment: assessment)] = .missing }
        let positions = folder.read(SegmentPositions.name).flatMap(SegmentPositions.init)
        for segment in folder.open() {
            let header = segment.header
            raiseGeneration(to: header.generation)
            var covers = header.covers
            if let known = positions?.all[header.key], positions?.epoch == head.epoch,
                known.generation == header.generation
            {
                covers = max(covers, known.covers)
            }
            guard opening, header.epoch == head.epoch, covers >= head.pruned, covers <= head.seq else {
                folder.remove(segment)
                continue
            }
            writer.covered[header.key] = covers
            states[header.key] = try Self.state(ReadySegment(segment: segment, delta: nil), directory)
        }
        let start = Catalogue(
            epoch: head.epoch, seq: writer.covered.values.min() ?? head.seq, directory: directory, states: states)
        return try advanced(start, to: head, &writer, session)
    }

    private func advanced(
        _ before: Catalogue, to head: FactLog.Head, _ writer: inout Writer, _ session: borrowing Session
    ) throws -> Catalogue {
        var states = before.states
        var directory = before.directory
        let covered = writer.covered
        let changes = try SegmentChanges.read(after: before.seq, through: head.seq, session) { key, seq in
            // At the start the log is read from where the oldest segment stands.
            seq > covered[key] ?? 0
        }
        if before.directory.version < head.schools {
            directory = try SchoolDirectory(version: head.schools, session)
            if !directory.hasSameDistricts(as: before.directory) {
                for (key, state) in states {
                    if let source = state.source { states[key] = try Self.state(source, directory) }
                }
            }
        }
        for (key, found) in changes {
            switch states[key] {
            case .missing?: break
            case nil: states[key] = .missing
            case .unfit(let problem, _)?: states[key] = .unfit(problem, hasChanged: true)
            case .ready(let source)?:
                states[key] = changed(source, found, directory, &writer).map { .ready($0) } ?? .missing
            case .unsorted(let source)?:
                states[key] = changed(source, found, directory, &writer).map { .unsorted($0) } ?? .missing
            }
            if case .missing? = states[key] { writer.maps[key] = nil }
        }
        return Catalogue(
            epoch: head.epoch, seq: max(before.seq, head.seq), directory: directory, states: states)
    }

    /// - Returns: nil when the changes cannot be told by the segment's numbers.
    private func changed(
        _ source: ReadySegment, _ changes: SegmentChanges, _ directory: SchoolDirectory, _ writer: inout Writer
    ) -> ReadySegment? {
        let key = source.segment.header.key
        if changes.isTooMany { return nil }
        // The dictionary is read before anybody has looked at the whole file.
        guard source.segment.isWhole else {
            meters.damaged.increment()
            return nil
        }
        var map = writer.maps.removeValue(forKey: key) ?? WordMap(source.segment.dictionary)
        guard
            let delta = try? SegmentDelta.following(source.delta, changes.rows, of: source.segment, &map, directory)
        else { return nil }
        writer.maps[key] = map
        return ReadySegment(segment: source.segment, delta: delta)
    }

    /// Ready when its schools stand in the order of their districts now.
    private static func state(
        _ source: ReadySegment, _ directory: SchoolDirectory
    ) throws -> Catalogue.State {
        let runs = source.segment.runs.dropLast().map { ($0.school, $0.district) }
        let changes = (source.delta?.rows ?? []).map { ($0.school, $0.district) }
        for (school, district) in runs + changes where directory.district(of: Int64(school)) != Int64(district) {
            return .unsorted(source)
        }
        return .ready(source)
    }

    // MARK: - New segments

    /// A segment, or why there is none, on its way into the catalogue.
    struct Made: Sendable {
        let key: SegmentKey
        let epoch: [UInt8]
        let covers: Int64
        let outcome: Result<Segment, SegmentProblem>
    }

    /// Packs facts and writes them to the folder.
    func write(
        _ facts: SegmentFacts, _ key: SegmentKey, epoch: [UInt8], covers: Int64, _ directory: SchoolDirectory
    ) throws -> Made {
        let number = generation.wrappingAdd(1, ordering: .relaxed).newValue
        let bytes: [UInt8]
        do {
            bytes = try facts.packed(key, generation: number, covers: covers, epoch: epoch, directory)
        } catch {
            return Made(key: key, epoch: epoch, covers: covers, outcome: .failure(error))
        }
        let segment = try folder.publish(bytes, key, generation: number)
        return Made(key: key, epoch: epoch, covers: covers, outcome: .success(segment))
    }

    /// Puts segments into the catalogue, each with the changes that came since it was made.
    ///
    /// - Returns: whether that could be done; not when another transaction has brought in more than this one sees.
    func install(_ made: [Made], _ session: borrowing Session) throws -> Bool {
        let head = try FactLog.head(session)
        return try writer.withLock { writer in
            let catalogue = try follow(head, &writer, session)
            guard catalogue.epoch == head.epoch, catalogue.seq == head.seq else { return false }
            var states = catalogue.states
            for one in made {
                let old = states[one.key]?.source?.segment
                guard one.epoch == head.epoch, states[one.key] != nil else {
                    if case .success(let segment) = one.outcome { folder.remove(segment) }
                    continue
                }
                writer.maps[one.key] = nil
                switch one.outcome {
                case .failure(let problem): states[one.key] = .unfit(problem, hasChanged: false)
                case .success(let segment):
                    let tail = try SegmentChanges.read(after: one.covers, through: catalogue.seq, session) { key, _ in
                        key == one.key
                    }
                    var source: ReadySegment? = ReadySegment(segment: segment, delta: nil)
                    if let found = tail[one.key], let new = source {
                        source = changed(new, found, catalogue.directory, &writer)
                    }
                    writer.covered[one.key] = one.covers
                    states[one.key] = try source.map { try Self.state($0, catalogue.directory) } ?? .missing
                }
                if let old { folder.remove(old) }
            }
            let next = Catalogue(
                epoch: catalogue.epoch, seq: catalogue.seq, directory: catalogue.directory, states: states)
            current.withLock { $0 = next }
            return true
        }
    }

    func discard(_ made: [Made]) {
        for one in made {
            if case .success(let segment) = one.outcome { folder.remove(segment) }
        }
    }

    /// A segment that turned out to be damaged is built anew.
    func drop(_ segment: Segment) {
        meters.damaged.increment()
        writer.withLock { writer in
            current.withLock { catalogue in
                guard let known = catalogue, known.states[segment.header.key]?.source?.segment === segment else {
                    return
                }
                writer.maps[segment.header.key] = nil
                catalogue = known.with(segment.header.key, .missing)
            }
        }
        folder.remove(segment)
    }

    /// Facts that did not fit may fit now that they have changed.
    func reconsiderUnfit() {
        writer.withLock { _ in
            current.withLock { catalogue in
                guard let known = catalogue else { return }
                for (key, state) in known.states {
                    if case .unfit(_, hasChanged: true) = state { catalogue = catalogue?.with(key, .missing) }
                }
            }
        }
    }

    // MARK: - Positions

    /// Notes in the folder up to which number each segment is right.
    ///
    /// - Returns: the number from which on the log is needed; nil before the first look at it.
    func savePositions() throws -> Int64? {
        try writer.withLock { writer in
            guard let catalogue = current.withLock({ $0 }) else { return nil }
            var positions = SegmentPositions(epoch: catalogue.epoch, all: [:])
            for (key, state) in catalogue.states {
                guard let source = state.source else { continue }
                if source.delta == nil { writer.covered[key] = catalogue.seq }
                positions.all[key] = .init(
                    generation: source.segment.header.generation,
                    covers: writer.covered[key] ?? source.segment.header.covers)
            }
            try folder.write(positions.bytes(), as: SegmentPositions.name)
            return positions.all.values.map(\.covers).min() ?? catalogue.seq
        }
    }

    private func raiseGeneration(to number: UInt32) {
        if generation.load(ordering: .relaxed) < number { generation.store(number, ordering: .relaxed) }
    }

    var catalogue: Catalogue? { current.withLock { $0 } }

    /// Counts segments by why they were written.
    func count(_ why: ColumnMeters.Why) { meters.written(why).increment() }
}

/// What operators see of the column engine.
struct ColumnMeters: Sendable {
    enum Why: String, Sendable { case built, merged }

    private let metrics: Metrics
    let damaged: Counter

    init(_ metrics: Metrics) {
        self.metrics = metrics
        damaged = metrics.counter("aggregate_segments_damaged_total", "Segments that were not what they should be.")
    }

    func written(_ why: Why) -> Counter {
        metrics.counter("aggregate_segments_written_total", "Segments written, by why.", [("why", why.rawValue)])
    }
}
