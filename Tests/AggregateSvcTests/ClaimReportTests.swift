import Contracts
import Postgres
import Testing

@testable import AggregateSvc

@Suite("Claim reports")
struct ClaimReportTests {
    static func query(_ change: (inout AggregateQuery) -> Void = { _ in }) -> AggregateQuery {
        World.query {
            $0.type = "Claim"
            $0.subjects = []
            $0.claims = [.with { $0.subject = "ela" }]
            $0.districtIDs = [World.d1, World.d2]
            change(&$0)
        }
    }

    private func withDataSetA(_ body: @Sendable (World) async throws -> Void) async throws {
        try await World.with { world in
            try await world.apply(DataSetA.exams)
            try await world.apply(DataSetA.students)
            try await body(world)
        }
    }

    /// As `Organization claim slice: n [levels]`.
    private func rows(_ world: World, _ query: AggregateQuery, hideEmpty: Bool = true) async throws -> [String] {
        let report = try await world.make(query)
        let view = try await world.parts.server.getReportView(.with { $0.id = report.id }, world.call(World.state))
        var lines: [String] = []
        for table in view.tables {
            let page = try await world.parts.server.readReportRows(
                .with {
                    $0.id = report.id
                    $0.subject = table.subject
                    $0.hideEmpty = hideEmpty
                    $0.limit = 1_000
                }, world.call(World.state))
            lines += page.rows.map { row in
                #expect(row.average == nil && row.standardError == nil)
                let slice = view.slices[Int(row.slice)]
                let name = [slice.claimName, slice.dimension, slice.code].filter { !$0.isEmpty }.joined(separator: " ")
                let levels = row.levelCounts.map(String.init).joined(separator: " ")
                return "\(row.organization?.name ?? "?") \(name): \(row.students) [\(levels)]"
            }
        }
        return lines
    }

    @Test("F228 F245 A-11 A-12 T22 levels of each claim; students without a level for it are not counted")
    func levels() async throws {
        try await withDataSetA { world in
            let found = try await rows(world, Self.query())
            #expect(
                found == [
                    "California Reading Overall: 11 [3 6 2]", "California Writing Overall: 11 [2 6 3]",
                    "California Listening Overall: 11 [4 4 3]", "California Research Overall: 10 [2 6 2]",
                    "Alder Unified Reading Overall: 8 [2 5 1]", "Alder Unified Writing Overall: 8 [2 4 2]",
                    "Alder Unified Listening Overall: 8 [3 3 2]", "Alder Unified Research Overall: 8 [2 4 2]",
                    "Birch Unified Reading Overall: 3 [1 1 1]", "Birch Unified Writing Overall: 3 [0 2 1]",
                    "Birch Unified Listening Overall: 3 [1 1 1]", "Birch Unified Research Overall: 2 [0 2 0]",
                ])
        }
    }

    @Test("F245 T21 only chosen claims, of their own subject, in the order of the subject")
    func chosen() async throws {
        try await withDataSetA { world in
            let query = Self.query {
                $0.claims = [
                    .with {
                        $0.subject = "ELA"
                        $0.codes = ["4-CR", "sock_r"]
                    }, .with { $0.subject = "Math" },
                ]
                $0.districtIDs = []
            }
            let found = try await rows(world, query)
            #expect(
                found == [
                    "California Reading Overall: 11 [3 6 2]", "California Research Overall: 10 [2 6 2]",
                ])
            let estimate = try await world.parts.server.estimateRows(query, world.call(World.state))
            // One assessment of two claims; there is none of Math.
            #expect(estimate.rows == 2)
        }
    }

    @Test("subgroups of each claim, with their empty rows; the file names the claim")
    func subgroups() async throws {
        try await withDataSetA { world in
            let query = Self.query {
                $0.claims = [
                    .with {
                        $0.subject = "ELA"
                        $0.codes = ["1", "SOCK_LS"]
                    }
                ]
                $0.districtIDs = [World.d2]
                $0.includeState = false
                $0.dimensions = ["MigrantStatus"]
            }
            let found = try await rows(world, query, hideEmpty: false)
            #expect(
                found == [
                    "Birch Unified Writing Overall: 3 [0 2 1]", "Birch Unified Writing MigrantStatus yes: 1 [0 1 0]",
                    "Birch Unified Writing MigrantStatus no: 2 [0 1 1]",
                    "Birch Unified Writing MigrantStatus undefined: 0 []",
                    "Birch Unified Listening Overall: 3 [1 1 1]",
                    "Birch Unified Listening MigrantStatus yes: 1 [1 0 0]",
                    "Birch Unified Listening MigrantStatus no: 2 [0 1 1]",
                    "Birch Unified Listening MigrantStatus undefined: 0 []",
                ])
            let report = try await world.make(query)
            #expect(report.rows == 6 && report.emptyRows == 2)
            let part = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(World.state))
            let lines = ReportFileTests.lines(part)
            #expect(
                lines[0]
                    == "OrganizationName,OrganizationId,AssessmentName,AssessmentType,Subject,TestGrade,SchoolYear,Claim,"
                    + "Subgroup,SubgroupValue,StudentsTested,Level1,Level2,Level3,Level4,Level5,Level6,Attributes")
            #expect(
                lines[1].hasPrefix(
                    "Birch Unified,01611270000000,Grade 3 ELA,sum,ELA,03,2022,Writing,Overall,,3,0,2,1,0,0,0,"))
            let table = try await world.parts.server.exportReportTable(
                .with {
                    $0.id = report.id
                    $0.subject = "ELA"
                    $0.hideEmpty = true
                    $0.columnOrder = ["dimension", "claim", "organization", "assessmentGrade", "schoolYear"]
                }, world.call(World.state))
            #expect(
                ReportFileTests.lines(table).prefix(3) == [
                    "Subgroup,Claim,Organization,Organization Natural Id,Assessment Grade,Academic Year,Students Tested,"
                        + "Below Standard,Near Standard,Above Standard",
                    "Overall,Writing,Birch Unified,01611270000000,3,2021-22,3,0%,66%,33%",
                    "Overall,Listening,Birch Unified,01611270000000,3,2021-22,3,33%,33%,33%",
                ])
        }
    }

    @Test("F228 what is wrong with a claim query")
    func refusals() async throws {
        try await withDataSetA { world in
            func refused(_ change: (inout AggregateQuery) -> Void) async -> String {
                do {
                    _ = try await world.parts.server.estimateRows(Self.query(change), world.call(World.state))
                    return "accepted"
                } catch {
                    return (error as? Fault)?.detail ?? "\(error)"
                }
            }
            #expect(
                await refused {
                    $0.assessmentType = "iab"
                    $0.includeState = false
                    $0.conditions = []
                } == "Claim report is not supported for IABs")
            #expect(await refused { $0.claims = [] } == "Please select a subject.")
            #expect(
                await refused {
                    $0.claims = [
                        .with {
                            $0.subject = "ELA"
                            $0.codes = ["SOCK_2"]
                        }
                    ]
                } == "names a code that does not exist here")
        }
    }

    @Test("F230 F231 report types and claims that are offered")
    func options() async throws {
        try await withDataSetA { world in
            let options = try await world.parts.server.getReportOptions(Empty(), world.call(World.state))
            #expect(options.reportTypes == ["CustomAggregate", "Longitudinal", "Claim", "Target"])
            let ela = options.claims.filter { $0.subject == "ELA" && $0.type == "sum" }
            #expect(ela.map(\.name) == ["Reading", "Writing", "Listening", "Research"])
            #expect(!options.claims.contains { $0.type == "iab" })
            try await world.run("INSERT INTO setting (key, value) VALUES ('aggregate.statewideTypes', 'iab')")
            let interims = try await world.parts.server.getReportOptions(Empty(), world.call(World.state))
            #expect(interims.reportTypes == ["CustomAggregate"] && interims.claims.isEmpty)
        }
    }
}
