import Contracts
import Foundation
import Postgres
import Reports
import Testing

@testable import AggregateSvc
@testable import Jobs

/// The acceptance cases of aggregates §9.1, through the same questions that the gateway asks.
@Suite("Yearly reports")
struct YearlyReportTests {
    func withDataSetA(_ body: @Sendable (World) async throws -> Void) async throws {
        try await World.with { world in
            // Results and students come by two feeds, in any order.
            try await world.apply(DataSetA.exams)
            try await world.apply(DataSetA.students)
            try await body(world)
        }
    }

    static func everything(_ query: inout AggregateQuery) {
        query.districtIDs = [World.d1, World.d2]
        query.includeAllSchoolsOfDistricts = true
    }

    @Test("A-1 F226 F233 T19 state, districts and schools: valid and complete results")
    func validAndComplete() async throws {
        try await withDataSetA { world in
            let report = try await world.make(World.query { Self.everything(&$0) })
            #expect(report.status == "COMPLETED")
            #expect(
                try await world.rows(report) == [
                    "California · Overall: 11 2417±19 [3 3 3 2]",
                    "Alder Unified · Overall: 8 2417±23 [2 2 3 1]",
                    "First · Overall: 5 2432±28 [1 1 2 1]",
                    "Second · Overall: 3 2391±41 [1 1 1 0]",
                    "Birch Unified · Overall: 3 2418±40 [1 1 0 1]",
                    "Third · Overall: 3 2418±40 [1 1 0 1]",
                ])
            #expect(Measures.grouped([3, 3, 3, 2], cutoff: 3).map { Measures.percent($0, of: 11) } == [54, 45])
            #expect([3, 3, 3, 2].map { Measures.percent($0, of: 11) } == [27, 27, 27, 18])
        }
    }

    @Test("A-2 F243 validity All counts invalid and unknown results")
    func validityAll() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    Self.everything(&$0)
                    $0.conditions = []
                })
            #expect(try await world.row(report, "California · Overall") == "12 2432±23 [3 3 3 3]")
            #expect(try await world.row(report, "Alder Unified · Overall") == "9 2437±29 [2 2 3 2]")
            #expect(try await world.row(report, "First · Overall") == "6 2460±36 [1 1 2 2]")
        }
    }

    @Test("A-3 F244 T6 all and all: nothing is filtered, a result of unknown context counts")
    func allAndAll() async throws {
        try await withDataSetA { world in
            let query = World.query {
                Self.everything(&$0)
                $0.conditions = []
                $0.completenesses = []
            }
            let report = try await world.make(query)
            #expect(try await world.row(report, "California · Overall") == "13 2427±22 [4 3 3 3]")
            #expect(try await world.row(report, "Birch Unified · Overall") == "4 2405±31 [2 1 0 1]")

            var unknown = DataSetA.exam(named: "R12")
            unknown.completeness = ""
            unknown.condition = ""
            try await world.apply([unknown])
            let again = try await world.make(query)
            #expect(try await world.row(again, "California · Overall") == "13 2427±22 [4 3 3 3]")
            let listed = try await world.make(
                World.query {
                    $0.completenesses = ["Complete", "Partial"]
                    $0.conditions = []
                })
            #expect(try await world.row(listed, "California · Overall") == "12 2432±23 [3 3 3 3]")
        }
    }

    @Test("A-4 A-5 T3 F247 by ethnicity: a student stands in every row that holds for him; rows need not add up")
    func ethnicity() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    $0.districtIDs = [World.d1]
                    $0.dimensions = ["Ethnicity"]
                })
            #expect(
                try await world.rows(report).filter { $0.hasPrefix("Alder") } == [
                    "Alder Unified · Overall: 8 2417±23 [2 2 3 1]",
                    "Alder Unified · Ethnicity HispanicOrLatinoEthnicity: 3 2367±38 [2 0 1 0]",
                    "Alder Unified · Ethnicity AmericanIndianOrAlaskaNative: 0",
                    "Alder Unified · Ethnicity Asian: 1 2470 [0 0 1 0]",
                    "Alder Unified · Ethnicity BlackOrAfricanAmerican: 1 2390 [0 1 0 0]",
                    "Alder Unified · Ethnicity White: 4 2421±34 [1 1 1 1]",
                    "Alder Unified · Ethnicity NativeHawaiianOrOtherPacificIslander: 0",
                    "Alder Unified · Ethnicity DemographicRaceTwoOrMoreRaces: 1 2390 [0 1 0 0]",
                    "Alder Unified · Ethnicity Filipino: 1 2431 [0 1 0 0]",
                ])
            #expect(
                try await world.row(report, "California · Ethnicity HispanicOrLatinoEthnicity") == "4 2365±27 [3 0 1 0]"
            )
            #expect(try await world.row(report, "California · Ethnicity White") == "5 2435±30 [1 1 1 2]")
            // without empty rows two are fewer.
            #expect(try await world.rows(report, hideEmpty: true).filter { $0.hasPrefix("Alder") }.count == 7)
        }
    }

    @Test("A-6 A-7 T4 by English acquisition and migrant status: not stated is a value of its own")
    func elasAndMigrant() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    $0.districtIDs = [World.d1]
                    $0.dimensions = ["ELAS", "MigrantStatus"]
                })
            #expect(
                try await world.rows(report).filter { $0.hasPrefix("Alder Unified · ELAS") } == [
                    "Alder Unified · ELAS EO: 4 2441±25 [0 2 1 1]", "Alder Unified · ELAS EL: 2 2330±20 [2 0 0 0]",
                    "Alder Unified · ELAS IFEP: 1 2470 [0 0 1 0]", "Alder Unified · ELAS RFEP: 1 2440 [0 0 1 0]",
                    "Alder Unified · ELAS TBD: 0", "Alder Unified · ELAS ADEL: 0",
                ])
            #expect(try await world.row(report, "California · MigrantStatus yes") == "2 2335±25 [2 0 0 0]")
            #expect(try await world.row(report, "California · MigrantStatus no") == "8 2436±19 [1 3 2 2]")
            #expect(try await world.row(report, "California · MigrantStatus undefined") == "1 2432 [0 0 1 0]")

            // A missing acquisition status never becomes English Only; its row is there because a result is.
            var unstated = DataSetA.exam(named: "R8")
            unstated.elas = ""
            try await world.apply([unstated])
            let after = try await world.make(World.query { $0.dimensions = ["ELAS"] })
            #expect(try await world.row(after, "California · ELAS undefined") == "1 2431 [0 1 0 0]")
            #expect(try await world.row(after, "California · ELAS EO")?.hasPrefix("4 ") == true)
        }
    }

    @Test("A-8 A-9 T7 F249 filters narrow every slice, Overall too; rows appear for chosen codes only")
    func filters() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    Self.everything(&$0)
                    $0.dimensions = ["ELAS"]
                    $0.filter = World.filter([
                        ("Ethnicity", ["HispanicOrLatinoEthnicity"]), ("ELAS", ["EL", "RFEP"]),
                    ])
                })
            #expect(try await world.row(report, "California · Overall") == "4 2365±27 [3 0 1 0]")
            #expect(try await world.row(report, "Alder Unified · Overall") == "3 2367±38 [2 0 1 0]")
            #expect(try await world.row(report, "Birch Unified · Overall") == "1 2360 [1 0 0 0]")
            #expect(try await world.row(report, "First · Overall") == "2 2395±45 [1 0 1 0]")
            #expect(
                try await world.rows(report).filter { $0.hasPrefix("California") } == [
                    "California · Overall: 4 2365±27 [3 0 1 0]", "California · ELAS EL: 3 2340±15 [3 0 0 0]",
                    "California · ELAS RFEP: 1 2440 [0 0 1 0]",
                ])
            let either = try await world.make(
                World.query {
                    $0.dimensions = ["Ethnicity", "ELAS"]
                    $0.filter = World.filter([("Ethnicity", ["HispanicOrLatinoEthnicity", "White"])])
                })
            #expect(try await world.row(either, "California · Overall") == "8 2411±25 [3 1 2 2]")
            #expect(
                places(try await world.rows(either).filter { $0.contains("Ethnicity") }) == [
                    "California · Ethnicity HispanicOrLatinoEthnicity", "California · Ethnicity White",
                ])
            #expect(try await world.row(either, "California · ELAS EO") == "4 2457±28 [0 1 1 2]")
        }
    }

    @Test("A-10 F246 F250 customized subgroups overlap and leave Overall unfiltered; the other tab is not part of it")
    func customized() async throws {
        try await withDataSetA { world in
            try await world.run("INSERT INTO setting VALUES ('studentField.gender', 'enabled')")
            let report = try await world.make(
                World.query {
                    $0.customized = true
                    $0.subgroups = [
                        World.filter([("Language", ["eng"])]),
                        World.filter([("ELAS", ["EL"]), ("Language", ["vie", "fil"])]),
                        World.filter([("Ethnicity", ["HispanicOrLatinoEthnicity"]), ("MigrantStatus", ["yes"])]),
                        World.filter([("Gender", ["Female"])]),
                    ]
                    // Of the other tab; not part of this report.
                    $0.dimensions = ["Ethnicity"]
                    $0.filter = World.filter([("ELAS", ["EL"])])
                })
            #expect(
                try await world.rows(report) == [
                    "California · Overall: 11 2417±19 [3 3 3 2]", "California · Custom 1: 5 2452±22 [0 2 1 2]",
                    "California · Custom 2: 0", "California · Custom 3: 2 2335±25 [2 0 0 0]",
                    "California · Custom 4: 6 2407±24 [2 2 1 1]",
                ])
        }
    }

    @Test("T33 Q-14 F248 the tab of customized subgroups with nothing defined gives Overall only")
    func customizedEmpty() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    $0.customized = true
                    $0.dimensions = ["Ethnicity"]
                })
            #expect(try await world.rows(report) == ["California · Overall: 11 2417±19 [3 3 3 2]"])
        }
    }

    @Test("T8 subgroups are made per attribute, never crossed; languages have rows only with students")
    func slices() async throws {
        try await withDataSetA { world in
            let report = try await world.make(World.query { $0.dimensions = ["Language", "Ethnicity", "ELAS"] })
            let rows = try await world.rows(report)
            #expect(rows.count == 18)
            let languages = rows.filter { $0.contains("Language") }
            #expect(
                languages == [
                    "California · Language eng: 5 2452±22 [0 2 1 2]", "California · Language spa: 4 2365±27 [3 0 1 0]",
                    "California · Language vie: 2 2435±35 [0 1 1 0]",
                ])
        }
    }

    @Test("A-13 T1 when the counted attempt goes, the one before it counts again")
    func runnerUp() async throws {
        try await withDataSetA { world in
            try await world.apply([
                .with {
                    $0.id = 2
                    $0.deleted = true
                }
            ])
            let report = try await world.make(World.query { Self.everything(&$0) })
            #expect(try await world.row(report, "First · Overall") == "4 2430±37 [1 1 1 1]")
            #expect(try await world.row(report, "Second · Overall") == "4 2388±29 [1 2 1 0]")
            #expect(try await world.row(report, "Alder Unified · Overall") == "8 2409±23 [2 3 2 1]")
            // And back.
            try await world.apply([DataSetA.exam(named: "R2")])
            let again = try await world.make(World.query { Self.everything(&$0) })
            #expect(try await world.row(again, "Alder Unified · Overall") == "8 2417±23 [2 2 3 1]")
        }
    }

    @Test("T2 a later partial attempt hides an earlier complete one: the election precedes the filters")
    func electionBeforeFilters() async throws {
        try await withDataSetA { world in
            var later = DataSetA.exam(named: "R1")
            later.id = 99
            later.completeness = "Partial"
            later.completedAtUs += 1
            try await world.apply([later])
            let report = try await world.make(World.query())
            #expect(try await world.row(report, "California · Overall")?.hasPrefix("10 ") == true)
        }
    }

    @Test(
        "A-14 A-15 F234 F235 T20 a district that is there for a selected school brings no other schools; each organization is there once"
    )
    func organizations() async throws {
        try await withDataSetA { world in
            let one = try await world.make(
                World.query {
                    $0.schoolIDs = [World.s1]
                    $0.includeAllDistrictsOfSchools = true
                })
            #expect(
                try await world.rows(one) == [
                    "California · Overall: 11 2417±19 [3 3 3 2]", "Alder Unified · Overall: 8 2417±23 [2 2 3 1]",
                    "First · Overall: 5 2432±28 [1 1 2 1]",
                ])
            let both = try await world.make(
                World.query {
                    $0.districtIDs = [World.d1]
                    $0.schoolIDs = [World.s1]
                    $0.includeAllSchoolsOfDistricts = true
                    $0.includeState = false
                })
            #expect(
                places(try await world.rows(both)) == [
                    "Alder Unified · Overall", "First · Overall", "Second · Overall",
                ])
            let all = try await world.make(
                World.query {
                    $0.includeAllDistricts = true
                    $0.includeAllSchoolsOfDistricts = true
                    $0.includeState = false
                })
            #expect(
                places(try await world.rows(all)) == [
                    "Alder Unified · Overall", "First · Overall", "Second · Overall", "Birch Unified · Overall",
                    "Third · Overall",
                ])
        }
    }

    @Test(
        "A-16 T25 Q-15 F231 organizations outside the scope are refused on the server, the include switches reach out of it"
    )
    func scope() async throws {
        try await withDataSetA { world in
            let school = World.caller(5, aggregate: World.school(World.s1))
            for change in [
                { (query: inout AggregateQuery) in query.schoolIDs = [World.s2] },
                { query in query.districtIDs = [World.d1] }, { query in query.includeAllDistricts = true },
            ] {
                await expectFault(.forbidden) { try await world.make(World.query(change), for: school) }
            }
            let report = try await world.make(
                World.query {
                    $0.schoolIDs = [World.s1]
                    $0.includeAllDistrictsOfSchools = true
                }, for: school)
            #expect(try await world.rows(report, for: school).count == 3)
            let found = try await world.parts.server.findReportOrganizations(
                .with { $0.limit = 20 }, world.call(school))
            #expect(found.organizations.map(\.name) == ["First"])
            let district = World.caller(6, aggregate: World.district(World.d1))
            let mine = try await world.parts.server.findReportOrganizations(
                .with {
                    $0.limit = 20
                    $0.search = "S"
                }, world.call(district))
            #expect(mine.organizations.map(\.name) == ["First", "Second"])
        }
    }

    @Test(
        "A-17 T5 a corrected ethnicity changes every fact of the student, older years too; A-18 a corrected status only its result"
    )
    func corrections() async throws {
        try await withDataSetA { world in
            var older = DataSetA.exam(named: "R3")
            older.id = 300
            older.schoolYear = 2021
            try await world.apply([older])
            try await world.apply([
                StudentChange.with {
                    $0.id = 3
                    $0.gender = "Female"
                    $0.ethnicities = ["HispanicOrLatinoEthnicity"]
                }
            ])
            var corrected = DataSetA.exam(named: "R8")
            corrected.elas = "EL"
            try await world.apply([corrected])
            let report = try await world.make(
                World.query {
                    $0.dimensions = ["Ethnicity", "ELAS"]
                    $0.schoolYears = [2021, 2022]
                })
            let hispanic = try await world.rows(report).filter { $0.contains("Hispanic") }
            #expect(students(hispanic) == [1, 5])
            let elas = try await world.rows(report).filter { $0.contains("ELAS EL:") || $0.contains("ELAS EO:") }
            #expect(students(elas) == [1, 0, 4, 4])
        }
    }

    @Test("T18 a school that changes its district takes all its results along")
    func schoolMoves() async throws {
        try await withDataSetA { world in
            try await world.run("UPDATE school SET district_id = \(World.d2) WHERE id = \(World.s2)")
            let report = try await world.make(World.query { $0.districtIDs = [World.d1, World.d2] })
            #expect(try await world.row(report, "Alder Unified · Overall") == "5 2432±28 [1 1 2 1]")
            #expect(try await world.row(report, "Birch Unified · Overall")?.hasPrefix("6 ") == true)
        }
    }

    @Test("T39 T17 a student of whom nothing else is known is in Overall")
    func unknownStudent() async throws {
        try await World.with { world in
            try await world.apply([DataSetA.exam(named: "R1")])
            let report = try await world.make(World.query { $0.dimensions = ["Ethnicity"] })
            #expect(try await world.rows(report, hideEmpty: true) == ["California · Overall: 1 2350 [1 0 0 0]"])
        }
    }

    @Test("F265 T32 a report without any result is refused as such; a year without testing is no error")
    func noResults() async throws {
        try await withDataSetA { world in
            let report = try await world.make(World.query { $0.schoolYears = [2020] })
            #expect(report.status == "NO_RESULTS")
            await expectFault(.preconditionFailed) { try await world.rows(report) }
        }
    }

    @Test("T28 two assessments of one subject, grade and year are told apart, and share one empty row")
    func twins() async throws {
        try await World.with { world in
            try await world.database.transaction(.test()) { session in
                try DefinitionCopy.assessments(
                    session,
                    [
                        World.assessmentRow(301, "Form A", type: "ica", grade: "03", year: 2022),
                        World.assessmentRow(302, "Form B", type: "ica", grade: "03", year: 2022),
                    ])
            }
            for (id, assessment) in [(1, 301), (2, 302)] as [(Int64, Int64)] {
                var exam = DataSetA.exam(named: "R1")
                exam.id = id
                exam.assessmentID = assessment
                exam.type = "ica"
                exam.condition = "SD"
                exam.elas = id == 1 ? "EL" : "EO"
                try await world.apply([exam])
            }
            let report = try await world.make(
                World.query {
                    $0.assessmentType = "ica"
                    $0.conditions = ["SD"]
                    $0.includeState = false
                    $0.districtIDs = [World.d1]
                    $0.dimensions = ["ELAS"]
                })
            let view = try await world.parts.server.getReportView(.with { $0.id = report.id }, world.call(World.state))
            #expect(view.tables.map(\.namedAssessments) == [true])
            let rows = try await world.rows(report)
            #expect(rows.filter { $0.hasSuffix(": 0") }.count == 4)
            #expect(rows.count == 8)
        }
    }

    @Test("Q-7 F254 a report without a name has the usual one")
    func usualName() async throws {
        try await withDataSetA { world in
            let report = try await world.make(World.query { $0.name = "  " })
            #expect(report.name == "Custom Aggregate Report")
        }
    }

    @Test("F282 Q-6 a report is its maker's alone, and deleted for ever")
    func ownership() async throws {
        try await withDataSetA { world in
            let report = try await world.make(World.query())
            let other = World.caller(2)
            let request = ReportRequest.with { $0.id = report.id }
            await expectFault(.notFound) { try await world.rows(report, for: other) }
            await expectFault(.notFound) {
                try await world.parts.reports.deleteReport(request, world.call(other))
            }
            #expect(
                try await world.parts.reports.listReports(.with { $0.limit = 10 }, world.call(other)).reports.isEmpty)
            _ = try await world.parts.reports.deleteReport(request, world.call(World.state))
            await expectFault(.notFound) { try await world.rows(report) }
            #expect(try await Self.pieces(world) == 0)

            // A job that ends only now keeps nothing.
            let store = world.parts.store
            let late = ReportContent(
                layout: [], pieces: [(lastPlace: 0, bytes: [1])], rows: 1, emptyRows: 0,
                dataAsOf: Timestamp(microseconds: 0))
            let isKept = try await world.database.transaction(.test()) {
                try store.end(report.id, .completed, late, $0)
            }
            #expect(!isKept)
            #expect(try await Self.pieces(world) == 0)
        }
    }

    @Test("a report asked for twice with one key is one report")
    func oncePerKey() async throws {
        try await withDataSetA { world in
            world.rights[1] = World.state
            let first = try await world.parts.server.createReport(World.query(), world.call(World.state, key: "k"))
            let second = try await world.parts.server.createReport(World.query(), world.call(World.state, key: "k"))
            #expect(first.id == second.id)
            #expect(try await world.parts.jobs.runNext(as: "test"))
            #expect(try await world.parts.jobs.runNext(as: "test") == false)
        }
    }

    @Test("a report is made with the rights of its maker at that moment")
    func rightsOfTheMoment() async throws {
        try await withDataSetA { world in
            let maker = World.caller(3)
            world.rights[3] = maker
            let report = try await world.parts.server.createReport(World.query(), world.call(maker))
            world.rights[3] = nil
            #expect(try await world.parts.jobs.runNext(as: "test"))
            let request = ReportRequest.with { $0.id = report.id }
            #expect(try await world.parts.reports.getReport(request, world.call(maker)).status == "FAILED")

            let narrowed = try await world.parts.server.createReport(
                World.query { $0.districtIDs = [World.d1] }, world.call(maker))
            world.rights[3] = World.caller(3, aggregate: World.district(World.d2))
            #expect(try await world.parts.jobs.runNext(as: "test"))
            let failed = try await world.parts.reports.getReport(.with { $0.id = narrowed.id }, world.call(maker))
            #expect(failed.status == "FAILED")
        }
    }

    @Test("F342 what a sandbox visitor made is gone with the session")
    func visitor() async throws {
        try await withDataSetA { world in
            let report = try await world.make(World.query())
            _ = try await world.parts.reports.saveReportQuery(.with { $0.id = report.id }, world.call(World.state))
            try await world.database.transaction(.test()) { try world.parts.remove([1], $0) }
            await expectFault(.notFound) { try await world.rows(report) }
            #expect(try await Self.pieces(world) == 0)
            #expect(
                try await world.parts.reports.listSavedQueries(Empty(), world.call(World.state)).queries.isEmpty)
        }
    }

    private static func pieces(_ world: World) async throws -> Int64? {
        try await world.database.read(.test()) {
            try $0.row("SELECT count(*) FROM aggregate.report_part", as: Int64.self)
        }
    }

    @Test("a piece of the most bytes lies whole in a page of its table")
    func pieceInPage() async throws {
        try await World.with { world in
            for (number, bytes) in [FinishedReport.pieceBytes, 2 * FinishedReport.pieceBytes].enumerated() {
                let piece = (0..<bytes).map { _ in UInt8.random(in: .min ... .max) }
                try await world.run(
                    """
                    INSERT INTO aggregate.report_part (report_id, part, last_place, bytes)
                    VALUES (1, \(Int32(number)), 0, \(piece))
                    """)
                let cut = try await world.database.read(.test()) {
                    try $0.row(
                        """
                        SELECT pg_relation_size(reltoastrelid) FROM pg_class
                         WHERE oid = 'aggregate.report_part'::regclass
                        """, as: Int64.self)
                }
                #expect((cut == 0) == (number == 0), "\(bytes) bytes")
            }
        }
    }

    @Test("content is let go after its time, the row and its query stay")
    func expiry() async throws {
        try await withDataSetA { world in
            let report = try await world.make(World.query())
            let store = world.parts.store
            world.clock.advance(.seconds(89 * 86_400))
            #expect(
                try await world.database.transaction(.test()) { try store.expire(olderThan: .seconds(90 * 86_400), $0) }
                    == 0)
            world.clock.advance(.seconds(2 * 86_400))
            #expect(
                try await world.database.transaction(.test()) { try store.expire(olderThan: .seconds(90 * 86_400), $0) }
                    == 1)
            world.holdLease()
            let kept = try await world.parts.reports.getReport(.with { $0.id = report.id }, world.call(World.state))
            #expect(kept.status == "EXPIRED")
            #expect(try AggregateQuery(decoding: kept.query).subjects == ["ELA"])
            await expectFault(.preconditionFailed) { try await world.rows(report) }
        }
    }
}

/// The body ends with a fault of this code.
func expectFault<T>(
    _ code: Fault.Code, _ body: () async throws -> T, sourceLocation: SourceLocation = #_sourceLocation
) async {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let fault as Fault {
        #expect(fault.code == code, "\(fault.detail)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}

/// The numbers of students in lines of `World.rows`.
func students(_ lines: [String]) -> [Int] {
    lines.map { line in
        let measures = line.components(separatedBy: ": ").last ?? ""
        return Int(measures.prefix { $0 != " " }) ?? -1
    }
}

/// Organization and slice of lines of `World.rows`.
func places(_ lines: [String]) -> [String] { lines.map { $0.components(separatedBy: ": ")[0] } }
