import Ledger
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// Results, later versions of them, resets and enrolment updates: shuffled, doubled, cut into batches of any size and sent by
/// several processors at once, they end as if they had come one after the other, once (ingest §12, §16.2, DESIGN §4.4).
///
/// What the rules themselves tie to the order stays out: transmissions of one test without dates or with the same one, names
/// of groups in a transmission that comes too late (§3.13), and the names of students who have lost all their results.
struct OrderIndependenceTests {
    private struct World {
        var transmissions: [Transmission] = []
        var enrolments: [String] = []
        var students: [String] = []

        init(_ random: inout SeededGenerator) {
            students = (1...6).map { "S\($0)" }
            var minute = 0
            func next() -> String {
                minute += 1
                return
                    "2019-06-\(minute / 60 < 9 ? "0" : "")\(1 + minute / 60)T10:\(minute % 60 < 10 ? "0" : "")\(minute % 60):00Z"
            }
            for opportunity in 0..<24 {
                let owner = students.randomElement(using: &random) ?? "S1"
                var last: Transmission?
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    // A test may turn out to be another student's, move to another school, year or day.
                    let ssid = Int.random(in: 0..<10, using: &random) == 0 ? "S1" : owner
                    var transmission = Transmission(ssid: ssid)
                    transmission.opportunity["oppId"] = "opp-\(opportunity)"
                    transmission.opportunity["dateCompleted"] =
                        "2019-05-\(Int.random(in: 10...28, using: &random))T10:00:00Z"
                    transmission.opportunity["statusDate"] = next()
                    transmission.test["academicYear"] = Int.random(in: 0..<8, using: &random) == 0 ? "2018" : "2019"
                    transmission.attribute("FirstName", "Name\(minute)")
                    transmission.relationship("SchoolId", "school-\(Int.random(in: 1...2, using: &random))")
                    transmission.scores[0]["value"] = String(Int.random(in: 2200...2600, using: &random))
                    if Bool.random(using: &random) { transmission.items.removeLast() }
                    transmissions.append(transmission)
                    last = transmission
                }
                // The last word on some tests is a reset.
                guard let last, Int.random(in: 0..<3, using: &random) == 0 else { continue }
                transmissions.append(last.later(next()) { $0.opportunity["status"] = "reset" })
            }
            for (index, day) in (8...30).shuffled(using: &random).prefix(12).enumerated() {
                let date = "2019-05-\(day < 10 ? "0" : "")\(day)"
                enrolments.append(
                    "\(date)^\(students[index % students.count])^school-\(Int.random(in: 1...2, using: &random))")
            }
        }
    }

    private static func prepare(_ store: ExamStore<SeedLookups>, _ world: World) async throws {
        try await store.database.transaction(.test()) { session in
            try session.run(
                """
                INSERT INTO school (id, natural_id, name, district_id)
                VALUES (11, 'school-1', 'First School', 1), (12, 'school-2', 'Second School', 1)
                """)
            // Rows of an enrolment update whose students nobody knows are skipped, so they are known from the start.
            try session.run(
                """
                INSERT INTO student (id, ssid, change) SELECT nextval('student_id'), ssid, -n
                  FROM unnest(\(world.students)) WITH ORDINALITY AS s(ssid, n)
                """)
        }
    }

    private static func enrol(_ rows: [String], _ store: ExamStore<SeedLookups>) async throws {
        let payload = Array((["InfoUpdate^SSID^ResponsibleSchoolIdentifier"] + rows).joined(separator: "\n").utf8)
        try await store.database.transaction(.test()) { session in
            let (outcome, skipped) = try EnrolmentStore.load(payload, importID: 9, copiesAreFresh: true, session)
            #expect(outcome.message == "Students updated: \(rows.count)" && skipped.isEmpty)
        }
    }

    /// The end state, without the names of students who have no result.
    private static func dump(_ store: ExamStore<SeedLookups>) async throws -> [String] {
        try await store.dump().filter { !$0.contains("\"info_at\": null") }
            + store.database.read(.test()) { session in
                try session.rows(
                    "SELECT concat_ws(' ', 'school of', ssid, school_id) FROM student ORDER BY 1", as: String.self)
            }
    }

    @Test("ingest §12, §16.2: three processors, any order, doubles: the same end state", arguments: 0..<10)
    func endsTheSame(seed: Int) async throws {
        var random = SeededGenerator(seed: seed)
        let world = World(&random)
        var expected: [String] = []
        try await ExamStore.seed { store async throws in
            try await Self.prepare(store, world)
            for transmission in world.transmissions { _ = try await store.send(transmission) }
            for row in world.enrolments { try await Self.enrol([row], store) }
            expected = try await Self.dump(store)
        }
        #expect(expected.contains { $0.hasPrefix("exam") })

        // Every transmission one to three times, dealt out to three processors.
        var hands = [[Transmission]](repeating: [], count: 3)
        for transmission in world.transmissions {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                hands[Int.random(in: 0..<3, using: &random)].append(transmission)
            }
        }
        let batches = hands.map { hand -> [[[UInt8]]] in
            var rest = hand.shuffled(using: &random).map(\.bytes)[...]
            var batches: [[[UInt8]]] = []
            while !rest.isEmpty {
                let size = Int.random(in: 1...20, using: &random)
                batches.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            return batches
        }
        let enrolments = world.enrolments.shuffled(using: &random)
        try await ExamStore.lend(
            .seed(),
            assessments: [SeedLookups.ica, SeedLookups.summative, SeedLookups.block].map {
                ($0.assessmentID, $0.naturalID)
            },
            connections: 5
        ) { (store: ExamStore<SeedLookups>) async throws in
            try await Self.prepare(store, world)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, hand) in batches.enumerated() {
                    group.addTask {
                        for (index, batch) in hand.enumerated() {
                            _ = try await store.send(batch, importID: Int64(1_000 * number + 100 * index))
                        }
                    }
                }
                // Updates come one after the other (ingest §12), in files of any size.
                group.addTask {
                    for start in stride(from: 0, to: enrolments.count, by: 5) {
                        try await Self.enrol(Array(enrolments[start..<min(enrolments.count, start + 5)]), store)
                    }
                }
                try await group.waitForAll()
            }
            let found = try await Self.dump(store)
            #expect(found == expected, "seed \(seed)")
        }
    }
}
