import Access
import Audit
import Clocks
import Contracts
import Feed
import Foundation
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// The gate against its model (DESIGN §4.1, access §2.8, §6.5). ERS_GATE_WORLDS sets how many worlds (the long run has 1,000);
/// each has 1,000 exams.
@Suite struct GateTests {
    private static let worlds = ProcessInfo.processInfo.environment["ERS_GATE_WORLDS"].flatMap(Int.init) ?? 300
    private static let examsPerWorld = 1_000
    private static let callersPerWorld = 3
    private static let parallel = 4

    @Test(
        "F347 R15: whatever the scopes, groups, transfers, embargoes and leases: exactly what the model says, and behind a broken gate no more"
    )
    func gateEqualsModel() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for share in 0..<Self.parallel {
                group.addTask { try await Self.compare(seeds: stride(from: share, to: Self.worlds, by: Self.parallel)) }
            }
            try await group.waitForAll()
        }
    }

    private static func compare(seeds: StrideTo<Int>) async throws {
        try await withTemporaryServer([.results]) { server in
            let owner = server.open(connections: 1, settings: ["search_path": "results"])
            let readers = server.open(as: "results_reader", connections: 1)
            for seed in seeds {
                var random = SeededGenerator(seed: seed)
                let world = GateWorld(&random, exams: examsPerWorld)
                try await owner.transaction(.test()) { try world.store($0) }
                for _ in 0..<callersPerWorld {
                    try await compare(world, world.caller(&random), readers, seed: seed)
                }
            }
            await owner.close()
            await readers.close()
        }
    }

    private static func compare(_ world: GateWorld, _ caller: GateWorld.Caller, _ readers: Database, seed: Int)
        async throws
    {
        let clock = HandClock()
        let lease = Lease(clocks: clock.clocks)
        if caller.leaseIsHeld { lease.confirm(sentAt: clock.clocks.monotonic()) }
        let memberships = Lease(clocks: clock.clocks)
        if caller.membershipsAreHeld { memberships.confirm(sentAt: clock.clocks.monotonic()) }
        let gate = Gate(
            database: readers, embargo: lease, memberships: memberships, audit: AuditTrail(schema: "results"))
        let call = Call.test(
            .with {
                $0.login = "model@example.org"
                $0.groupLogin = caller.login
                $0.permissions = [
                    (Permission.individualPIIRead, caller.individual), (.embargoRead, caller.preview),
                    (.groupPIIRead, caller.group),
                ].compactMap { permission, scope in
                    scope.map { scope in
                        .with {
                            $0.permission = permission.rawValue
                            $0.scope = scope
                        }
                    }
                }
            })
        let expected = world.visible(to: caller)
        guard call.caller?.has(.individualPIIRead) == true || call.caller?.has(.groupPIIRead) == true else {
            // The question itself is not allowed.
            #expect(expected.isEmpty)
            return
        }
        let (seen, isWithheld, groupsAreOff) = try await gate.read(
            call, hidesTransfers: caller.hidesTransfers, looked: { _ in AuditEvent("test.look") }
        ) { session, view in
            let gated = try session.rows("SELECT e.id FROM \(ExamRow.tables) WHERE \(view.visible)", as: (Int64).self)
            let behindTheWall = try session.rows("SELECT e.id FROM exam e", as: (Int64).self)
            return (Set(gated), Set(behindTheWall))
        }
        #expect(isWithheld == !caller.leaseIsHeld)
        #expect(groupsAreOff == (!caller.membershipsAreHeld && call.caller?.has(.groupPIIRead) == true))
        #expect(
            seen.0 == expected, "seed \(seed): the gate differs in \(seen.0.symmetricDifference(expected).count) exams")
        #expect(
            seen.1 == expected, "seed \(seed): the wall differs in \(seen.1.symmetricDifference(expected).count) exams")
    }

    @Test("without the settings of the gate the wall shows nothing")
    func wallIsClosedByDefault() async throws {
        try await withTemporaryServer([.results]) { server in
            var random = SeededGenerator(seed: 1)
            let world = GateWorld(&random, exams: 200)
            let owner = server.open(connections: 1, settings: ["search_path": "results"])
            try await owner.transaction(.test()) { try world.store($0) }
            let readers = server.open(as: "results_reader", connections: 1)
            let count = try await readers.read(.test()) { try $0.row("SELECT count(*) FROM exam", as: (Int64).self) }
            #expect(count == 0)
            await owner.close()
            await readers.close()
        }
    }

    @Test("a look that cannot be recorded shows nothing")
    func noRecordNoAnswer() async throws {
        try await withTemporaryServer([.results]) { server in
            var random = SeededGenerator(seed: 2)
            let world = GateWorld(&random, exams: 50)
            let owner = server.open(connections: 1, settings: ["search_path": "results"])
            try await owner.transaction(.test()) {
                try world.store($0)
                try $0.script("REVOKE INSERT ON audit FROM results_reader")
            }
            let readers = server.open(as: "results_reader", connections: 1)
            let gate = Gate(
                database: readers, embargo: Lease(clocks: .system), memberships: Lease(clocks: .system),
                audit: AuditTrail(schema: "results"))
            let call = Call.test(
                .with {
                    $0.permissions = [
                        .with {
                            $0.permission = Permission.individualPIIRead.rawValue
                            $0.scope = .with { $0.statewide = true }
                        }
                    ]
                })
            await #expect(throws: (any Error).self) {
                _ = try await gate.read(call, looked: { _ in AuditEvent("test.look") }) { session, _ in
                    try session.rows("SELECT e.id FROM exam e", as: (Int64).self)
                }
            }
            await owner.close()
            await readers.close()
        }
    }
}
