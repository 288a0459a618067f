import Contracts
import Support
import Testing

@testable import AggregateSvc

@Suite("Packed rows")
struct PackedRowsTests {
    /// Rows at random of one organization after the other, as SQL gives them: in no order.
    private static func rows(_ random: inout SeededGenerator) -> [PlanRow] {
        var rows: [PlanRow] = []
        for place in [PlanRow.Place.state, .district(11), .school(101), .school(4_000_000_000)] {
            for slice in 0..<128 where Int.random(in: 0..<3, using: &random) == 0 {
                let scores = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                    Int64.random(in: -100_000_000...100_000_000, using: &random)
                }
                rows.append(
                    PlanRow(
                        place: place, assessment: 203, year: 2022, slice: slice,
                        sums: Sums(
                            count: Int64(scores.count), score: scores.reduce(0, +),
                            squares: scores.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) },
                            levels: [Int64(scores.count), 0, 0, 0])))
            }
        }
        return rows.shuffled(using: &random)
    }

    private static func line(_ row: PlanRow) -> String { "\(row)" }

    @Test(
        "what is packed is unpacked, to the last integer, and what several passes found is put together",
        arguments: 0..<10)
    func roundTrip(seed: Int) {
        var random = SeededGenerator(seed: seed)
        let rows = Self.rows(&random)
        let packed = PackedRows.of(rows, levels: 4)
        #expect(Set(packed.flatMap(\.unpacked).map(Self.line)) == Set(rows.map(Self.line)), "seed \(seed)")
        let halves = [0, 1].flatMap { half in PackedRows.of(rows.filter { $0.slice % 2 == half }, levels: 4) }
        let merged = PackedRows(merging: halves)
        #expect(Set(merged.unpacked.map(Self.line)) == Set(rows.map(Self.line)), "seed \(seed)")
    }

    @Test("pieces hold every row once and in order, a cohort's numbers with its students', and fit into a page")
    func pieces() throws {
        var random = SeededGenerator(seed: 5)
        let schools = (1...300).map(Int64.init)
        let rows = schools.flatMap { school in
            (0..<128).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.map { slice in
                let count = Int64.random(in: 1...1_000, using: &random)
                return PlanRow(
                    place: .school(school), assessment: 203, year: 2022, slice: slice,
                    sums: Sums(
                        count: count, score: 2_400_000 * count, squares: 5_760_000_000_000 * Int128(count),
                        levels: [count, 0, 0, 0]))
            }
        }
        let layout = StoredLayout.with {
            $0.organizations = schools.map { school in
                .with {
                    $0.type = "School"
                    $0.id = school
                    $0.districtID = 11
                }
            }
            $0.assessments = [
                .with {
                    $0.id = 203
                    $0.subject = "ELA"
                    $0.schoolYear = 2022
                }
            ]
            $0.slices = (0..<128).map { _ in .with { $0.dimension = "Overall" } }
        }
        let packed = PackedRows.of(rows, levels: 4)
        let pieces = ReportPieces(
            [FoundRows(meaning: .rows(first: 0), rows: packed), FoundRows(meaning: .cohort, rows: packed)], layout,
            ReportPlaces(layout, type: "sum"), HeldBackRows())
        let kept = Array(pieces)
        #expect(kept.count > 10 && kept.allSatisfy { $0.bytes.count <= FinishedReport.pieceBytes })
        let read = try kept.map { try PieceRows.read($0.bytes) }
        #expect(zip(kept, read).allSatisfy { $0.lastPlace == $1.last?.place })
        #expect(read.joined().map(\.place) == rows.map { ($0.place.school - 1) * 128 + Int64($0.slice) })
        #expect(read.joined().map(\.students) == rows.map(\.sums.count))
        #expect(read.joined().allSatisfy { $0.cohort?.students == $0.students })
        #expect(pieces.rows == Int64(rows.count))
    }

    @Test("whatever the bytes of a piece are, they are rows or refused", arguments: 0..<20)
    func broken(seed: Int) {
        var random = SeededGenerator(seed: seed)
        let packed = PackedRows.of(Self.rows(&random), levels: 4)
        let layout = StoredLayout.with {
            $0.organizations = [
                .with { $0.type = "State" },
                .with {
                    $0.type = "District"
                    $0.id = 11
                },
                .with {
                    $0.type = "School"
                    $0.id = 101
                    $0.districtID = 11
                },
            ]
            $0.assessments = [
                .with {
                    $0.id = 203
                    $0.subject = "ELA"
                    $0.grade = "03"
                    $0.schoolYear = 2022
                }
            ]
            $0.slices = (0..<128).map { _ in .with { $0.dimension = "Overall" } }
        }
        let found = [
            FoundRows(meaning: .rows(first: 0), rows: packed), FoundRows(meaning: .cohort, rows: packed),
        ]
        let pieces = ReportPieces(found, layout, ReportPlaces(layout, type: "sum"), HeldBackRows())
        let rows = packed[0].blocks.filter { $0.place != .school(4_000_000_000) }.reduce(0) { $0 + $1.rows }
        let kept = pieces.map(\.bytes)
        #expect(pieces.rows == Int64(rows) && kept.count == 1)
        let whole = try? PieceRows.read(kept[0])
        #expect(
            whole?.count == rows && whole?.allSatisfy { $0.cohort?.students == $0.students } == true, "seed \(seed)")
        var refused = 0
        for _ in 0..<300 {
            var bytes = kept[0]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
                }
            }
            if (try? PieceRows.read(bytes)) == nil { refused += 1 }
        }
        #expect(refused > 0, "seed \(seed)")
    }
}

extension PlanRow.Place {
    fileprivate var school: Int64 { if case .school(let id) = self { id } else { 0 } }
}
