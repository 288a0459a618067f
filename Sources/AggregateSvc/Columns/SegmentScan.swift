/// A segment with the changes to it, as a report reads it.
struct ReadySegment: Sendable {
    let segment: Segment
    let delta: SegmentDelta?
}

/// Which rows a plan wants, by organization.
struct WantedPlaces: Sendable {
    let state: Bool
    private let districts: Set<Int64>?
    private let schools: Set<Int64>?

    init(_ plan: ReportPlan) {
        state = plan.state
        districts = if case .some(let ids) = plan.districts { Set(ids) } else { nil }
        schools = if case .some(let ids) = plan.schools { Set(ids) } else { nil }
    }

    /// District 0 is that of schools which Identity does not know: they count for the State alone.
    func hasDistrict(_ id: UInt32) -> Bool { id != 0 && districts?.contains(Int64(id)) ?? true }
    func hasSchool(_ id: UInt32) -> Bool { schools?.contains(Int64(id)) ?? true }
    var hasSchools: Bool { schools.map { !$0.isEmpty } ?? true }
}

/// Carries out a plan over one segment: one pass over its facts for each two buckets of slices, counters emptied into the
/// slices of an organization at its end. Facts lie in the order of districts and schools, so there is one set of counters.
struct SegmentScan {
    private let source: ReadySegment
    private let wanted: WantedPlaces
    private let levels: Int
    private var school: SliceSums
    private var district: SliceSums
    private var state: SliceSums
    private var rows: PackedRows

    private init(_ source: ReadySegment, _ plan: ReportPlan, _ buckets: SliceBuckets) {
        self.source = source
        wanted = WantedPlaces(plan)
        let coding: ScoreCoding
        if case .claim = plan.population {
            // Claims have no scores.
            (levels, coding) = (6, ScoreCoding(offset: 0, scale: 1))
        } else {
            (levels, coding) = (source.segment.header.levels, source.segment.coding)
        }
        rows = PackedRows(source.segment.header.key, coding, levels: plan.levels)
        school = SliceSums(buckets.count)
        district = school
        state = school
    }

    /// - Returns: a row for each group with results; nil when there are more codes than counters.
    static func rows(_ source: ReadySegment, _ plan: ReportPlan, _ buckets: SliceBuckets) -> PackedRows? {
        var scan = SegmentScan(source, plan, buckets)
        let empty = scan.rows
        var found: [PackedRows] = []
        let stretches = Stretch.of(source, scan.wanted)
        let words = source.segment.dictionary + (source.delta?.words ?? [])
        let accepted = AcceptedEntries(plan)
        let population = CountedFacts(plan.population, source.segment)
        for pass in buckets.passes {
            guard var counters = PassCounters(pass, words, accepted, population, levels: scan.levels) else {
                return nil
            }
            source.segment.columns { profile, value, cohort, claims in
                scan.run(stretches, profile, value, cohort, claims, &counters)
            }
            scan.rows.end()
            found.append(scan.rows)
            scan.rows = empty
        }
        return found.count == 1 ? found[0] : PackedRows(merging: found)
    }

    private mutating func run(
        _ stretches: [Stretch], _ profile: Span<UInt16>, _ value: Span<UInt16>, _ cohort: Span<UInt16>,
        _ claims: Span<UInt16>, _ counters: inout PassCounters
    ) {
        let changes = source.delta?.rows ?? []
        /// Are there facts in the counters?
        var isPending = false
        for (number, stretch) in stretches.enumerated() {
            let isDistrict = wanted.hasDistrict(stretch.district)
            let begins = number == 0 || stretches[number - 1].district != stretch.district
            let ends = number + 1 == stretches.count || stretches[number + 1].district != stretch.district
            if isPending, stretch.school != nil || isDistrict && begins {
                // What lies before belongs to the district as a whole, or to the State alone.
                if isDistrict && !begins { counters.flush(into: &district) } else { counters.flush(into: &state) }
            }
            counters.add(stretch.rows, profile, value, cohort, claims, changes[stretch.changes])
            isPending = stretch.school == nil
            if let id = stretch.school {
                counters.flush(stretch.rows, profile, changes[stretch.changes], into: &school)
                emit(school, .school(Int64(id)))
                if isDistrict { district.add(school) } else if wanted.state { state.add(school) }
                school.clear()
            }
            if ends && isDistrict {
                if isPending { counters.flush(into: &district) }
                isPending = false
                emit(district, .district(Int64(stretch.district)))
                if wanted.state { state.add(district) }
                district.clear()
            }
        }
        if isPending { counters.flush(into: &state) }
        if wanted.state { emit(state, .state) }
        state.clear()
    }

    private mutating func emit(_ sums: SliceSums, _ place: PlanRow.Place) {
        rows.begin(place)
        sums.write(levels: levels, to: &rows)
    }
}

/// Facts of an organization by slice and level, still packed.
struct SliceSums {
    private var cells: Counters
    /// The slices that have facts.
    private(set) var touched: UInt128 = 0

    init(_ slices: Int) { cells = Counters(repeating: .zero, count: slices * 8) }

    /// Empties the counters of all codes into the slices that they feed.
    mutating func take(_ codes: SliceCodes, from counters: inout Counters, half: Int, width: Int, levels: Int) {
        let (starts, slices, sets) = (codes.starts, codes.slices, codes.sets)
        var seen: UInt128 = 0
        do {
            var counters = counters.mutableSpan
            var cells = cells.mutableSpan
            for code in 1..<codes.count + 1 {
                let isEmpty = Self.empty(
                    half &+ code &* width, levels, starts[code]..<starts[code + 1], slices.span, &counters, &cells)
                if !isEmpty { seen |= sets[code] }
            }
        }
        touched |= seen
    }

    /// The same for the codes of some rows, each of them times the width, from a bit on.
    mutating func take(
        _ codes: SliceCodes, _ rows: [UInt32], shift: UInt32, from counters: inout Counters, half: Int, width: Int,
        levels: Int
    ) {
        let (starts, slices, sets) = (codes.starts, codes.slices, codes.sets)
        var seen: UInt128 = 0
        do {
            var counters = counters.mutableSpan
            var cells = cells.mutableSpan
            for row in rows {
                let base = Int((row >> shift) & 0xFFFF)
                if base == 0 { continue }
                let code = base / width
                let isEmpty = Self.empty(
                    half &+ base, levels, starts[code]..<starts[code + 1], slices.span, &counters, &cells)
                if !isEmpty { seen |= sets[code] }
            }
        }
        touched |= seen
    }

    /// - Returns: whether there was nothing.
    @inline(__always)
    private static func empty(
        _ base: Int, _ levels: Int, _ places: Range<Int>, _ slices: Span<UInt16>,
        _ counters: inout MutableSpan<SIMD2<UInt64>>, _ cells: inout MutableSpan<SIMD2<UInt64>>
    ) -> Bool {
        var isEmpty = true
        for level in 1...levels {
            let cell = counters[base &+ level]
            if cell.x == 0 { continue }
            isEmpty = false
            counters[base &+ level] = .zero
            for place in places { cells[Int(slices[place]) &* 8 &+ level] &+= cell }
        }
        return isEmpty
    }

    mutating func add(_ other: SliceSums) {
        var rest = other.touched
        while rest != 0 {
            let slice = rest.trailingZeroBitCount
            rest &= rest &- 1
            for place in slice * 8 + 1..<slice * 8 + 7 { cells[place] &+= other.cells[place] }
        }
        touched |= other.touched
    }

    mutating func clear() {
        while touched != 0 {
            let slice = touched.trailingZeroBitCount
            touched &= touched &- 1
            for place in slice * 8..<slice * 8 + 8 { cells[place] = .zero }
        }
    }

    /// The slices that hold anybody, as rows.
    func write(levels: Int, to rows: inout PackedRows) {
        var rest = touched
        while rest != 0 {
            let slice = rest.trailingZeroBitCount
            rest &= rest &- 1
            var (count, score, squares): (UInt64, UInt64, UInt64) = (0, 0, 0)
            for level in 1...levels {
                let cell = cells[slice &* 8 &+ level]
                count &+= cell.x >> 40
                score &+= cell.x & 0xFF_FFFF_FFFF
                squares &+= cell.y
            }
            if count == 0 { continue }
            rows.add(slice: slice, count: count, score: Int64(score), squares: UInt128(squares))
            for level in 1..<rows.levels + 1 {
                rows.add(level: level <= levels ? cells[slice &* 8 &+ level].x >> 40 : 0)
            }
        }
    }
}
