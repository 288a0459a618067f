import Contracts
import Foundation
import Testing

@testable import AggregateSvc

@Suite("Files of reports")
struct ReportFileTests {
    func withDataSetA(_ body: @Sendable (World) async throws -> Void) async throws {
        try await World.with { world in
            try await world.apply(DataSetA.exams)
            try await world.apply(DataSetA.students)
            try await body(world)
        }
    }

    func table(
        _ world: World, _ report: Report, _ change: (inout ExportReportTableRequest) -> Void = { _ in }
    ) async throws -> [String] {
        var ask = ExportReportTableRequest.with {
            $0.id = report.id
            $0.subject = "ELA"
        }
        change(&ask)
        let part = try await world.parts.server.exportReportTable(ask, world.call(World.state))
        return Self.lines(part)
    }

    static func lines(_ part: ReportPart) -> [String] {
        String(decoding: part.bytes, as: UTF8.self).components(separatedBy: "\r\n").dropLast()
    }

    static let identity = "Organization,Organization Natural Id,Assessment Grade,Academic Year,Subgroup"

    @Test("F038: who asked for a report, that it was made, taken away and deleted is on record, without what it says")
    func onRecord() async throws {
        try await withDataSetA { world in
            func records() async throws -> [String] {
                try await world.database.read(.test()) { session in
                    try session.rows(
                        """
                        SELECT event || ' ' || login || ' ' || (details - 'report' - 'sha256')::text FROM aggregate.audit
                         WHERE details->>'report' <> '' ORDER BY id
                        """, as: String.self)
                }
            }
            let report = try await world.make(
                World.query {
                    $0.name = "Confidential"
                    $0.districtIDs = [World.d1]
                    $0.includeState = false
                })
            let login = World.state.login
            let made = try await records()
            #expect(
                made.map { $0.prefix { $0 != "{" } } == ["report.requested \(login) ", "report.produced \(login) "])
            for part in [#""districts": "\#(World.d1)""#, #""subjects": "ELA""#, #""schoolYears": "2022""#] {
                #expect(made[0].contains(part) && made[1].contains(part), "\(made)")
            }
            #expect(made[1].contains(#""rows": "1""#))
            #expect(!made.joined().contains("Confidential"))

            _ = try await world.rows(report)
            _ = try await table(world, report)
            _ = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(World.state))
            await #expect(throws: Fault.self, "of another person") {
                _ = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(World.caller(77)))
            }
            _ = try await world.parts.reports.deleteReport(.with { $0.id = report.id }, world.call(World.state))
            #expect(
                try await records().dropFirst(2) == [
                    #"report.downloaded \#(login) {"file": "table of ELA", "rows": "1"}"#,
                    #"report.downloaded \#(login) {"file": "data", "rows": "1"}"#, "report.deleted \(login) {}",
                ])
        }
    }

    @Test("Q-8 Q-9 F267 T37 the table as the page shows it, with the natural id beside the organization")
    func pageExport() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    $0.name = "A/B"
                    $0.districtIDs = [World.d1]
                    $0.includeState = false
                })
            #expect(
                try await table(world, report) == [
                    Self.identity + ",Students Tested,Average Scale Score,Did Not Meet Standard,Nearly Met Standard,"
                        + "Met Standard,Exceeded Standard",
                    "Alder Unified,01611190000000,3,2021-22,Overall,8,2417 ± 23,25%,25%,37%,12%",
                ])
            let grouped = try await table(world, report) {
                $0.groupLevels = true
                $0.showNumbers = true
            }
            #expect(grouped[0].hasSuffix(",Below Standard,At or Above Standard"))
            #expect(grouped[1].hasSuffix(",4,4"))
            let part = try await world.parts.server.exportReportTable(
                .with {
                    $0.id = report.id
                    $0.subject = "ELA"
                }, world.call(World.state))
            #expect(part.fileName == "A_B_ELA_view.csv")
        }
    }

    @Test("Q-13 T36 sorted by a value, rows without students are last in both directions; columns in the chosen order")
    func sorting() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    $0.districtIDs = [World.d1]
                    $0.includeState = false
                    $0.dimensions = ["ELAS"]
                })
            func subgroups(_ descending: Bool) async throws -> [String] {
                try await table(world, report) {
                    $0.sortColumn = "avgScaleScore"
                    $0.descending = descending
                    $0.columnOrder = ["dimension", "organization", "schoolYear", "assessmentGrade"]
                }.dropFirst().map { String($0.prefix { $0 != "," }) }
            }
            let up = try await subgroups(false)
            #expect(
                up == [
                    "ELAS: English Learner", "Overall", "ELAS: Reclassified Fluent English Proficient",
                    "ELAS: English Only", "ELAS: Initial Fluent English Proficient", "ELAS: To Be Determined",
                    "ELAS: Adult English Learner",
                ])
            #expect(
                try await subgroups(true) == [
                    "ELAS: Initial Fluent English Proficient", "ELAS: English Only",
                    "ELAS: Reclassified Fluent English Proficient", "Overall", "ELAS: English Learner",
                    "ELAS: To Be Determined", "ELAS: Adult English Learner",
                ])
            let rows = try await table(world, report)
            #expect(rows.last == "Alder Unified,01611190000000,3,2021-22,ELAS: Adult English Learner,0,,,,,")
            #expect(try await table(world, report) { $0.hideEmpty = true }.count == rows.count - 2)
            await expectFault(.malformed) { try await table(world, report) { $0.sortColumn = "level9" } }
            await expectFault(.malformed) { try await table(world, report) { $0.columnOrder = ["level1"] } }
        }
    }

    @Test("F249 DESIGN §5 the filters of a report are printed in its export, unless the setting says otherwise")
    func filters() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    $0.filter = World.filter([("ELAS", ["EL", "RFEP"]), ("Ethnicity", ["Asian", "White"])])
                })
            let rows = try await table(world, report)
            #expect(rows[0].hasSuffix(",Filters"))
            #expect(
                rows[1].hasSuffix(
                    "\"Ethnicity: Asian, White, ELAS: English Learner, Reclassified Fluent English Proficient\""))
            func printed() async throws -> Bool {
                try await world.parts.server.getReportView(.with { $0.id = report.id }, world.call(World.state))
                    .printsFilters
            }
            #expect(try await printed())
            try await world.run("INSERT INTO setting VALUES ('aggregate.filtersInOutput', 'off')")
            #expect(try await printed() == false)
            #expect(try await table(world, report)[0].hasSuffix(",Exceeded Standard"))
        }
    }

    func data(_ world: World, _ report: Report) async throws -> [String] {
        var lines: [String] = []
        var token = ""
        repeat {
            let part = try await world.parts.reports.readReport(
                .with {
                    $0.id = report.id
                    $0.partToken = token
                }, world.call(World.state))
            lines += Self.lines(part)
            token = part.nextPartToken
        } while !token.isEmpty
        return lines
    }

    @Test("Q-10 F058 the stored data: codes and counts, what the file is about in the first row only")
    func storedData() async throws {
        try await withDataSetA { world in
            let report = try await world.make(
                World.query {
                    $0.name = "Grade 3 report"
                    $0.districtIDs = [World.d1]
                    $0.includeState = false
                    $0.dimensions = ["Ethnicity"]
                })
            let lines = try await data(world, report)
            #expect(
                lines[0]
                    == "OrganizationName,OrganizationId,AssessmentName,AssessmentType,Subject,TestGrade,SchoolYear,Subgroup,"
                    + "SubgroupValue,StudentsTested,ScaleScore,ScaleScoreStandardDeviation,Level1,Level2,Level3,Level4,"
                    + "Level5,Level6,Attributes")
            #expect(
                lines[1].hasPrefix(
                    "Alder Unified,01611190000000,Grade 3 ELA,sum,ELA,03,2022,Overall,,8,2417,23,2,2,3,1,0,0,ReportDate: 20"
                ))
            #expect(lines[1].hasSuffix(" UTC; AdministrationCondition: Valid; Completeness: Complete"))
            #expect(
                lines.contains(
                    "Alder Unified,01611190000000,Grade 3 ELA,sum,ELA,03,2022,Ethnicity,White,4,2421,34,1,1,1,1,0,0,"))
            #expect(
                lines.contains(
                    "Alder Unified,01611190000000,Grade 3 ELA,sum,ELA,03,2022,Ethnicity,Asian,1,2470,,0,0,1,0,0,0,"))
            #expect(
                lines.contains(
                    "Alder Unified,01611190000000,Grade 3 ELA,sum,ELA,03,2022,Ethnicity,AmericanIndianOrAlaskaNative,0,,,,,,,,,"
                ))
            #expect(lines.count == 10)
            let part = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(World.state))
            #expect(part.fileName == "Grade_3_report.csv")
        }
    }

    @Test("customized subgroups and filters in the words of the stored data")
    func storedFilters() async throws {
        try await withDataSetA { world in
            let custom = try await world.make(
                World.query {
                    $0.subgroups = [
                        World.filter([("ELAS", ["EL", "RFEP"]), ("Ethnicity", ["HispanicOrLatinoEthnicity"])])
                    ]
                })
            #expect(
                try await data(world, custom)[2].contains(
                    ",Custom,Ethnicity: HispanicOrLatinoEthnicity; EnglishLanguageAcquisitionStatus: EL|RFEP,4,2365,27,"
                ))
            let filtered = try await world.make(World.query { $0.filter = World.filter([("ELAS", ["EL"])]) })
            #expect(try await data(world, filtered)[1].hasSuffix("; Completeness: Complete; ELAS: EL"))
        }
    }

    @Test(
        "what a spreadsheet would take for a formula is made harmless",
        arguments: ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1"])
    func formulas(name: String) async throws {
        try await withDataSetA { world in
            try await world.run("UPDATE district SET name = \(name) WHERE id = \(World.d1)")
            let report = try await world.make(
                World.query {
                    $0.districtIDs = [World.d1]
                    $0.includeState = false
                })
            #expect(try await data(world, report)[1].hasPrefix("'\(name),"))
            #expect(try await table(world, report)[1].hasPrefix("'\(name),"))
        }
    }

    @Test("T26 cells are quoted where they must be")
    func quoting() {
        var text = CSVText()
        text.text("a,\"b\"")
        text.text("line\nbreak")
        text.raw("01611190000000")
        text.number(nil)
        text.endLine()
        #expect(String(decoding: text.bytes, as: UTF8.self) == "\"a,\"\"b\"\"\",\"line\nbreak\",01611190000000,\r\n")
    }

    @Test("a file of more rows than one part has them all, once, in order")
    func parts() async throws {
        try await World.with { world in
            try await world.run(
                """
                INSERT INTO district (id, natural_id, name)
                SELECT 5000 + n, n::text, 'D' || lpad(n::text, 5, '0') FROM generate_series(1, 9000) n
                """)
            try await world.apply([DataSetA.exam(named: "R1")])
            let report = try await world.make(
                World.query {
                    $0.includeAllDistricts = true
                    $0.includeState = false
                })
            let lines = try await data(world, report)
            #expect(lines.count == 1 + 9_002)
            #expect(Set(lines).count == lines.count)
            #expect(lines.dropFirst(3).map { String($0.prefix(6)) } == (1...9_000).map { "D" + String(format5($0)) })
        }
    }

    private func format5(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 5 - digits.count) + digits
    }
}
