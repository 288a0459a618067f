import Contracts
import Foundation
import Postgres
import Support
import Testing

@testable import AggregateSvc

@Suite("Keeping segments right")
struct SegmentUpkeepTests {
    private static let key = SegmentKey(year: 2022, assessment: Int32(World.assessment))
    private static let query = World.query { $0.dimensions = ["Ethnicity", "ELAS"] }

    private static func withData(_ body: @Sendable (inout World) async throws -> Void) async throws {
        try await World.with { world in
            var world = world
            try await world.apply(DataSetA.students)
            try await world.apply(DataSetA.exams)
            try await body(&world)
        }
    }

    private static func expectSame(_ world: World, _ what: String) async throws {
        let found = try await world.answers(query)
        #expect(!found.sql.isEmpty)
        #expect(Set(found.column) == Set(found.sql), "\(what)")
    }

    private static func state(_ world: World) -> Catalogue.State? { world.segments.store.catalogue?.states[key] }

    private static func segment(_ world: World) throws -> Segment {
        try #require(state(world)?.source).segment
    }

    @Test("SQL answers until a segment is built, the segment afterwards, changes included")
    func followsChanges() async throws {
        try await Self.withData { world in
            let bySQL = "aggregate_segments_answered_by_sql_total{service=\"test\"}"
            try await Self.expectSame(world, "missing")
            #expect(world.segments.metric(bySQL) == 1)
            try await world.segments.upkeep.round()
            try await Self.expectSame(world, "built")
            try await world.apply([
                ExamChange.with {
                    $0.id = 2
                    $0.deleted = true
                }
            ])
            try await Self.expectSame(world, "changed")
            #expect(world.segments.metric(bySQL) == 1)
            let delta = try #require(Self.state(world)?.source?.delta)
            // The deleted result is taken away and the runner-up comes in.
            #expect(delta.rows.map(\.sign).sorted() == [-1, 1])
        }
    }

    @Test("P-2 a segment that followed changes and was written again equals one built of the facts, byte for byte")
    func mergedEqualsBuilt() async throws {
        try await Self.withData { world in
            try await world.segments.upkeep.round()
            var late = DataSetA.exam(named: "R8")
            late.elas = "EL"
            try await world.apply([
                late,
                .with {
                    $0.id = 3; $0.deleted = true
                },
            ])
            try await world.apply([
                .with {
                    $0.id = 9; $0.gender = "Male"; $0.ethnicities = ["White", "Asian"]
                }
            ])
            try await Self.expectSame(world, "changed")
            try await world.segments.upkeep.checkpoint()
            #expect(Self.state(world)?.source?.delta == nil)
            let merged = try Data(contentsOf: URL(fileURLWithPath: try Self.segment(world).path))
            try world.restartSegments(empty: true)
            try await world.segments.upkeep.round()
            let built = try Data(contentsOf: URL(fileURLWithPath: try Self.segment(world).path))
            #expect(merged.dropFirst(SegmentHeader.size) == built.dropFirst(SegmentHeader.size))
        }
    }

    @Test("a new process opens what is there and reads the rest of the log")
    func restarts() async throws {
        try await Self.withData { world in
            try await world.segments.upkeep.round()
            let generation = try Self.segment(world).header.generation
            try await world.apply([
                .with {
                    $0.id = 3; $0.deleted = true
                }
            ])
            try world.restartSegments()
            try await Self.expectSame(world, "opened")
            #expect(try Self.segment(world).header.generation == generation)
            #expect(Self.state(world)?.source?.delta?.rows.count == 1)
        }
    }

    @Test("a damaged or shortened file is found at first use, answered by SQL and built anew")
    func damage() async throws {
        for cut in [false, true] {
            try await Self.withData { world in
                try await world.segments.upkeep.round()
                let path = try Self.segment(world).path
                var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
                // Never in place: the file is mapped.
                if cut { bytes.removeLast(70) } else { bytes[SegmentHeader.size] ^= 1 }
                try FileManager.default.removeItem(atPath: path)
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                try world.restartSegments()
                try await Self.expectSame(world, "damaged")
                if !cut { #expect(world.segments.metric("aggregate_segments_damaged_total{service=\"test\"}") == 1) }
                #expect(Self.state(world)?.source == nil)
                try await world.segments.upkeep.round()
                #expect(try Self.segment(world).isWhole)
                try await Self.expectSame(world, "built anew")
            }
        }
    }

    @Test("a fact that is taken away but was not there shows that the segment is damaged")
    func noPartner() async throws {
        try await Self.withData { world in
            try await world.segments.upkeep.round()
            try await world.run("UPDATE fact_log_head SET seq = seq + 1")
            try await world.run(
                """
                INSERT INTO fact_log (seq, sign, school_year, assessment_id, school_id, attributes, language, context, score, level)
                SELECT seq, -1, 2022, 203, 101, 1, 1, 9, 2400000, 1 FROM fact_log_head
                """)
            try await world.segments.upkeep.checkpoint()
            #expect(world.segments.metric("aggregate_segments_damaged_total{service=\"test\"}") == 1)
            try await Self.expectSame(world, "built anew")
            #expect(Self.state(world)?.source?.delta == nil)
        }
    }

    @Test("a scan goes on with what it began with while segments are written again and removed")
    func pinned() async throws {
        try await Self.withData { world in
            try await world.segments.upkeep.round()
            try await world.apply([
                .with {
                    $0.id = 3; $0.deleted = true
                }
            ])
            let (catalogue, plan) = try await world.database.read(.test()) { [segments = world.segments] session in
                let accepted = try QueryJudge(texts: try .init(), rowLimit: 1_000).judge(
                    Self.query, for: World.state, session)
                return (
                    try segments.store.follow(session),
                    try #require(
                        accepted.parts(try ReportOrganizations(accepted.query).selection(session)).first?.plan)
                )
            }
            let source = try #require(catalogue.states[Self.key]?.source)
            let before = SegmentScan.rows(source, plan, SliceBuckets(plan.slices))?.unpacked
            let path = source.segment.path
            for round in 0..<5 {
                var exam = DataSetA.exam(named: "R8")
                exam.level = Int32(1 + round % 4)
                try await world.apply([exam])
                try await world.segments.upkeep.checkpoint()
                #expect(SegmentScan.rows(source, plan, SliceBuckets(plan.slices))?.unpacked == before)
                try await Self.expectSame(world, "round \(round)")
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a school that changes district: SQL answers until the segment is in the new order (T18)")
    func schoolMoves() async throws {
        try await Self.withData { world in
            try await world.segments.upkeep.round()
            try await world.run("UPDATE school SET district_id = \(World.d2) WHERE id = \(World.s2)")
            let query = World.query {
                $0.includeAllDistricts = true
                $0.includeAllSchoolsOfDistricts = true
            }
            var found = try await world.answers(query)
            #expect(Set(found.column) == Set(found.sql))
            guard case .unsorted? = Self.state(world) else { return #expect(Bool(false), "not unsorted") }
            try await world.segments.upkeep.round()
            guard case .ready? = Self.state(world) else { return #expect(Bool(false), "not ready") }
            found = try await world.answers(query)
            #expect(Set(found.column) == Set(found.sql))
        }
    }

    @Test("facts that do not fit are answered by SQL until they do")
    func unfit() async throws {
        try await Self.withData { world in
            var odd = DataSetA.exam(named: "R8")
            odd.scaleScoreMilli = 90_000_001
            try await world.apply([odd])
            try await world.segments.upkeep.round()
            guard case .unfit(.scores, _)? = Self.state(world) else { return #expect(Bool(false), "not unfit") }
            try await Self.expectSame(world, "unfit")
            try await world.apply([DataSetA.exam(named: "R8")])
            try await world.segments.upkeep.checkpoint()
            #expect(Self.state(world)?.source != nil)
            try await Self.expectSame(world, "fit again")
        }
    }

    @Test("after everything was cleared segments begin anew")
    func newEpoch() async throws {
        try await Self.withData { world in
            try await world.segments.upkeep.round()
            try await world.database.transaction(.test()) { try FactCopy.clear($0) }
            let found = try await world.answers(Self.query)
            #expect(found.column.isEmpty && found.sql.isEmpty)
            try await world.apply(DataSetA.exams)
            try await Self.expectSame(world, "again")
            try await world.segments.upkeep.round()
            try await Self.expectSame(world, "built")
        }
    }

    @Test("the log is let go up to what all folders hold; a folder that comes too late begins anew")
    func pruning() async throws {
        try await Self.withData { world in
            let database = world.database
            func logged() async throws -> Int64 {
                try await database.read(.test()) { try $0.row("SELECT count(*) FROM fact_log", as: Int64.self) ?? -1 }
            }
            #expect(try await logged() > 0)
            try await world.segments.upkeep.round()
            #expect(try await logged() == 0)
            // Another folder that holds less.
            try await world.run(
                "INSERT INTO segment_reader (folder, seq, seen_at) SELECT gen_random_uuid(), seq, now() FROM fact_log_head"
            )
            try await world.apply([
                .with {
                    $0.id = 3; $0.deleted = true
                }
            ])
            try await world.segments.upkeep.checkpoint()
            #expect(try await logged() == 1)
            try await world.run(
                "UPDATE segment_reader SET seen_at = now() - interval '2 days' WHERE seq < (SELECT max(seq) FROM segment_reader)"
            )
            try await world.segments.upkeep.checkpoint()
            #expect(try await logged() == 0)

            // The first one slept through changes that are gone.
            try await world.apply([
                .with {
                    $0.id = 4; $0.deleted = true
                }
            ])
            try await FactLogPruning.prune(nil, database)
            try await world.run("DELETE FROM segment_reader")
            try await FactLogPruning.prune(nil, database)
            #expect(try await logged() == 0)
            try await Self.expectSame(world, "missed")
            #expect(Self.state(world)?.source == nil)
            try await world.segments.upkeep.round()
            try await Self.expectSame(world, "built anew")
        }
    }

    @Test("many reports at once say the same while facts change")
    func concurrent() async throws {
        try await Self.withData { world in
            try await world.segments.upkeep.round()
            let copy = world
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        if number % 4 == 0 {
                            var exam = DataSetA.exam(named: "R8")
                            exam.level = Int32(1 + number / 4)
                            try await copy.apply([exam])
                        } else if number % 4 == 1 {
                            try await copy.segments.upkeep.round()
                        } else {
                            // State rows hold every counted result, whatever its level is now.
                            let found = try await copy.answers(World.query())
                            #expect(found.column.count == 1 && found.sql.count == 1)
                            #expect(found.column.first?.contains(": 11 ") == true)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await Self.expectSame(world, "at rest")
        }
    }
}
