import Access
import Contracts
import Foundation
import Support
import Testing

@testable import AggregateSvc

/// No leak in reports: random releases and embargoes, schools that move, late results and lost leases; after every step a report
/// that somebody keeps, or has made anew, shows and gives away exactly what a plain model allows (access §6.6, aggregates §5).
///
/// ERS_EMBARGO_MODEL_STEPS and ERS_EMBARGO_MODEL_FROM as in the tests of ResultsSvc.
@Suite("Embargoed reports against a model")
struct ReportEmbargoModelTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let steps = environment["ERS_EMBARGO_MODEL_STEPS"].flatMap(Int.init) ?? 60
    private static let first = environment["ERS_EMBARGO_MODEL_FROM"].flatMap(Int.init) ?? 0
    private static let stepsOfBatch = 60
    private static let parallel = 2

    enum Organization: Hashable {
        case state
        case district(Int64)
        case school(Int64)

        var name: String {
            switch self {
            case .state: "California"
            case .district(World.d1): "Alder Unified"
            case .district: "Birch Unified"
            case .school(World.s1): "First"
            case .school(World.s2): "Second"
            case .school: "Third"
            }
        }
    }

    struct Person {
        let claims: CallerClaims
        let districts: [Int64]
        /// Whose embargo may be looked through.
        let preview: [Int64]
        var isStatewide = false
    }

    static let people: [Person] = [
        Person(claims: World.caller(1, aggregate: World.district(World.d1)), districts: [World.d1], preview: []),
        Person(
            claims: World.caller(2, aggregate: World.district(World.d1), embargo: World.district(World.d1)),
            districts: [World.d1], preview: [World.d1]),
        Person(
            claims: World.caller(3, embargo: .with { $0.statewide = true }), districts: [World.d1, World.d2],
            preview: [World.d1, World.d2], isStatewide: true),
        Person(claims: World.caller(4, aggregate: World.district(World.d2)), districts: [World.d2], preview: []),
        Person(
            claims: World.caller(5, embargo: World.district(World.d2)), districts: [World.d1, World.d2],
            preview: [World.d2]),
    ]

    /// What is set, where schools are, and what follows from it.
    struct Model {
        var settings: [Int64: Int16] = [:]
        var district: [Int64: Int64] = [World.s1: World.d1, World.s2: World.d1, World.s3: World.d2]

        /// The year is held back while nobody says anything.
        func isReleased(_ district: Int64) -> Bool { settings[0] == 2 || settings[district] == 2 }

        func isReleased(_ organization: Organization) -> Bool {
            switch organization {
            case .state: settings[0] == 2 || Set(district.values).allSatisfy { isReleased($0) }
            case .district(let id): isReleased(id)
            case .school(let id): district[id].map { isReleased($0) } ?? false
            }
        }

        func isShown(_ organization: Organization, to person: Person) -> Bool {
            if isReleased(organization) { return true }
            switch organization {
            case .state: return person.isStatewide
            case .district(let id): return person.preview.contains(id)
            case .school(let id): return district[id].map(person.preview.contains) ?? false
            }
        }

        func hasResults(_ organization: Organization) -> Bool {
            if case .district(let id) = organization { district.values.contains(id) } else { true }
        }

        func organizations(of person: Person) -> [Organization] {
            [.state] + person.districts.map { .district($0) }
                + district.filter { person.districts.contains($0.value) }.map { .school($0.key) }
        }
    }

    struct Kept {
        var report: Report
        var organizations: [Organization]
        var held: Set<Organization>
    }

    @Test(
        "F283 F333 G-1 G-6: reports show, count and give away exactly what the model allows, when made and at each look"
    )
    func reportsEqualTheModel() async throws {
        let end = Self.first + (Self.steps + Self.stepsOfBatch - 1) / Self.stepsOfBatch
        try await withThrowingTaskGroup(of: Void.self) { group in
            for share in 0..<Self.parallel {
                group.addTask {
                    for seed in stride(from: Self.first + share, to: end, by: Self.parallel) {
                        if end - Self.first > 10 { print("embargo model of reports: batch \(seed), up to \(end - 1)") }
                        try await World.with { try await Self.run($0, seed: seed) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func run(_ world: World, seed: Int) async throws {
        var random = SeededGenerator(seed: seed)
        var model = Model()
        var kept: [Int64: Kept] = [:]
        try await world.apply(DataSetA.exams)
        try await world.apply(DataSetA.students)
        try await world.run("UPDATE school_year SET embargoed_by_default = true WHERE year = 2022")
        for step in 1...stepsOfBatch {
            try await change(world, &model, &random, step: step)
            if Bool.random(using: &random) { world.holdLease() }
            guard let person = people.randomElement(using: &random) else { return }
            let place = "seed \(seed), step \(step), person \(person.claims.userID)"
            // One assessment, no subgroups: a row for each organization, whatever is released.
            let estimate = try await world.parts.server.estimateRows(query(for: person), world.call(person.claims))
            #expect(estimate.rows == Int64(model.organizations(of: person).count), "\(place): estimate")
            if kept[person.claims.userID] == nil || Int.random(in: 0..<3, using: &random) == 0 {
                if let made = try await make(world, model, person, place) { kept[person.claims.userID] = made }
            }
            if let one = kept[person.claims.userID] { try await look(world, model, person, one, place) }
        }
    }

    private static func change(
        _ world: World, _ model: inout Model, _ random: inout SeededGenerator, step: Int
    ) async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<60:
            let organizations: [Int64] = [0, World.d1, World.d2]
            let organization = organizations.randomElement(using: &random) ?? 0
            let value: Int16 = Bool.random(using: &random) ? 1 : 2
            model.settings[organization] = value
            // The other kind and another year do not matter.
            try await world.run(
                """
                INSERT INTO embargo_setting (school_year, district_id, kind, value)
                VALUES (2022, \(organization), 2, \(value)), (2022, \(organization), 1, \(3 - value)), (2021, \(organization), 2, \(3 - value))
                ON CONFLICT (school_year, district_id, kind) DO UPDATE SET value = excluded.value
                """)
        case 60..<72:
            let schools: [Int64] = [World.s1, World.s2, World.s3]
            let school = schools.randomElement(using: &random) ?? World.s1
            let district = Bool.random(using: &random) ? World.d1 : World.d2
            model.district[school] = district
            try await world.run("UPDATE school SET district_id = \(district) WHERE id = \(school)")
        case 72..<82:
            var late = DataSetA.exam(named: "R1")
            (late.id, late.studentID) = (Int64(1_000 + step), Int64(1_000 + step))
            let schools: [Int64] = [World.s1, World.s2, World.s3]
            late.schoolID = schools.randomElement(using: &random) ?? World.s1
            try await world.apply([late])
        case 82..<92: world.clock.advance(.seconds(3))
        default: world.clock.advance(.seconds(1))
        }
    }

    private static func query(for person: Person) -> AggregateQuery {
        World.query {
            $0.includeState = true
            $0.districtIDs = person.districts
            $0.includeAllSchoolsOfDistricts = true
        }
    }

    /// Nil while the report waits because nobody knows what is released, or when there is nothing to show.
    private static func make(_ world: World, _ model: Model, _ person: Person, _ place: String) async throws -> Kept? {
        let isFresh = world.lease.isHeld
        let report = try await world.make(query(for: person), for: person.claims)
        guard isFresh else {
            #expect(report.status == "RUNNING", "\(place)")
            _ = try await world.parts.reports.deleteReport(.with { $0.id = report.id }, world.call(person.claims))
            return nil
        }
        let organizations = model.organizations(of: person)
        let held = Set(organizations.filter { !model.isShown($0, to: person) })
        let shows = organizations.contains { !held.contains($0) && model.hasResults($0) }
        #expect(report.status == (shows ? "COMPLETED" : "NO_RESULTS"), "\(place)")
        return report.status == "COMPLETED" ? Kept(report: report, organizations: organizations, held: held) : nil
    }

    private static func look(
        _ world: World, _ model: Model, _ person: Person, _ kept: Kept, _ place: String
    ) async throws {
        let isFresh = world.lease.isHeld
        let rows = try await world.rows(kept.report, for: person.claims, pages: 100)
        let notReleased = Set(
            rows.filter { $0.hasSuffix(": not released") }.compactMap { $0.components(separatedBy: " · ").first })
        let expected = kept.organizations.filter {
            !isFresh || kept.held.contains($0) || !model.isShown($0, to: person)
        }
        #expect(notReleased == Set(expected.map(\.name)), "\(place): \(rows)")

        let mayLeave = isFresh && kept.organizations.allSatisfy { kept.held.contains($0) || model.isReleased($0) }
        let now = try await world.parts.reports.getReport(.with { $0.id = kept.report.id }, world.call(person.claims))
        #expect(now.onlineOnly == !mayLeave, "\(place): My Reports")
        var refusal: Fault.Code?
        do {
            _ = try await world.parts.reports.readReport(.with { $0.id = kept.report.id }, world.call(person.claims))
        } catch let fault as Fault { refusal = fault.code }
        #expect(refusal == (mayLeave ? nil : isFresh ? .forbidden : .unavailable), "\(place): the file")
        let view = try await world.parts.server.getReportView(
            .with { $0.id = kept.report.id }, world.call(person.claims))
        #expect(view.withheld == !isFresh, "\(place): withheld")
    }
}
