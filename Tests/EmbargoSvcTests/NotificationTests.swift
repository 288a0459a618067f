import Clocks
import Contracts
import EmbargoRule
import Foundation
import Postgres
import Support
import Synchronization
import Testing

@testable import EmbargoSvc

/// The log that programs outside the suite follow: one row per effective change, without a gap (DESIGN §3).
@Suite struct NotificationTests {
    static let demb = EmbargoYearTests.demb
    static let semb = EmbargoYearTests.semb

    static func call() -> Call { .starting(budget: .seconds(20)) }

    // Refusals first.

    @Test(
        "questions that make no sense",
        arguments: [(0, 0), (-1, 0), (1_001, 0), (.min, 0), (.max, 0), (10, -1), (10, .min)] as [(Int32, Int64)])
    func malformed(_ limit: Int32, _ after: Int64) async throws {
        try await World.with { world in
            #expect(await fault { try await world.replay(after: after, limit: limit) } == .malformed)
        }
    }

    @Test("the log cannot be changed or removed")
    func appendOnly() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            for statement in [
                "UPDATE embargo.notification SET value = 1", "DELETE FROM embargo.notification",
                "TRUNCATE embargo.notification",
            ] {
                await #expect(throws: DatabaseError.self) {
                    try await world.database.transaction(Self.call()) { try $0.script(statement) }
                }
            }
            #expect(try await world.replay().notifications.map(\.sequence) == [1])
        }
    }

    // What is told.

    @Test("T107: one notification per effective change: year, organization, kind, value, time and nothing else")
    func change() async throws {
        try await World.with { world in
            _ = try await world.set(2, .aggregate, .released, Self.demb)
            _ = try await world.set(0, .embargoed, Self.semb)
            let page = try await world.replay()
            #expect(page.head == 2 && page.epoch.count == 16 && !page.beginAgain)
            let (district, state) = (page.notifications[0], page.notifications[1])
            #expect(district.sequence == 1 && district.level == .district && district.naturalID == "n2")
            #expect(district.schoolYear == 2020 && district.kind == .aggregate && district.value == .released)
            #expect(district.atUs > 0)
            #expect(state.sequence == 2 && state.level == .state && state.naturalID == "CA")
            #expect(state.kind == .individual && state.value == .embargoed)
        }
    }

    @Test("T103: the value it already has is told to nobody, and a refused change neither")
    func noChange() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            _ = try await world.set(2, .released, version: 1, Self.demb)
            #expect(await fault { try await world.set(2, .embargoed, version: 7, Self.demb) } == .conflict)
            #expect(await fault { try await world.set(6, .released, Self.demb) } == .notFound)
            #expect(try await world.replay().head == 1)
        }
    }

    @Test("a transaction that is rolled back leaves no gap")
    func rolledBack() async throws {
        struct GivenUp: Error {}
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            await #expect(throws: (any Error).self) {
                try await world.database.transaction(Self.call()) { session in
                    try NotificationLog.append(
                        year: 2020, districtID: 2, naturalID: "n2", kind: .individual, status: .embargoed,
                        at: Timestamp(microseconds: 1), session)
                    throw GivenUp()
                }
            }
            _ = try await world.set(2, .embargoed, version: 1, Self.demb)
            #expect(try await world.replay().notifications.map(\.sequence) == [1, 2])
        }
    }

    @Test("changes made at once are numbered without a gap, in the order in which they took effect")
    func concurrent() async throws {
        try await World.with { world in
            await withTaskGroup(of: Void.self) { group in
                for year: Int32 in [2018, 2019, 2020] {
                    for kind in [EmbargoKind.individual, .aggregate] {
                        for (district, writer) in [(2, Self.demb), (0, Self.semb), (6, .with { $0.districtIDs = [6] })]
                        {
                            group.addTask {
                                #expect(
                                    await fault {
                                        try await world.set(
                                            Int64(district), kind, .embargoed, year: year, writer, waiting: false)
                                    } == nil)
                            }
                        }
                    }
                }
            }
            let told = try await world.replay().notifications
            #expect(told.map(\.sequence) == Array(1...18))
            let order = try await world.database.read(Self.call()) { session in
                try session.rows(
                    "SELECT school_year, kind FROM embargo.embargo_setting ORDER BY change", as: (Int32, Int16).self)
            }
            #expect(told.map { "\($0.schoolYear) \($0.kind.rawValue)" } == order.map { "\($0.0) \($0.1)" })
        }
    }

    @Test("a district is known by its natural id from its first change on")
    func newDistrict() async throws {
        try await World.with { world in
            world.identity.organizations.withLock {
                $0.append(World.organization(30, 50, "District", "Alder District", group: 0))
            }
            _ = try await world.set(50, .released, .with { $0.districtIDs = [50] })
            #expect(try await world.replay().notifications.map(\.naturalID) == ["n50"])
        }
    }

    @Test("a district whose natural id the copy does not hold yet is read again before it is told of")
    func copyOfBefore() async throws {
        try await World.with { world in
            _ = try await world.list(2020, Self.semb)
            // As the code before this log has left it: rows without natural ids, under another position.
            _ = try await world.database.transaction(Self.call()) { session in
                try session.run("UPDATE embargo.district SET natural_id = NULL")
                try session.run("DELETE FROM embargo.feed_position WHERE feed = 'districts'")
            }
            _ = try await world.set(2, .released, Self.demb)
            #expect(try await world.replay().notifications.map(\.naturalID) == ["n2"])
        }
    }

    // Replay.

    @Test("pages follow one another without a gap or a repetition, whatever their size")
    func pages() async throws {
        try await World.with { world in
            for version: Int64 in 0..<10 {
                _ = try await world.set(
                    2, version % 2 == 0 ? .released : .embargoed, version: version, Self.demb, waiting: false)
            }
            for limit: Int32 in [1, 3, 10, 1_000] {
                var seen: [Int64] = []
                var epoch: [UInt8] = []
                while true {
                    let page = try await world.replay(epoch: epoch, after: seen.last ?? 0, limit: limit)
                    #expect(page.notifications.count <= Int(limit) && page.head == 10)
                    if page.notifications.isEmpty { break }
                    seen += page.notifications.map(\.sequence)
                    epoch = page.epoch
                }
                #expect(seen == Array(1...10))
            }
        }
    }

    @Test("a position of another epoch, or ahead of the log, is told to begin again")
    func beginAgain() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            let foreign = [UInt8](repeating: 9, count: 16)
            let real = try await world.replay().epoch
            for (epoch, after) in [(foreign, 1), (foreign, 5), (real, 2), ([], 2), (real, .max)] as [([UInt8], Int64)] {
                let page = try await world.replay(epoch: epoch, after: after)
                #expect(page.beginAgain && page.notifications.isEmpty && page.epoch == real && page.head == 1)
            }
            #expect(try await world.replay(epoch: foreign, after: 0).notifications.count == 1)
            #expect(try await world.replay(epoch: [], after: 1).beginAgain == false, "a position typed by hand")
        }
    }

    // Epochs.

    @Test("a database that lives elsewhere was restored: a new epoch, once; before that the log is not told")
    func restored() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            #expect(try await !world.home.settle(Self.call()), "at home since the first start")
            let before = try await world.replay()
            // What a restore changes is where the database lives; here the memory of it is changed instead.
            _ = try await world.database.transaction(Self.call()) {
                try $0.run("UPDATE embargo.feed_head SET home = 'elsewhere'")
            }
            #expect(await fault { try await world.replay() } == .unavailable)
            #expect(try await world.home.settle(Self.call()))
            #expect(try await !world.home.settle(Self.call()))
            let after = try await world.replay(epoch: before.epoch, after: 1)
            #expect(after.beginAgain && after.epoch != before.epoch)
            #expect(try await world.replay().notifications == before.notifications)
            #expect(try await world.ask("", after: 1, epoch: before.epoch).page?.more == true, "the feed as well")
        }
    }

    @Test("of two replicas that find a restored database one begins the new epoch")
    func restoredOnce() async throws {
        try await World.with { world in
            _ = try await world.database.transaction(Self.call()) {
                try $0.run("UPDATE embargo.feed_head SET home = 'elsewhere'")
            }
            let begun = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<2 { group.addTask { try await world.home.settle(Self.call()) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(begun.filter(\.self).count == 1)
        }
    }

    // Publishing.

    @Test("what is new is published in order, whoever has changed it; otherwise a heartbeat with the head")
    func publishing() async throws {
        try await World.with { world in
            let sent = Mutex<[EmbargoPublication]>([])
            let publisher = NotificationPublisher(
                log: NotificationLog(database: world.database), home: world.home, news: AsyncStream { $0.finish() },
                logger: .quiet,
                publish: { bytes in
                    do { try sent.withLock { $0.append(try EmbargoPublication(decoding: bytes)) } } catch {
                        Issue.record("unreadable: \(error)")
                    }
                })
            func taken() -> [EmbargoPublication] {
                sent.withLock { sent in
                    defer { sent = [] }
                    return sent
                }
            }
            _ = try await world.set(2, .released, Self.demb)
            var position = try await publisher.step(from: nil)
            #expect(taken().map(\.head) == [1], "what was there before is not published")
            position = try await publisher.step(from: position)
            let beat = taken()
            #expect(beat.count == 1 && beat.first?.head == 1 && beat.first?.notification == nil)
            _ = try await world.set(2, .embargoed, version: 1, Self.demb)
            _ = try await world.set(0, .released, Self.semb)
            position = try await publisher.step(from: position)
            let news = taken()
            #expect(news.compactMap(\.notification?.sequence) == [2, 3] && news.allSatisfy { $0.head == 3 })
            #expect(news.allSatisfy { $0.epoch == position.epoch })
            _ = try await world.database.transaction(Self.call()) {
                try $0.run("UPDATE embargo.feed_head SET home = 'elsewhere'")
            }
            let next = try await publisher.step(from: position)
            #expect(next.epoch != position.epoch && next.sequence == 3)
            #expect(taken().allSatisfy { $0.notification == nil && $0.epoch == next.epoch })
        }
    }

    // Access tokens.

    @Test("a token is believed for a minute, and never longer than it lives")
    func tokens() async throws {
        let clock = HandClock()
        let asked = Mutex(0)
        let life = Mutex<Int32>(3600)
        let tokens = ClientTokens(clocks: clock.clocks) { ask, _ in
            asked.withLock { $0 += 1 }
            guard ask.token == "good", life.withLock({ $0 }) > 0 else { throw Fault(.unauthenticated, "not valid") }
            return .with {
                $0.scopes = ["embargo.events"]
                $0.secondsLeft = life.withLock { $0 }
            }
        }
        #expect(await fault { try await tokens.scopes("bad", Self.call()) } == .unauthenticated)
        #expect(try await tokens.scopes("good", Self.call()) == ["embargo.events"])
        clock.advance(.seconds(59))
        _ = try await tokens.scopes("good", Self.call())
        #expect(asked.withLock { $0 } == 2)
        clock.advance(.seconds(1))
        life.withLock { $0 = 10 }
        _ = try await tokens.scopes("good", Self.call())
        clock.advance(.seconds(10))
        life.withLock { $0 = 0 }
        #expect(await fault { try await tokens.scopes("good", Self.call()) } == .unauthenticated, "expired")
    }
}
