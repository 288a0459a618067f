/// Facts of one segment side by side, on their way into it.
struct SegmentFacts: Sendable {
    private(set) var schools: [UInt32] = []
    private(set) var words: [UInt64] = []
    private(set) var scores: [Int32] = []
    private(set) var levels: [UInt8] = []
    private(set) var cohorts: [UInt64] = []
    private(set) var claims: [UInt64] = []

    var count: Int { schools.count }

    mutating func reserve(_ count: Int) {
        schools.reserveCapacity(count)
        words.reserveCapacity(count)
        scores.reserveCapacity(count)
        levels.reserveCapacity(count)
        cohorts.reserveCapacity(count)
        claims.reserveCapacity(count)
    }

    mutating func append(_ fact: PackedFact, school: UInt32) {
        schools.append(school)
        words.append(fact.word)
        scores.append(fact.score)
        levels.append(fact.level)
        cohorts.append(fact.cohort)
        claims.append(fact.claims)
    }

    // MARK: - Into a segment

    /// The bytes of a segment with these facts. Equal facts give equal bytes, in whatever order they came.
    ///
    /// - Throws: what makes them unfit for a segment.
    func packed(
        _ key: SegmentKey, generation: UInt32, covers: Int64, epoch: [UInt8], _ directory: SchoolDirectory
    ) throws(SegmentProblem) -> [UInt8] {
        guard count <= SegmentHeader.mostRows else { throw .tooManyRows }
        let coding = try ScoreCoding(scores)
        let (dictionary, profiles) = try Self.numbered(words)
        let (cohortWords, cohortOfRow) = try Self.numbered(cohorts)
        let (claimWords, claimsOfRow) = try Self.numbered(claims)
        let runs = try runs(directory)

        // Rows in the order of schools, and inside a school by profile and value.
        var next = runs.first
        var rows = [UInt64](repeating: 0, count: count)
        for row in 0..<count {
            let place = Int(next[Int(runs.ofRow[row])])
            next[Int(runs.ofRow[row])] += 1
            rows[place] =
                UInt64(profiles[row]) << 48 | UInt64(coding.packed(scores[row], level: levels[row]) ?? 0) << 32
                | UInt64(cohortOfRow[row]) << 16 | UInt64(claimsOfRow[row])
        }
        for run in runs.schools.indices {
            rows[Int(runs.first[run])..<Int(runs.first[run + 1])].sort()
        }

        var header = SegmentHeader(
            key: key, generation: generation, covers: covers, epoch: epoch, levels: Int(levels.max() ?? 1),
            scoreOffset: coding.offset, scoreScale: coding.scale, rows: count, profiles: dictionary.count,
            runs: runs.schools.count, cohorts: cohortWords == [0] ? 0 : cohortWords.count,
            claims: claimWords == [0] ? 0 : claimWords.count)
        var bytes = [UInt8](repeating: 0, count: SegmentHeader.size)
        bytes.reserveCapacity(SegmentHeader.size + 8 * dictionary.count + 12 * (header.runs + 1) + 8 * count + 4_096)
        func section<I: FixedWidthInteger>(_ values: [I]) {
            let offset = bytes.count
            // The machine is little endian, as the file is.
            values.withUnsafeBytes { bytes.append(contentsOf: $0) }
            let checksum = bytes.withUnsafeBytes { Checksum.of(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
            header.sections.append(.init(offset: offset, length: bytes.count - offset, checksum: checksum))
            while bytes.count % 64 != 0 { bytes.append(0) }
        }
        section(dictionary)
        section(runs.words)
        section(rows.map { UInt16(truncatingIfNeeded: $0 >> 48) })
        section(rows.map { UInt16(truncatingIfNeeded: $0 >> 32) })
        section(header.cohorts == 0 ? [] : cohortWords)
        section(header.cohorts == 0 ? [] : rows.map { UInt16(truncatingIfNeeded: $0 >> 16) })
        section(header.claims == 0 ? [] : claimWords)
        section(header.claims == 0 ? [] : rows.map { UInt16(truncatingIfNeeded: $0) })
        bytes.replaceSubrange(0..<SegmentHeader.size, with: header.bytes())
        return bytes
    }

    /// The words that occur, the most frequent first, and the place of each row's word among them.
    private static func numbered(_ words: [UInt64]) throws(SegmentProblem) -> (dictionary: [UInt64], ofRow: [UInt16]) {
        var map = WordMap(expecting: 16_384)
        var counts: [Int] = []
        var numbers = [UInt16](repeating: 0, count: words.count)
        for row in words.indices {
            let number = map.number(words[row])
            guard number < SegmentHeader.mostProfiles else { throw .tooManyProfiles }
            if number == counts.count { counts.append(0) }
            counts[number] += 1
            numbers[row] = UInt16(number)
        }
        let found = map.words
        // What occurs often lies side by side in the tables that are looked into for each row.
        let order = found.indices.sorted { (counts[$1], found[$0]) < (counts[$0], found[$1]) }
        var place = [UInt16](repeating: 0, count: found.count)
        for (new, old) in order.enumerated() { place[old] = UInt16(new) }
        for row in words.indices { numbers[row] = place[Int(numbers[row])] }
        return (order.map { found[$0] }, numbers)
    }

    private struct Runs {
        /// By district and id.
        var schools: [(district: UInt32, school: UInt32)]
        /// Of each school, and behind the last.
        var first: [UInt32]
        var ofRow: [UInt32]

        /// As they lie in the file.
        var words: [UInt32] {
            var words: [UInt32] = []
            words.reserveCapacity(3 * first.count)
            for (run, place) in schools.enumerated() { words += [place.school, place.district, first[run]] }
            return words + [0, 0, first[schools.count]]
        }
    }

    private func runs(_ directory: SchoolDirectory) throws(SegmentProblem) -> Runs {
        var map = WordMap(expecting: 16_384)
        var ofRow = [UInt32](repeating: 0, count: count)
        var counts: [UInt32] = []
        for row in 0..<count {
            let number = map.number(UInt64(schools[row]))
            if number == counts.count { counts.append(0) }
            counts[number] += 1
            ofRow[row] = UInt32(number)
        }
        var found: [(district: UInt32, school: UInt32, number: Int)] = []
        for (number, word) in map.words.enumerated() {
            let school = UInt32(truncatingIfNeeded: word)
            found.append((try directory.district(of: school), school, number))
        }
        found.sort { ($0.district, $0.school) < ($1.district, $1.school) }
        var runs = Runs(schools: found.map { ($0.district, $0.school) }, first: [0], ofRow: ofRow)
        var place = [UInt32](repeating: 0, count: found.count)
        for (run, one) in found.enumerated() {
            place[one.number] = UInt32(run)
            runs.first.append(runs.first[run] + counts[one.number])
        }
        for row in 0..<count { runs.ofRow[row] = place[Int(ofRow[row])] }
        return runs
    }
}

/// How scores are packed into 13 bits: in the largest unit that all of them are whole in, counted from an offset that leaves
/// room on both sides.
struct ScoreCoding: Sendable, Equatable {
    let offset: Int32
    let scale: Int32

    init(offset: Int32, scale: Int32) {
        self.offset = offset
        self.scale = scale
    }

    init(_ scores: [Int32]) throws(SegmentProblem) {
        let (least, most) = (scores.min() ?? 0, scores.max() ?? 0)
        let units: [Int32] = [1_000, 100, 10]
        let scale = units.first { unit in scores.allSatisfy { $0 % unit == 0 } } ?? 1
        let range = (Int(most) - Int(least)) / Int(scale)
        guard range <= SegmentHeader.mostScore else { throw .scores }
        let room = (SegmentHeader.mostScore - range) / 2
        guard let offset = Int32(exactly: Int(least) - room * Int(scale)) else { throw .scores }
        self.init(offset: offset, scale: scale)
    }

    /// Level and score in one word; nil for what does not fit.
    func packed(_ score: Int32, level: UInt8) -> UInt16? {
        let (code, rest) = (Int(score) - Int(offset)).quotientAndRemainder(dividingBy: Int(scale))
        guard rest == 0, (0...SegmentHeader.mostScore).contains(code), (1...7).contains(level) else { return nil }
        return UInt16(level) << 13 | UInt16(code)
    }

    func score(_ value: UInt16) -> Int32 {
        // Verified on opening: the product stays far inside.
        offset &+ Int32(value & 0x1FFF) &* scale
    }
}
