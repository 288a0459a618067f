/// The rows of one plan for one assessment and year, packed: what engines find, what a report keeps and pages are read from.
/// There may be millions of rows, so they are never objects on the way (column engine §5).
///
/// The rows of one organization are a block, in the order of slices. A row is a few numbers of variable length: by how much its
/// slice is above the one before, students, the sum of the packed scores and that of their squares, students of each level.
struct PackedRows: Sendable {
    struct Block: Sendable {
        var place: PlanRow.Place
        /// Of its first byte.
        var start: Int
        var rows: Int
        /// The slices that have rows.
        var slices: UInt128

        /// The place of its last row among the slices.
        var lastSlice: Int { max(0, 127 - slices.leadingZeroBitCount) }
    }

    let key: SegmentKey
    /// What the packed scores mean.
    let coding: ScoreCoding
    /// Of each row.
    let levels: Int
    private(set) var bytes: [UInt8] = []
    private(set) var blocks: [Block] = []
    private var slice = -1

    /// Slices that a plan may have.
    static let mostSlices = 128

    init(_ key: SegmentKey, _ coding: ScoreCoding, levels: Int) {
        self.key = key
        self.coding = coding
        self.levels = levels
    }

    /// The rows of an organization follow; one without rows leaves no block.
    mutating func begin(_ place: PlanRow.Place) {
        if let last = blocks.last, last.rows == 0 { blocks.removeLast() }
        blocks.append(Block(place: place, start: bytes.count, rows: 0, slices: 0))
        slice = -1
    }

    /// The next row but for its levels, which follow. Slices ascend.
    mutating func add(slice: Int, count: UInt64, score: Int64, squares: UInt128) {
        note(slice)
        Varint.append(count, to: &bytes)
        Varint.append(Varint.zigzag(score), to: &bytes)
        Varint.append(wide: squares, to: &bytes)
    }

    mutating func add(level count: UInt64) { Varint.append(count, to: &bytes) }

    mutating func end() { if let last = blocks.last, last.rows == 0 { blocks.removeLast() } }

    /// The rows of several passes over the same facts, each with slices of its own.
    init(merging passes: [PackedRows]) {
        self.init(passes[0].key, passes[0].coding, levels: passes[0].levels)
        var order: [PlanRow.Place] = []
        var rows: [PlanRow.Place: [(slice: Int, row: ArraySlice<UInt8>)]] = [:]
        for pass in passes {
            for block in pass.blocks.indices {
                let place = pass.blocks[block].place
                if rows[place] == nil { order.append(place) }
                rows[place, default: []] += pass.split(block)
            }
        }
        for place in order {
            begin(place)
            for (slice, row) in rows[place, default: []].sorted(by: { $0.slice < $1.slice }) {
                note(slice)
                bytes += row
            }
        }
    }

    /// The rows of a block as they lie in it, but for their slices.
    private func split(_ block: Int) -> [(slice: Int, row: ArraySlice<UInt8>)] {
        let all = bytes(of: block)
        var input = Varint.Reader(all)
        var slice = -1
        return (0..<blocks[block].rows).map { _ in
            slice += Int(input.next() ?? 0)
            let start = input.place
            for _ in 0..<3 + levels { _ = input.nextWide() }
            return (slice, all[start..<input.place])
        }
    }

    /// The same rows, with no numbers in those that are withheld. A row of nobody is otherwise never kept.
    ///
    /// - Parameter empty: slices without rows that are withheld too.
    func withholding(
        empty: (_ place: PlanRow.Place) -> [Int],
        _ isWithheld: (_ place: PlanRow.Place, _ slice: Int, _ students: Int64) -> Bool
    ) -> PackedRows {
        var rows = PackedRows(key, coding, levels: levels)
        for (number, block) in blocks.enumerated() {
            rows.begin(block.place)
            var all = split(number)
            all += empty(block.place).filter { (block.slices >> UInt128($0)) & 1 == 0 }.map { ($0, []) }
            for (slice, row) in all.sorted(by: { $0.slice < $1.slice }) {
                var input = Varint.Reader(row)
                rows.note(slice)
                if row.isEmpty || isWithheld(block.place, slice, Int64(clamping: input.next() ?? 0)) {
                    for _ in 0..<3 + levels { Varint.append(0, to: &rows.bytes) }
                } else {
                    rows.bytes += row
                }
            }
        }
        return rows
    }

    /// A row of the newest block begins.
    private mutating func note(_ slice: Int) {
        Varint.append(UInt64(slice - self.slice), to: &bytes)
        self.slice = slice
        blocks[blocks.count - 1].rows += 1
        blocks[blocks.count - 1].slices |= 1 << UInt128(slice)
    }

    func bytes(of block: Int) -> ArraySlice<UInt8> {
        bytes[blocks[block].start..<(block + 1 < blocks.count ? blocks[block + 1].start : bytes.count)]
    }

    /// Rows of another engine, which are in no order.
    static func of(_ rows: [PlanRow], levels: Int) -> [PackedRows] {
        let byKey = Dictionary(grouping: rows) { SegmentKey(year: $0.year, assessment: $0.assessment) }
        return byKey.sorted { $0.key < $1.key }.map { key, rows in
            var packed = PackedRows(key, ScoreCoding(offset: 0, scale: 1), levels: levels)
            for (place, rows) in Dictionary(grouping: rows, by: \.place) {
                packed.begin(place)
                for row in rows.sorted(by: { $0.slice < $1.slice }) {
                    packed.add(
                        slice: row.slice, count: UInt64(row.sums.count), score: row.sums.score,
                        squares: UInt128(row.sums.squares))
                    for level in 0..<levels { packed.add(level: UInt64(row.sums.levels[level])) }
                }
            }
            packed.end()
            return packed
        }
    }

    /// - Returns: nil for bytes that are no rows.
    static func read(
        _ bytes: ArraySlice<UInt8>, rows: Int, levels: Int, _ coding: ScoreCoding,
        _ body: (_ slice: Int, Sums) throws -> Void
    ) rethrows -> Bool {
        var input = Varint.Reader(bytes)
        var slice = -1
        for _ in 0..<rows {
            guard let step = input.next(), let count = input.next(), let score = input.next(),
                let squares = input.nextWide(), (1...UInt64(mostSlices)).contains(step), count <= UInt64(UInt32.max)
            else { return false }
            slice += Int(step)
            var counts = LevelCounts(levels: levels)
            for level in 0..<levels {
                guard let number = input.next() else { return false }
                counts[level] = Int64(clamping: number)
            }
            guard slice < mostSlices,
                let sums = coding.sums(
                    count: Int64(count), packed: Varint.unzigzag(score), squares: squares, levels: counts)
            else { return false }
            try body(slice, sums)
        }
        return input.isAtEnd
    }
}

extension ScoreCoding {
    /// (offset + scale × packed)² and its sums, exactly; nil for what cannot be of this many results.
    func sums(count: Int64, packed: Int64, squares: UInt128, levels: LevelCounts) -> Sums? {
        let (offset, scale) = (Int128(offset), Int128(scale))
        // Scores are below 100,000 points, and units at most one: with that nothing below overflows.
        let most: Int128 = 100_000_000
        guard squares < 1 << 90, (0...1_000).contains(scale),
            let score = Int64(exactly: Int128(count) * offset + scale * Int128(packed)),
            Int128(score).magnitude <= UInt128(Int128(count) * most)
        else { return nil }
        let sum =
            Int128(count) * offset * offset + 2 * offset * scale * Int128(packed) + scale * scale * Int128(squares)
        // No scores have other sums.
        guard (0...Int128(count) * most * most).contains(sum), Int128(count) * sum >= Int128(score) * Int128(score)
        else {
            return nil
        }
        return Sums(count: count, score: score, squares: sum, levels: levels)
    }
}

/// Numbers of variable length, seven bits a byte, the lowest first.
enum Varint {
    @inline(__always)
    static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    static func append(wide number: UInt128, to bytes: inout [UInt8]) {
        if let small = UInt64(exactly: number) { return append(small, to: &bytes) }
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    static func zigzag(_ number: Int64) -> UInt64 { UInt64(bitPattern: (number << 1) ^ (number >> 63)) }
    static func unzigzag(_ number: UInt64) -> Int64 { Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1) }

    /// Reads what `append` wrote; nil where it does not go on.
    struct Reader {
        private let bytes: ArraySlice<UInt8>
        private(set) var place: Int

        init(_ bytes: ArraySlice<UInt8>) {
            self.bytes = bytes
            place = bytes.startIndex
        }

        var isAtEnd: Bool { place == bytes.endIndex }

        mutating func next() -> UInt64? { nextWide().flatMap { UInt64(exactly: $0) } }

        mutating func nextWide() -> UInt128? {
            var (number, shift): (UInt128, UInt128) = (0, 0)
            while place < bytes.endIndex, shift < 126 {
                let byte = bytes[place]
                place += 1
                number |= UInt128(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return number }
                shift += 7
            }
            return nil
        }

        mutating func next(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, count <= bytes.endIndex - place else { return nil }
            defer { place += count }
            return bytes[place..<place + count]
        }
    }
}
