import Contracts
import Foundation
import Postgres
import Support
import Testing

@testable import AggregateSvc

@Suite("Segments")
struct SegmentTests {
    private static let directory = SchoolDirectory(version: 1, [101: 11, 102: 11, 103: 12, 7: 12])
    private static let key = SegmentKey(year: 2022, assessment: 203)

    private static func facts(_ count: Int, _ random: inout SeededGenerator) -> [(UInt32, UInt64, Int32, UInt8)] {
        (0..<count).map { _ in
            (
                [101, 102, 103, 7, 999].randomElement(using: &random) ?? 7,
                UInt64([3, 5, 9, 17].randomElement(using: &random) ?? 3) << 40
                    | UInt64.random(in: 1...4, using: &random),
                Int32.random(in: 2_300...2_500, using: &random) * 1_000, UInt8.random(in: 1...4, using: &random)
            )
        }
    }

    private static func columns(_ rows: [(UInt32, UInt64, Int32, UInt8)]) -> SegmentFacts {
        var facts = SegmentFacts()
        for (school, word, score, level) in rows {
            facts.append(PackedFact(word: word, score: score, level: level), school: school)
        }
        return facts
    }

    private static func lines(_ facts: SegmentFacts) -> [String] {
        (0..<facts.count).map {
            "\(facts.schools[$0]) \(facts.words[$0]) \(facts.scores[$0]) \(facts.levels[$0]) \(facts.cohorts[$0]) \(facts.claims[$0])"
        }
        .sorted()
    }

    private static func packed(_ facts: SegmentFacts, generation: UInt32 = 1) throws -> [UInt8] {
        try facts.packed(key, generation: generation, covers: 5, epoch: [UInt8](repeating: 7, count: 16), directory)
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "segments-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test("what is written is read back, and equal facts give equal bytes", arguments: [0, 1, 2, 300])
    func roundTrip(count: Int) throws {
        var random = SeededGenerator(seed: count)
        let rows = Self.facts(count, &random)
        let bytes = try Self.packed(Self.columns(rows))
        #expect(bytes == (try Self.packed(Self.columns(rows.shuffled(using: &random)))))
        try withFolder { path in
            let folder = try SegmentFolder(path)
            let segment = try folder.publish(bytes, Self.key, generation: 1)
            #expect(segment.isWhole)
            #expect(Self.lines(try segment.facts(with: nil)) == Self.lines(Self.columns(rows)))
            #expect(segment.header.key == Self.key && segment.header.covers == 5 && segment.header.rows == count)
        }
    }

    @Test("a file with any byte changed, or cut anywhere, is refused or says the same")
    func damaged() throws {
        var random = SeededGenerator(seed: 1)
        let facts = Self.columns(Self.facts(40, &random))
        let bytes = try Self.packed(facts)
        let whole = Self.lines(facts)
        try withFolder { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            func check(_ bytes: [UInt8], _ what: String) throws {
                let file = "\(path)/one.seg"
                try Data(bytes).write(to: URL(fileURLWithPath: file))
                guard let segment = Segment(file), segment.isWhole else { return }
                #expect(Self.lines(try segment.facts(with: nil)) == whole, "\(what)")
            }
            var refused = 0
            for place in bytes.indices {
                var changed = bytes
                changed[place] ^= UInt8.random(in: 1...255, using: &random)
                try check(changed, "byte \(place)")
                try Data(changed).write(to: URL(fileURLWithPath: "\(path)/two.seg"))
                if Segment("\(path)/two.seg")?.isWhole != true { refused += 1 }
            }
            // What is not refused lies between the sections.
            #expect(refused > bytes.count / 2)
            for length in bytes.indices { try check(Array(bytes[..<length]), "length \(length)") }
        }
    }

    @Test("what does not fit is refused when a segment is made")
    func unfit() throws {
        var far = SegmentFacts()
        far.append(PackedFact(word: 1, score: 1_000, level: 1), school: 7)
        far.append(PackedFact(word: 1, score: 99_999_001, level: 1), school: 7)
        #expect(throws: SegmentProblem.scores) { try Self.packed(far) }
        var many = SegmentFacts()
        for word in 0..<UInt64(70_000) { many.append(PackedFact(word: word, score: 0, level: 1), school: 7) }
        #expect(throws: SegmentProblem.tooManyProfiles) { try Self.packed(many) }
        #expect(throws: SegmentProblem.school) {
            var facts = SegmentFacts()
            facts.append(PackedFact(word: 1, score: 0, level: 1), school: 7)
            _ = try facts.packed(
                Self.key, generation: 1, covers: 0, epoch: [], SchoolDirectory(version: 1, [7: 1 << 40]))
        }
    }

    @Test("of several generations the newest counts; what was not finished is removed")
    func generations() throws {
        var random = SeededGenerator(seed: 2)
        try withFolder { path in
            let folder = try SegmentFolder(path)
            for generation in [3, 1, 2] as [UInt32] {
                _ = try folder.publish(
                    try Self.packed(Self.columns(Self.facts(9, &random)), generation: generation), Self.key,
                    generation: generation)
            }
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(path)/y2022_a9_p0_g1.seg"))
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(path)/y2022_a203_p0_g9.seg.tmp"))
            #expect(folder.open().map(\.header.generation) == [3])
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.contains("seg") }
            #expect(names == ["y2022_a203_p0_g3.seg"])
        }
    }

    @Test("a folder has one user")
    func oneUser() throws {
        try withFolder { path in
            let first = try SegmentFolder(path)
            #expect(throws: FolderProblem.self) { try SegmentFolder(path) }
            first.unlock()
            let second = try SegmentFolder(path)
            #expect(second.id == first.id)
        }
    }

    @Test("CRC-32C of the known text")
    func checksum() {
        #expect(Array("123456789".utf8).withUnsafeBytes { Checksum.of($0) } == 0xE306_9283)
    }

    @Test("positions are read back, and refused with any byte changed")
    func positions() {
        let positions = SegmentPositions(
            epoch: [UInt8](0..<16), all: [Self.key: .init(generation: 3, covers: 77)])
        #expect(SegmentPositions(positions.bytes()) == positions)
        for place in positions.bytes().indices {
            var bytes = positions.bytes()
            bytes[place] ^= 1
            #expect(SegmentPositions(bytes).map { $0 == positions } ?? true, "byte \(place)")
        }
    }

    @Test("fields are divided so that two counters do, and never need more than there are")
    func buckets() {
        func slices(_ names: [String]) -> [ReportPlan.Slice] {
            [.students(.init())]
                + StudentField.all.filter { names.contains($0.name) }.flatMap { field in
                    field.rowCodes.map { code -> ReportPlan.Slice in
                        field.firstBit == nil
                            ? .language(Languages.number(code)) : .students(.init(masks: [field.bit(code)]))
                    }
                }
        }
        let four = SliceBuckets(slices(["Ethnicity", "ELAS", "Language", "MigrantStatus"]))
        #expect(four.passes.map(\.count) == [2])
        let all = SliceBuckets(slices(StudentField.all.map(\.name)))
        #expect(all.passes.flatMap { $0 }.count <= 4)
        // Every slice is in one bucket.
        for buckets in [four, all] {
            let found = buckets.passes.flatMap { $0 }.flatMap { $0.everybody + $0.tests.map(\.slice) }
            #expect(found.sorted() == Array(0..<buckets.count))
        }
        #expect(SliceBuckets([]).passes.map(\.count) == [1])
    }
}
