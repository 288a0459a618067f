import Contracts
import Feed
import Metrics
import Postgres
import Support
import Testing

@Suite struct FeedTests {
    @Test func startsFollowsAndForgetsWhatIsDeleted() async throws {
        try await Things.with { things in
            let copy = things.follower()
            try await copy.pull(.test())
            #expect(try await things.copied() == [:])
            try await things.set([1: 10, 2: 20, 3: 30])
            try await things.set([2: 21])
            try await copy.pull(.test())
            #expect(try await things.copied() == [1: 10, 2: 21, 3: 30])
            try await things.set([1: nil, 3: 31])
            try await copy.pull(.test())
            #expect(try await things.copied() == [2: 21, 3: 31])
            try await things.set([1: 11])
            try await copy.pull(.test())
            #expect(try await things.copied() == [1: 11, 2: 21, 3: 31])
        }
    }

    @Test func readsPageAfterPage() async throws {
        try await Things.with { things in
            try await things.set(Dictionary(uniqueKeysWithValues: (1...1_003).map { ($0, $0 * 2) }))
            let asked = Tally()
            let copy = things.follower(
                limit: 100,
                fetch: { ask, call in
                    asked.next()
                    return try await things.changes(ask, call)
                })
            try await copy.pull(.test())
            #expect(asked.value == 11)
            #expect(try await things.copied() == things.owned())
        }
    }

    @Test func anOwnerWithANewEpochIsReadAgain() async throws {
        try await Things.with { things in
            let metrics = Metrics(service: "test")
            let copy = things.follower(metrics: metrics)
            try await things.set([1: 1, 2: 2, 3: 3])
            try await copy.pull(.test())
            // Restored from a backup that knew neither 2 nor 3, then changed until its counter is further than ours.
            try await things.owner.transaction(.test()) { session in
                try session.run("DELETE FROM owner.thing WHERE id > 1")
                try session.run("UPDATE owner.feed_head SET change = 1")
                try Things.moveElsewhere(session)
            }
            // Nothing is told before the new epoch.
            await #expect(throws: Fault.self) { try await copy.pull(.test()) }
            #expect(try await things.home.settle())
            for value in Int64(0)..<9 { try await things.set([7: value]) }
            try await copy.pull(.test())
            #expect(try await things.copied() == [1: 1, 7: 8])
            #expect(metrics.render().contains("feed_resets_total{service=\"test\",feed=\"things\"} 1"))
        }
    }

    @Test func anOwnerBehindThePositionIsReadAgain() async throws {
        try await Things.with { things in
            let copy = things.follower()
            try await things.set([1: 1, 2: 2, 3: 3])
            try await copy.pull(.test())
            try await things.owner.transaction(.test()) { session in
                try session.run("DELETE FROM owner.thing WHERE id > 1")
                try session.run("UPDATE owner.feed_head SET change = 1")
            }
            try await copy.pull(.test())
            #expect(try await things.copied() == [1: 1])
        }
    }

    @Test func twoReplicasApplyNothingTwice() async throws {
        try await Things.with { things in
            let replicas = [things.follower(limit: 7), things.follower(limit: 5), things.follower(limit: 3)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for value in Int64(0)..<60 { try await things.set([value % 11: value, value % 7 + 20: value]) }
                }
                for replica in replicas {
                    // A change applied twice breaks copy.applied's key, and the pull with it.
                    group.addTask { for _ in 0..<40 { try await replica.pull(.test()) } }
                }
                try await group.waitForAll()
            }
            try await replicas[0].pull(.test())
            #expect(try await things.copied() == things.owned())
        }
    }

    @Test func aPullBegunNowSeesWhatWasThereBefore() async throws {
        try await Things.with { things in
            let asked = Tally()
            let (began, signal) = AsyncStream.makeStream(of: Void.self)
            let gate = Gate()
            let copy = things.follower(fetch: { ask, call in
                let answer = try await things.changes(ask, call)
                if asked.next() == 1 {
                    signal.yield()
                    await gate.wait()
                }
                return answer
            })
            let first = Task { try await copy.pull(.test()) }
            for await _ in began { break }
            // The first answer is on its way and does not know this.
            try await things.set([1: 1])
            let second = Task {
                try await copy.pull(.test())
                return try await things.copied()
            }
            gate.open()
            try await first.value
            #expect(try await second.value == [1: 1])
        }
    }

    @Test func aPullEndsWithItsDeadline() async throws {
        try await Things.with { things in
            let gate = Gate()
            let copy = things.follower(fetch: { ask, call in
                await gate.wait()
                return try await things.changes(ask, call)
            })
            await #expect {
                try await copy.pull(.test(budget: .milliseconds(100)))
            } throws: { ($0 as? Fault)?.code == .deadlinePassed }
            let waiting = Task { try await copy.pull(.test()) }
            waiting.cancel()
            await #expect { try await waiting.value } throws: { ($0 as? Fault)?.code == .cancelled }
            gate.open()
            try await copy.pull(.test())
        }
    }

    @Test(.timeLimit(.minutes(10))) func aHintIsEnough() async throws {
        try await Things.with { things in
            let (hints, hint) = AsyncStream.makeStream(of: Void.self)
            let (answered, signal) = AsyncStream.makeStream(of: Int64.self)
            let copy = things.follower(
                hints: hints,
                fetch: { ask, call in
                    let answer = try await things.changes(ask, call)
                    signal.yield(answer.0.head)
                    return answer
                })
            let running = Task { try await copy.run() }
            var heads = answered.makeAsyncIterator()
            #expect(await heads.next() == 0)
            try await things.set([1: 5])
            hint.yield()
            #expect(await heads.next() == 1)
            // Nothing else is polled or pulled here: what gets stored, the hint has brought.
            while try await things.copied() != [1: 5] { try await Task.sleep(for: .milliseconds(5)) }
            running.cancel()
            try await running.value
        }
    }

    @Test func pollingFindsWhatNoHintTold() async throws {
        try await Things.with { things in
            let (answered, signal) = AsyncStream.makeStream(of: Int64.self)
            let copy = things.follower(
                poll: .milliseconds(5),
                fetch: { ask, call in
                    let answer = try await things.changes(ask, call)
                    signal.yield(answer.0.head)
                    return answer
                })
            let running = Task { try await copy.run() }
            try await things.set([1: 5])
            for await head in answered where head == 1 { break }
            running.cancel()
            try await running.value
            try await copy.pull(.test())
            #expect(try await things.copied() == [1: 5])
        }
    }

    @Test func aHolderTellsTheOwnerAtOnceThatItFollowed() async throws {
        try await Things.with { things in
            let (asked, signal) = AsyncStream.makeStream(of: ChangesRequest.self)
            let copy = things.follower(
                holder: "replica-1",
                fetch: { ask, call in
                    signal.yield(ask)
                    return try await things.changes(ask, call)
                })
            try await things.set([1: 5])
            try await copy.pull(.test())
            var asks = asked.makeAsyncIterator()
            #expect(await asks.next()?.after == 0)
            let second = await asks.next()
            #expect(second?.after == 1 && second?.holder == "replica-1")
        }
    }

    @Test(arguments: [0, -1, 5_001])
    func aPageOfAnotherSizeIsMalformed(limit: Int32) async throws {
        try await Things.with { things in
            var ask = ChangesRequest()
            ask.limit = limit
            await #expect { try await things.changes(ask, .test()) } throws: { ($0 as? Fault)?.code == .malformed }
        }
    }

    @Test func aPageThatMakesNoSenseChangesNothing() async throws {
        try await Things.with { things in
            try await things.set([1: 1, 2: 2])
            let good = things.follower()
            try await good.pull(.test())
            for spoil: @Sendable (inout FeedPage) -> Void in [
                { $0.epoch = [1, 2, 3] }, { $0.through = 1 }, { $0.through = $0.head + 1 }, { $0.more = true },
                { $0.head = -1 },
            ] {
                let bad = things.follower(fetch: { ask, call in
                    var (page, rows) = try await things.changes(ask, call)
                    spoil(&page)
                    return (page, rows)
                })
                await #expect(throws: FeedProblem.badPage(feed: "things")) { try await bad.pull(.test()) }
                #expect(!bad.lease.isHeld)
            }
            #expect(try await things.copied() == [1: 1, 2: 2])
        }
    }

    @Test func numbersFollowTheOrderOfCommits() async throws {
        try await Things.with { things in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in Int64(0)..<8 {
                    group.addTask { for turn in Int64(0)..<15 { try await things.set([writer * 100 + turn: turn]) } }
                }
                group.addTask {
                    // Whatever moment is looked at, no number below the newest is missing.
                    for _ in 0..<60 {
                        let missing = try await things.owner.read(.test()) { session in
                            try session.row(
                                """
                                SELECT h.change - count(t.id) FROM owner.feed_head h
                                  LEFT JOIN owner.thing t ON t.change <= h.change GROUP BY h.change
                                """, as: Int64.self)
                        }
                        #expect(missing == 0)
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
