import Contracts
import Reports

/// Puts what the parts of a report have found into the order of its places and, one by one, into the pieces in which it is
/// kept. Blocks of rows are moved as they are, never looked into.
struct ReportPieces: Sequence, Sendable {
    /// A block of rows: where its first slice would stand, and where it was found.
    private struct Found {
        var base: Int64
        var isCohort: Bool
        var part: Int32
        var rows: Int32
        var block: Int32
    }

    let tables: [ReportTable]
    let rows: Int64
    private let found: [FoundRows]
    private let blocks: [Found]

    /// - Parameter held: whose rows are left out.
    init(_ found: [FoundRows], _ layout: StoredLayout, _ places: ReportPlaces, _ held: HeldBackRows) {
        self.found = found
        blocks = Self.blocks(found, layout, places, held)
        tables = Self.tables(blocks, found, layout, places)
        rows = tables.reduce(0) { $0 + $1.rows }
    }

    func makeIterator() -> Iterator { Iterator(pieces: self) }

    struct Iterator: IteratorProtocol {
        fileprivate let pieces: ReportPieces
        /// The next block.
        private var place = 0

        fileprivate init(pieces: ReportPieces) { self.pieces = pieces }

        mutating func next() -> ReportContent.Piece? {
            guard place < pieces.blocks.count else { return nil }
            var piece: ReportContent.Piece = (0, [])
            piece.bytes.reserveCapacity(FinishedReport.pieceBytes)
            var base: Int64 = 0
            repeat {
                let rows = pieces.group(at: place)
                let size = rows.reduce(0) { $0 + ReportPieces.mostHeader + pieces.packed($1).bytes.count }
                if !piece.bytes.isEmpty, piece.bytes.count + size > FinishedReport.pieceBytes { break }
                for one in rows {
                    let block = pieces.append(one, after: base, to: &piece.bytes)
                    base = one.base
                    if !one.isCohort { piece.lastPlace = one.base + Int64(block.lastSlice) }
                }
                place = rows.endIndex
            } while place < pieces.blocks.count
            return piece
        }
    }

    /// A block and what belongs to it: a cohort's numbers are read with those of all students.
    private func group(at place: Int) -> ArraySlice<Found> {
        var end = place + 1
        while end < blocks.count, blocks[end].isCohort { end += 1 }
        return blocks[place..<end]
    }

    private func packed(_ one: Found) -> (rows: PackedRows, block: PackedRows.Block, bytes: ArraySlice<UInt8>) {
        let rows = found[Int(one.part)].rows[Int(one.rows)]
        return (rows, rows.blocks[Int(one.block)], rows.bytes(of: Int(one.block)))
    }

    /// Bytes that stand before those of a block, at most.
    private static let mostHeader = 40

    private func append(_ one: Found, after base: Int64, to bytes: inout [UInt8]) -> PackedRows.Block {
        let (rows, block, own) = packed(one)
        Varint.append(UInt64(one.base - base), to: &bytes)
        Varint.append(one.isCohort ? 1 : 0, to: &bytes)
        Varint.append(UInt64(block.rows), to: &bytes)
        Varint.append(UInt64(rows.levels), to: &bytes)
        Varint.append(Varint.zigzag(Int64(rows.coding.offset)), to: &bytes)
        Varint.append(UInt64(rows.coding.scale), to: &bytes)
        Varint.append(UInt64(own.count), to: &bytes)
        bytes += own
        return block
    }

    private static func blocks(
        _ found: [FoundRows], _ layout: StoredLayout, _ places: ReportPlaces, _ held: HeldBackRows
    ) -> [Found] {
        struct AssessmentYear: Hashable { var id: Int64; var year: Int32 }
        let organizations = Dictionary(
            layout.organizations.enumerated().map { ($1.place, $0) }, uniquingKeysWith: { first, _ in first })
        let assessments = Dictionary(
            layout.assessments.enumerated().map { (AssessmentYear(id: $1.id, year: $1.schoolYear), $0) },
            uniquingKeysWith: { first, _ in first })
        var blocks: [Found] = []
        blocks.reserveCapacity(found.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.blocks.count } })
        for (part, one) in found.enumerated() {
            let (first, isCohort) = one.meaning.place
            for (number, packed) in one.rows.enumerated() {
                let year = Int32(packed.key.year)
                guard let assessment = assessments[AssessmentYear(id: Int64(packed.key.assessment), year: year)] else {
                    continue
                }
                for (block, rows) in packed.blocks.enumerated() {
                    guard let organization = organizations[rows.place],
                        !held.contains(organization: organization, year: year)
                    else { continue }
                    blocks.append(
                        Found(
                            base: places.place(organization: organization, assessment: assessment, slice: first),
                            isCohort: isCohort, part: Int32(part), rows: Int32(number), block: Int32(block)))
                }
            }
        }
        // Whoever is in a cohort is among all students, whose block stands before.
        blocks.sort { ($0.base, $0.isCohort ? 1 : 0) < ($1.base, $1.isCohort ? 1 : 0) }
        return blocks
    }

    /// How many rows each subject's table has, those without students as `ReportWalk` makes them up, and whether it must name
    /// its assessments (T28).
    private static func tables(
        _ blocks: [Found], _ found: [FoundRows], _ layout: StoredLayout, _ places: ReportPlaces
    ) -> [ReportTable] {
        var tables = TableCounts(layout, places)
        for one in blocks where !one.isCohort {
            let block = found[Int(one.part)].rows[Int(one.rows)].blocks[Int(one.block)]
            tables.add(base: one.base, slices: block.slices, rows: block.rows)
        }
        return tables.all
    }
}

extension AcceptedQuery.Part.Meaning {
    /// The report's slice that is the plan's first, and whether it is the cohort's numbers.
    fileprivate var place: (first: Int, isCohort: Bool) {
        switch self {
        case .rows(let first): (first, false)
        case .cohort: (0, true)
        }
    }
}

/// Counts rows for the tables of a report.
struct TableCounts {
    private struct Unit { var subject: Int; var number: Int; var isShared: Bool; var assessments: Range<Int> }
    private struct Shared: Hashable { var organization: Int; var subject: Int; var unit: Int; var slice: Int }

    private let places: ReportPlaces
    private let isBlock: Bool
    private var unitOfAssessment: [Unit] = []
    /// By subject, for each slice of the report: which of those from it on have a row even without students.
    private var backfilled: [[UInt128]] = []
    private var tables: [ReportTable] = []
    /// By assessment.
    private var seen: [Bool] = []
    /// Several assessments of one grade and year have one row together where none of them has a result.
    private var shared: [Shared: UInt128] = [:]

    init(_ layout: StoredLayout, _ places: ReportPlaces) {
        self.places = places
        isBlock = places.isOfBlocks
        for (subject, (code, units)) in places.subjects.enumerated() {
            for (number, unit) in units.enumerated() {
                for _ in unit.assessments {
                    unitOfAssessment.append(
                        Unit(
                            subject: subject, number: number, isShared: unit.assessments.count > 1,
                            assessments: unit.assessments))
                }
            }
            let empty = layout.backfilledSlices(of: code)
            var from = [UInt128](repeating: 0, count: places.slices)
            for slice in empty { from[slice] = 1 }
            for slice in from.indices.dropLast().reversed() { from[slice] |= from[slice + 1] << 1 }
            backfilled.append(from)
            tables.append(
                .with {
                    $0.subject = code
                    $0.emptyRows = Int64(places.organizations * units.count * empty.count)
                })
        }
        seen = [Bool](repeating: false, count: unitOfAssessment.count)
    }

    /// - Parameters:
    ///   - base: where the first slice of some rows would stand.
    ///   - slices: which of those from it on have rows.
    mutating func add(base: Int64, slices: UInt128, rows: Int) {
        guard let parts = places.parts(of: base), unitOfAssessment.indices.contains(parts.assessment) else { return }
        let unit = unitOfAssessment[parts.assessment]
        seen[parts.assessment] = true
        tables[unit.subject].rows += Int64(rows)
        var filled = slices & backfilled[unit.subject][parts.slice]
        if unit.isShared {
            let key = Shared(
                organization: parts.organization, subject: unit.subject, unit: unit.number, slice: parts.slice)
            let before = shared[key, default: 0]
            shared[key] = before | filled
            filled &= ~before
        }
        tables[unit.subject].emptyRows -= Int64(filled.nonzeroBitCount)
    }

    var all: [ReportTable] {
        var all = tables
        for (subject, (_, units)) in places.subjects.enumerated() {
            all[subject].namedAssessments =
                isBlock || units.contains { unit in unit.assessments.count { seen[$0] } > 1 }
        }
        return all
    }
}

/// The rows of a piece, as they are read.
enum PieceRows {
    /// - Throws: `BrokenPiece` for bytes that are none.
    static func read(_ bytes: [UInt8]) throws -> [StoredRow] {
        var input = Varint.Reader(bytes[...])
        var rows: [StoredRow] = []
        var base: Int64 = 0
        while !input.isAtEnd {
            guard let step = input.next().flatMap({ Int64(exactly: $0) }), let kind = input.next(),
                let count = input.next(), let levels = input.next(),
                let offset = input.next().flatMap({ Int32(exactly: Varint.unzigzag($0)) }),
                let scale = input.next().flatMap({ Int32(exactly: $0) }),
                let length = input.next().flatMap({ Int(exactly: $0) }), kind <= 1,
                count <= UInt64(PackedRows.mostSlices), levels <= 6, let block = input.next(length)
            else { throw BrokenPiece() }
            let (sum, isTooLarge) = base.addingReportingOverflow(step)
            guard !isTooLarge, sum < .max - 128 else { throw BrokenPiece() }
            base = sum
            var next = rows.count
            if kind == 1 { while next > 0, rows[next - 1].place >= base { next -= 1 } }
            let isWhole = PackedRows.read(
                block, rows: Int(count), levels: Int(levels), ScoreCoding(offset: offset, scale: scale)
            ) { slice, sums in
                let (place, measures) = (base + Int64(slice), Measures(sums))
                // Nobody is kept where a number is withheld.
                if kind == 0 {
                    var row = StoredRow(measures, place: place)
                    row.tooFew = sums.count == 0
                    rows.append(row)
                } else {
                    while next < rows.count, rows[next].place < place { next += 1 }
                    if next < rows.count, rows[next].place == place {
                        var cohort = StoredCohort(measures)
                        cohort.tooFew = sums.count == 0
                        rows[next].cohort = cohort
                    }
                }
            }
            guard isWhole else { throw BrokenPiece() }
        }
        return rows
    }
}

/// A piece of a report is not what was stored.
struct BrokenPiece: Error {}
