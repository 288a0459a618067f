import Contracts
import Postgres
import Testing

@testable import AggregateSvc

/// The row estimates of aggregates §9.4 and the refusals of §3.4.
@Suite("Estimates and refusals")
struct EstimateTests {
    /// One assessment for each subject, grade 03–05 and year 2021–2022.
    func withAssessments(
        rowLimit: Int = 2_000_000, years: [Int32] = [2021, 2022], _ body: @Sendable (World) async throws -> Void
    ) async throws {
        try await World.with(rowLimit: rowLimit) { world in
            try await world.database.transaction(.test()) { session in
                try session.run("DELETE FROM assessment")
                var id: Int64 = 1_000
                for subject in [1, 2] as [Int64] {
                    for grade in ["03", "04", "05"] {
                        for year in years {
                            id += 1
                            try DefinitionCopy.assessments(
                                session, [World.assessmentRow(id, "A\(id)", grade: grade, year: year, subject: subject)]
                            )
                        }
                    }
                }
                try session.run("INSERT INTO setting VALUES ('studentField.gender', 'enabled')")
            }
            try await body(world)
        }
    }

    static func e1(_ change: (inout AggregateQuery) -> Void = { _ in }) -> AggregateQuery {
        World.query {
            $0.subjects = ["ELA", "Math"]
            $0.grades = ["03", "04", "05"]
            $0.schoolYears = [2021, 2022]
            $0.schoolIDs = [World.s1]
            $0.includeAllDistrictsOfSchools = true
            $0.dimensions = ["Gender", "Ethnicity"]
            change(&$0)
        }
    }

    func estimate(_ world: World, _ query: AggregateQuery) async throws -> RowEstimate {
        try await world.parts.server.estimateRows(query, world.call(World.state))
    }

    @Test(
        "E-1 E-2 E-3 E-4 F253 organizations × assessments × subgroups; a language counts once, a filtered code each time"
    )
    func estimates() async throws {
        try await withAssessments { world in
            let plain = try await estimate(world, Self.e1())
            #expect(plain.rows == 432)
            let language = try await estimate(world, Self.e1 { $0.dimensions.append("Language") })
            #expect(language.rows == 468)
            let spoken = try await estimate(
                world,
                Self.e1 {
                    $0.dimensions.append("Language")
                    $0.filter = World.filter([("Language", ["eng", "spa"])])
                })
            #expect(spoken.rows == 504)
            let three = try await estimate(
                world, Self.e1 { $0.filter = World.filter([("Ethnicity", ["Asian", "White", "Filipino"])]) })
            #expect(three.rows == 252)
            let custom = try await estimate(
                world, Self.e1 { $0.subgroups = ["EO", "EL", "RFEP"].map { World.filter([("ELAS", [$0])]) } })
            #expect(custom.rows == 144)
        }
    }

    @Test("E-5 every claim of a subject counts; of an assessment of ELA four, of Math three")
    func claims() async throws {
        try await withAssessments { world in
            let query = Self.e1 {
                $0.type = "Claim"
                $0.subjects = []
                $0.claims = [.with { $0.subject = "ELA" }, .with { $0.subject = "Math" }]
            }
            let claims = try await estimate(world, query)
            #expect(claims.rows == 3 * 42 * 12)
        }
    }

    @Test("E-6 of a longitudinal report each grade counts in its own year")
    func longitudinal() async throws {
        try await withAssessments(years: [2019, 2020, 2021]) { world in
            let query = Self.e1 {
                $0.type = "Longitudinal"
                $0.assessmentType = ""
                $0.conditions = []
                $0.schoolYears = [2021]
            }
            let pairs = try await estimate(world, query)
            #expect(pairs.rows == 3 * 6 * 12)
        }
    }

    @Test("E-7 of a target report every target counts, of one organization, subject, grade and year")
    func targets() async throws {
        try await withAssessments { world in
            let query = TargetReportTests.query {
                $0.schoolIDs = [World.s1]
                $0.districtIDs = []
                $0.dimensions = ["Gender", "Ethnicity"]
            }
            let estimated = try await estimate(world, query)
            #expect(estimated.rows == 1 * 21 * 12)
            try await world.run("INSERT INTO setting VALUES ('target.excluded.A-1002', '1-LT|1-3')")
            let excluded = try await estimate(world, query)
            #expect(excluded.rows == 252)
        }
    }

    @Test("E-8 E-9 more than 4,000 rows is large; more than the limit is refused with the estimate")
    func large() async throws {
        try await withAssessments(rowLimit: 4_200) { world in
            // 1,000 districts: with the state and 12 assessments 12,012 rows.
            try await world.run(
                "INSERT INTO district (id, natural_id, name) SELECT 5000 + n, n::text, 'D' || n FROM generate_series(1, 997) n"
            )
            func query(_ grades: Int, years: [Int32]) -> AggregateQuery {
                World.query {
                    $0.subjects = ["ELA"]
                    $0.grades = Array(["03", "04", "05"].prefix(grades))
                    $0.schoolYears = years
                    $0.includeAllDistricts = true
                }
            }
            let exactly = try await estimate(world, query(2, years: [2021, 2022]))
            #expect(exactly.rows == 4_000)
            #expect(!exactly.large)
            try await world.run("INSERT INTO district (id, natural_id, name) VALUES (9000, 'x', 'X')")
            let more = try await estimate(world, query(2, years: [2021, 2022]))
            #expect(more.rows == 4_004)
            #expect(more.large)
            let refused = await fault { try await estimate(world, query(3, years: [2021, 2022])) }
            #expect(refused?.code == .malformed)
            #expect(refused?.detail.contains("6006") == true)
        }
    }

    /// A change that makes the query senseless, and the end of what is said of it.
    struct Refused: Sendable {
        let text: String
        let change: @Sendable (inout AggregateQuery) -> Void

        init(_ text: String, _ change: @escaping @Sendable (inout AggregateQuery) -> Void) {
            self.text = text
            self.change = change
        }
    }

    static let refused: [Refused] = [
        Refused("Please select a school, district or include state results.") { $0.includeState = false },
        Refused("Please select an assessment grade.") { $0.grades = [] },
        Refused("Please select a school year.") { $0.schoolYears = [] },
        Refused("report query cannot include state results for ica assessment types") {
            $0.assessmentType = "ica"
            $0.conditions = ["SD"]
        },
        Refused("names a field that you may not use") { $0.filter = World.filter([("IEP", ["yes"])]) },
        Refused("names a code that does not exist here") { $0.dimensions = ["IEP"] },
        Refused("names a code that does not exist here") { $0.filter = World.filter([("ELAS", ["XX"])]) },
        Refused("names a code that does not exist here") { $0.grades = ["99"] },
        Refused("names a code that does not exist here") { $0.conditions = ["SD"] },
        Refused("names a subject that has no assessments of this type") { $0.subjects = ["Latin"] },
        Refused("an unknown district") { $0.districtIDs = [999] },
        Refused("an unknown school") { $0.schoolIDs = [999] },
        Refused("an unknown school year") { $0.schoolYears = [2050] },
        Refused("there is no report of this type") { $0.type = "AltScore" },
    ]

    @Test("F233 F239 F240 F255 Q-16 T25 what is wrong is said in the words of the domain")
    func refusals() async throws {
        try await World.with { world in
            for one in Self.refused {
                let fault = await fault { try await estimate(world, World.query(one.change)) }
                #expect(fault?.code == .malformed, "\(one.text)")
                #expect(fault?.detail.hasSuffix(one.text) == true, "\(fault?.detail ?? "nothing")")
                #expect(fault?.violations.count == 1)
            }
        }
    }

    /// The fault with which the body ends; nil when it does not.
    func fault<T>(_ body: () async throws -> T) async -> Fault? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? Fault
        }
    }

    @Test("F020 nobody without the permission, and no type that is not offered")
    func permission() async throws {
        try await World.with { world in
            let nobody = World.caller(9, aggregate: nil)
            await expectFault(.forbidden) {
                try await world.parts.server.estimateRows(World.query(), world.call(nobody))
            }
            await expectFault(.forbidden) {
                try await world.parts.server.getReportOptions(Empty(), world.call(nobody))
            }
            try await world.run("INSERT INTO setting VALUES ('aggregate.statewideTypes', 'ica, iab')")
            await expectFault(.forbidden) {
                try await world.parts.server.estimateRows(World.query(), world.call(World.state))
            }
        }
    }

    @Test("codes are understood in any case, all codes of a field are no filter, and the active tab decides")
    func canonical() async throws {
        try await World.with { world in
            let judge = QueryJudge(texts: try .init(), rowLimit: 1_000)
            let query = try await world.database.read(.test()) { session in
                try judge.judge(
                    World.query {
                        $0.type = "customaggregate"
                        $0.subjects = ["ela"]
                        $0.dimensions = ["overall", "elas"]
                        $0.filter = World.filter([
                            ("migrantstatus", ["YES", "no", "undefined"]), ("ELAS", ["el"]), ("Ethnicity", []),
                        ])
                    }, for: World.state, session
                ).query
            }
            #expect(query.type == "CustomAggregate" && query.subjects == ["ELA"] && query.dimensions == ["ELAS"])
            #expect(query.filter == World.filter([("ELAS", ["EL"])]))
        }
    }

    @Test("F231 F042 options follow the caller: default organization, offered fields, all districts only statewide")
    func options() async throws {
        try await World.with { world in
            let district = World.caller(6, aggregate: World.district(World.d1))
            let mine = try await world.parts.server.getReportOptions(Empty(), world.call(district))
            #expect(mine.defaultOrganization?.name == "Alder Unified")
            #expect(mine.fields.map(\.field) == ["Ethnicity", "ELAS", "Language", "MigrantStatus"])
            #expect(mine.fields.last?.codes == ["yes", "no", "undefined"])
            #expect(mine.grades == ["03"] && mine.schoolYears.first == 2022 && !mine.statewide)
            let school = World.caller(5, aggregate: World.school(World.s1))
            let one = try await world.parts.server.getReportOptions(Empty(), world.call(school))
            #expect(one.defaultOrganization?.name == "First" && one.onlyOrganization)
            let state = try await world.parts.server.getReportOptions(Empty(), world.call(World.state))
            #expect(state.defaultOrganization == nil && state.statewide)
        }
    }
}
