import Contracts
import Support
import Testing

@testable import EmbargoSvc

/// When a change is in force: all holders have it, or their leases have run out (DESIGN §3). No test waits for a lease:
/// the holder's question is made older instead.
@Suite struct HolderTests {
    static let demb = EmbargoYearTests.demb
    /// A moment that never grows old: the lease is not over, however slow the machine is.
    static let justNow = "'infinity'"

    @Test("pages of senseless questions are refused")
    func malformed() async throws {
        try await World.with { world in
            #expect(await fault { try await world.ask(String(repeating: "x", count: 101), after: 0) } == .malformed)
            #expect(await fault { try await world.ask("a", after: -1) } == .malformed)
        }
    }

    @Test("a holder that has not confirmed keeps a change from being in force")
    func notYet() async throws {
        try await World.with { world in
            try await world.ask("a", after: 0)
            try await world.holder("a", askedAt: Self.justNow)
            let reply = try await world.set(2, .released, Self.demb, waiting: false)
            #expect(reply.changed && !reply.inForce)
        }
    }

    @Test("when every holder has confirmed, it is in force")
    func confirmed() async throws {
        try await World.with { world in
            try await world.ask("a", after: 0)
            try await world.ask("b", after: 0)
            for holder in ["a", "b"] { try await world.holder(holder, askedAt: Self.justNow) }
            let first = try await world.set(2, .released, Self.demb, waiting: false)
            #expect(!first.inForce)
            let change = try #require(world.announced.changes.first)
            try await world.ask("a", after: change)
            let second = try await world.set(2, .released, version: 1, Self.demb, waiting: false)
            #expect(!second.inForce, "b may still use what it had")
            try await world.ask("b", after: change)
            let third = try await world.set(2, .released, version: 1, Self.demb, waiting: false)
            #expect(third.inForce && !third.changed)
        }
    }

    @Test("a holder confirms while the change waits")
    func confirmsMeanwhile() async throws {
        try await World.with { world in
            try await world.ask("a", after: 0)
            try await world.holder("a", askedAt: Self.justNow)
            async let reply = world.set(2, .released, Self.demb)
            while world.announced.changes.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            try await world.ask("a", after: world.announced.changes[0])
            #expect(try await reply.inForce)
        }
    }

    @Test("a holder whose lease has run out holds nothing up; one just before its end does")
    func leaseRunOut() async throws {
        try await World.with { world in
            try await world.ask("a", after: 0)
            try await world.holder("a", askedAt: Self.justNow)
            let before = try await world.set(2, .released, Self.demb, waiting: false)
            #expect(!before.inForce)
            try await world.holder("a", askedAt: "clock_timestamp() - interval '2 seconds'")
            let after = try await world.set(2, .released, version: 1, Self.demb, waiting: false)
            #expect(after.inForce)
        }
    }

    @Test("a position of another epoch confirms nothing, and is told to begin again")
    func otherEpoch() async throws {
        try await World.with { world in
            let page = try await world.ask("a", after: 1_000, epoch: [UInt8](repeating: 1, count: 16))
            #expect(page.page?.more == true && page.rows.isEmpty)
            try await world.holder("a", askedAt: Self.justNow)
            let reply = try await world.set(2, .released, Self.demb, waiting: false)
            #expect(!reply.inForce)
        }
    }

    @Test("who asks without a name holds no lease and holds nothing up")
    func nameless() async throws {
        try await World.with { world in
            try await world.ask("", after: 0)
            try await world.expect("holder", has: 0)
            #expect(try await world.set(2, .released, Self.demb, waiting: false).inForce)
        }
    }

    @Test("the feed says what is set, in order, and nothing twice")
    func feed() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            _ = try await world.set(2, .aggregate, .embargoed, Self.demb)
            let all = try await world.ask("", after: 0)
            #expect(
                all.rows.map(\.kind) == [.individual, .aggregate] && all.rows.map(\.value) == [.released, .embargoed])
            #expect(all.rows.allSatisfy { $0.schoolYear == 2020 && $0.districtID == 2 && !$0.deleted })
            let through = try #require(all.page).through
            #expect(try await world.ask("", after: through).rows.isEmpty)
            _ = try await world.set(2, .embargoed, version: 1, Self.demb)
            let next = try await world.ask("", after: through)
            #expect(next.rows.map(\.value) == [.embargoed] && next.rows.first?.kind == .individual)
        }
    }
}
