import Clocks
import Contracts
import Feed
import Postgres
import Support
import Testing

/// A lease is proof of freshness; every test moves the clock by hand.
@Suite struct LeaseTests {
    @Test func heldForTwoSecondsAndRegained() async throws {
        try await Things.with { things in
            let clock = HandClock()
            let copy = things.follower(clocks: clock.clocks)
            #expect(!copy.lease.isHeld, "nothing is proved before the first answer")
            #expect(copy.obstacle == "not read from its owner yet", "and the process is not ready")
            try await copy.pull(.test())
            #expect(copy.lease.isHeld)
            #expect(copy.obstacle == nil)
            clock.advance(.seconds(2))
            #expect(copy.lease.isHeld)
            clock.advance(.milliseconds(1))
            #expect(!copy.lease.isHeld)
            #expect(copy.obstacle == nil, "falling behind is the lease's business")
            #expect { try copy.lease.require() } throws: { ($0 as? Fault)?.code == .unavailable }
            try await copy.pull(.test())
            #expect(copy.lease.isHeld)
            try copy.lease.require()
        }
    }

    @Test func countsFromTheSendingNotTheAnswer() async throws {
        try await Things.with { things in
            let clock = HandClock()
            let copy = things.follower(
                clocks: clock.clocks,
                fetch: { ask, call in
                    clock.advance(.milliseconds(1_500))
                    return try await things.changes(ask, call)
                })
            try await copy.pull(.test())
            #expect(copy.lease.isHeld)
            clock.advance(.milliseconds(501))
            #expect(!copy.lease.isHeld)
        }
    }

    @Test func anAnswerThatTookTooLongProvesNothing() async throws {
        try await Things.with { things in
            let clock = HandClock()
            let copy = things.follower(
                clocks: clock.clocks,
                fetch: { ask, call in
                    let answer = try await things.changes(ask, call)
                    clock.advance(.seconds(3))
                    return answer
                })
            try await copy.pull(.test())
            #expect(!copy.lease.isHeld)
        }
    }

    @Test func aDeadOwnerLetsItRunOut() async throws {
        try await Things.with { things in
            let clock = HandClock()
            let tally = Tally()
            let copy = things.follower(
                clocks: clock.clocks,
                fetch: { ask, call in
                    guard tally.next() == 1 else { throw Fault(.unavailable, "dead") }
                    return try await things.changes(ask, call)
                })
            try await copy.pull(.test())
            clock.advance(.seconds(1))
            await #expect(throws: Fault(.unavailable, "dead")) { try await copy.pull(.test()) }
            #expect(copy.lease.isHeld)
            clock.advance(.milliseconds(1_001))
            #expect(!copy.lease.isHeld)
        }
    }

    @Test func onlyTheLastPageProvesAnything() async throws {
        try await Things.with { things in
            try await things.set(Dictionary(uniqueKeysWithValues: (1...30).map { ($0, $0) }))
            let clock = HandClock()
            let tally = Tally()
            let probe = Lease(clocks: clock.clocks)
            let copy = things.follower(
                clocks: clock.clocks, limit: 10,
                fetch: { ask, call in
                    tally.next()
                    clock.advance(.seconds(1))
                    probe.confirm(sentAt: clock.clocks.monotonic())
                    return try await things.changes(ask, call)
                })
            try await copy.pull(.test())
            #expect(tally.value == 3)
            #expect(copy.lease.isHeld, "the last page was asked for a second ago")
            clock.advance(.milliseconds(1_001))
            #expect(!copy.lease.isHeld && probe.isHeld)
        }
    }

    @Test func aCopyKnownToBeWrongHasNone() async throws {
        try await Things.with { things in
            try await things.set([1: 1, 2: 2])
            let clock = HandClock()
            let settled = Tally()
            let copy = things.follower(
                clocks: clock.clocks,
                settle: { duration in
                    // The other replicas' leases run out before anything is emptied.
                    #expect(duration == .seconds(2))
                    let rows = (try? await things.copied())?.count
                    #expect(rows == 2)
                    settled.next()
                })
            try await copy.pull(.test())
            let before = try #require(copy.lease.proof)
            #expect(copy.lease.isHeld(since: before))
            try await things.owner.transaction(.test()) { session in
                try Things.moveElsewhere(session)
            }
            try await things.home.settle()
            try await copy.pull(.test())
            #expect(settled.value == 1)
            #expect(copy.lease.isHeld, "the copy is complete again")
            #expect(!copy.lease.isHeld(since: before), "but was not all the time")
        }
    }

    @Test func theWallClockDoesNotMatter() async throws {
        try await Things.with { things in
            let clock = HandClock()
            let copy = things.follower(clocks: clock.clocks)
            try await copy.pull(.test())
            clock.setWall(microseconds: 0)
            #expect(copy.lease.isHeld)
            clock.setWall(microseconds: 4_000_000_000_000_000)
            #expect(copy.lease.isHeld)
        }
    }
}
