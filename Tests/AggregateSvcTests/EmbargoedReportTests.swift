import Contracts
import Testing

@testable import AggregateSvc
@testable import Jobs

/// The embargo cases of aggregates §9.5: 2022 is under embargo by default, 2021 was loaded as history.
@Suite("Embargoed reports")
struct EmbargoedReportTests {
    static let u1 = World.caller(1, aggregate: World.district(World.d1))
    static let u2 = World.caller(2, aggregate: World.district(World.d1), embargo: World.district(World.d1))
    static let u3 = World.caller(
        3, aggregate: .with { $0.statewide = true }, embargo: .with { $0.statewide = true })
    static let u4 = World.caller(4, aggregate: World.district(World.d2))

    func withEmbargo(_ body: @Sendable (World) async throws -> Void) async throws {
        try await World.with { world in
            try await world.apply(DataSetA.exams)
            try await world.apply(DataSetA.students)
            try await world.run("UPDATE school_year SET embargoed_by_default = true WHERE year = 2022")
            try await body(world)
        }
    }

    /// value 1 embargoed, 2 released; district 0 is the State.
    func set(_ world: World, _ district: Int64, _ value: Int16) async throws {
        try await world.run(
            """
            INSERT INTO embargo_setting (school_year, district_id, kind, value) VALUES (2022, \(district), 2, \(value))
            ON CONFLICT (school_year, district_id, kind) DO UPDATE SET value = excluded.value
            """)
    }

    static func query(_ district: Int64, state: Bool = true) -> AggregateQuery {
        World.query {
            $0.includeState = state
            $0.districtIDs = [district]
        }
    }

    func file(_ world: World, _ report: Report, _ caller: CallerClaims) async throws -> String {
        let part = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(caller))
        return String(decoding: part.bytes, as: UTF8.self)
    }

    @Test(
        "G-1 F283 F333 T24 none set: nothing for a reporter, his own for a district administrator, all for the state's, no file for anybody"
    )
    func nothingSet() async throws {
        try await withEmbargo { world in
            let one = try await world.make(Self.query(World.d1), for: Self.u1)
            #expect(one.status == "NO_RESULTS")

            let two = try await world.make(Self.query(World.d1), for: Self.u2)
            #expect(
                try await world.rows(two, for: Self.u2) == [
                    "California · Overall: not released", "Alder Unified · Overall: 8 2417±23 [2 2 3 1]",
                ])
            #expect(two.onlineOnly)
            await expectFault(.forbidden) { try await file(world, two, Self.u2) }
            await expectFault(.forbidden) {
                try await world.parts.server.exportReportTable(
                    .with {
                        $0.id = two.id
                        $0.subject = "ELA"
                    }, world.call(Self.u2))
            }
            let view = try await world.parts.server.getReportView(.with { $0.id = two.id }, world.call(Self.u2))
            #expect(view.preview && view.report?.onlineOnly == true)

            let three = try await world.make(Self.query(World.d1), for: Self.u3)
            #expect(
                try await world.rows(three, for: Self.u3) == [
                    "California · Overall: 11 2417±19 [3 3 3 2]", "Alder Unified · Overall: 8 2417±23 [2 2 3 1]",
                ])
            #expect(three.onlineOnly)
            await expectFault(.forbidden) { try await file(world, three, Self.u3) }
        }
    }

    @Test(
        "G-2 a district that releases ahead of the state is visible and can be downloaded; the State row waits for all")
    func districtAhead() async throws {
        try await withEmbargo { world in
            try await set(world, World.d2, 2)
            let own = try await world.make(Self.query(World.d2, state: false), for: Self.u4)
            #expect(try await world.rows(own, for: Self.u4) == ["Birch Unified · Overall: 3 2418±40 [1 1 0 1]"])
            #expect(!own.onlineOnly)
            #expect(try await file(world, own, Self.u4).contains("Birch Unified,01611270000000,Grade 3 ELA"))
            let both = try await world.make(Self.query(World.d2), for: Self.u4)
            #expect(
                try await world.rows(both, for: Self.u4) == [
                    "California · Overall: not released", "Birch Unified · Overall: 3 2418±40 [1 1 0 1]",
                ])
            // All districts with results have released: the state row is shown.
            try await set(world, World.d1, 2)
            let all = try await world.make(Self.query(World.d2), for: Self.u4)
            #expect(try await world.row(all, "California · Overall", for: Self.u4) == "11 2417±19 [3 3 3 2]")
        }
    }

    @Test("G-3 the state's release overrides a district's embargo; G-5 interims are never held back")
    func stateReleases() async throws {
        try await withEmbargo { world in
            try await set(world, World.d1, 1)
            try await set(world, 0, 2)
            for caller in [Self.u1, Self.u2] {
                let report = try await world.make(Self.query(World.d1), for: caller)
                #expect(try await world.rows(report, for: caller).count == 2)
                #expect(try await world.row(report, "California · Overall", for: caller) == "11 2417±19 [3 3 3 2]")
                #expect(!report.onlineOnly)
                #expect(try await file(world, report, caller).contains("Alder Unified"))
            }
        }
        try await withEmbargo { world in
            try await world.database.transaction(.test()) { session in
                try DefinitionCopy.assessments(
                    session, [World.assessmentRow(301, "Form A", type: "ica", grade: "03", year: 2022)])
            }
            var interim = DataSetA.exam(named: "R1")
            interim.id = 500
            interim.assessmentID = 301
            interim.type = "ica"
            interim.condition = "SD"
            try await world.apply([interim])
            let report = try await world.make(
                World.query {
                    $0.assessmentType = "ica"
                    $0.conditions = ["SD"]
                    $0.includeState = false
                    $0.districtIDs = [World.d1]
                }, for: Self.u1)
            #expect(try await world.rows(report, for: Self.u1) == ["Alder Unified · Overall: 1 2350 [1 0 0 0]"])
            #expect(!report.onlineOnly)
        }
    }

    @Test("G-4 a year loaded as history is visible to all, whatever the current year is")
    func history() async throws {
        try await withEmbargo { world in
            var older = DataSetA.exam(named: "R3")
            older.id = 300
            older.schoolYear = 2021
            try await world.apply([older])
            let report = try await world.make(
                World.query {
                    $0.schoolYears = [2021]
                    $0.districtIDs = [World.d1]
                }, for: Self.u1)
            #expect(!report.onlineOnly)
            #expect(try await world.row(report, "Alder Unified · Overall", for: Self.u1) == "1 2510 [0 0 0 1]")
            #expect(try await world.row(report, "California · Overall", for: Self.u1) == "1 2510 [0 0 0 1]")
        }
    }

    @Test(
        "G-4 R5 of a year loaded as history a district may hold back its own; then the State row waits, unless the State says"
    )
    func historyHeldBack() async throws {
        try await withEmbargo { world in
            var older = DataSetA.exam(named: "R3")
            older.id = 300
            older.schoolYear = 2021
            try await world.apply([older])
            let set = { (district: Int64, value: Int16) in
                try await world.run(
                    """
                    INSERT INTO embargo_setting (school_year, district_id, kind, value) VALUES (2021, \(district), 2, \(value))
                    ON CONFLICT (school_year, district_id, kind) DO UPDATE SET value = excluded.value
                    """)
            }
            let query = World.query {
                $0.schoolYears = [2021]
                $0.includeState = true
                $0.districtIDs = [World.d1]
            }
            let state = {
                try await world.row(try await world.make(query, for: Self.u2), "California · Overall", for: Self.u2)
            }
            try await set(World.d1, 1)
            #expect(try await state() == "not released")
            try await set(0, 2)
            #expect(try await state() == "1 2510 [0 0 0 1]")
            try await set(0, 1)
            #expect(try await state() == "not released")
        }
    }

    @Test("R5 a stored report follows a school to the district where it is now")
    func movedSchool() async throws {
        try await withEmbargo { world in
            try await set(world, World.d1, 2)
            let query = World.query {
                $0.includeState = false
                $0.districtIDs = [World.d1]
                $0.includeAllSchoolsOfDistricts = true
            }
            let report = try await world.make(query, for: Self.u1)
            #expect(try await file(world, report, Self.u1).contains("Alder Unified"))
            let before = try await world.rows(report, for: Self.u1)
            #expect(before.allSatisfy { !$0.hasSuffix("not released") })
            // One of its schools moves to a district that has not released.
            let moved = try await world.database.transaction(.test()) {
                try $0.row(
                    """
                    UPDATE aggregate.school SET district_id = \(World.d2)
                     WHERE id = (SELECT min(id) FROM aggregate.school WHERE district_id = \(World.d1)) RETURNING name
                    """, as: String.self) ?? ""
            }
            await expectFault(.forbidden) { try await file(world, report, Self.u1) }
            let after = try await world.rows(report, for: Self.u1)
            #expect(after.filter { $0.hasSuffix("not released") } == ["\(moved) · Overall: not released"])
        }
    }

    @Test("G-6 T35 a release opens the download of a stored report, an embargo set again closes it")
    func releasedLater() async throws {
        try await withEmbargo { world in
            let report = try await world.make(Self.query(World.d1), for: Self.u2)
            await expectFault(.forbidden) { try await file(world, report, Self.u2) }
            try await set(world, 0, 2)
            #expect(try await file(world, report, Self.u2).contains("Alder Unified"))
            let request = ReportRequest.with { $0.id = report.id }
            #expect(try await world.parts.reports.getReport(request, world.call(Self.u2)).onlineOnly == false)
            try await set(world, 0, 1)
            await expectFault(.forbidden) { try await file(world, report, Self.u2) }
            #expect(try await world.parts.reports.getReport(request, world.call(Self.u2)).onlineOnly)
        }
    }

    @Test("G-7 who loses the right to look through the embargo sees nothing of a stored report any more")
    func lostRight() async throws {
        try await withEmbargo { world in
            let report = try await world.make(Self.query(World.d1), for: Self.u2)
            let without = World.caller(2, aggregate: World.district(World.d1))
            #expect(
                try await world.rows(report, for: without) == [
                    "California · Overall: not released", "Alder Unified · Overall: not released",
                ])
        }
    }

    @Test("lease lost: no summative row for anybody, no file, and a summative report waits; interims go on")
    func leaseLost() async throws {
        try await withEmbargo { world in
            try await set(world, 0, 2)
            let report = try await world.make(Self.query(World.d1), for: Self.u1)
            world.clock.advance(.seconds(3))
            #expect(
                try await world.rows(report, for: Self.u1) == [
                    "California · Overall: not released", "Alder Unified · Overall: not released",
                ])
            let view = try await world.parts.server.getReportView(.with { $0.id = report.id }, world.call(Self.u1))
            #expect(view.withheld)
            await expectFault(.unavailable) { try await file(world, report, Self.u1) }

            let waiting = try await world.parts.server.createReport(Self.query(World.d1), world.call(Self.u1))
            _ = try await world.parts.jobs.runNext(as: "test")
            let request = ReportRequest.with { $0.id = waiting.id }
            #expect(try await world.parts.reports.getReport(request, world.call(Self.u1)).status == "RUNNING")
            world.clock.advance(.seconds(3))
            world.holdLease()
            #expect(try await world.parts.jobs.runNext(as: "test"))
            #expect(try await world.parts.reports.getReport(request, world.call(Self.u1)).status == "COMPLETED")
        }
    }

    @Test("a school that Identity does not know any more counts as not released for the state")
    func unknownSchool() async throws {
        try await withEmbargo { world in
            try await set(world, World.d1, 2)
            try await set(world, World.d2, 2)
            try await world.run("DELETE FROM school WHERE id = \(World.s3)")
            let report = try await world.make(Self.query(World.d1), for: Self.u1)
            #expect(try await world.row(report, "California · Overall", for: Self.u1) == "not released")
        }
    }
}
