import Clocks
import Contracts
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@testable import Jobs

extension Migrations {
    /// A schema with jobs and something for them to change.
    static let work = Migrations(
        schema: "work",
        scripts: [
            ("V0001_jobs", JobSchema.sql(role: "work")),
            (
                "V0002_made",
                "CREATE TABLE made (subject bigint PRIMARY KEY); CREATE TABLE given_up (subject bigint, reason text);"
            ),
        ])
}

@Suite("Jobs")
struct JobTests {
    /// Counts how often the work was begun.
    final class Runs: Sendable {
        private let number = Mutex(0)
        func once() -> Int {
            number.withLock {
                $0 += 1
                return $0
            }
        }
        var count: Int { number.withLock { $0 } }
    }

    struct World: Sendable {
        let database: Database
        let clock = HandClock()
        var table: JobTable { JobTable(schema: "work", clocks: clock.clocks, lease: .seconds(30)) }

        func jobs(attempts: Int = 3, isBulk: Bool = false, _ run: @escaping @Sendable (RunningJob) async throws -> Void)
            -> Jobs
        {
            let kind = JobKind("make", attemptLimit: attempts, isBulk: isBulk) { job in
                try await run(job)
                let subject = job.subject
                return { try $0.run("INSERT INTO work.made VALUES (\(subject))") }
            } givenUp: { session, subject, reason in
                try session.run("INSERT INTO work.given_up VALUES (\(subject), \(reason))")
            }
            return Jobs(
                [kind], table: table, database: database, workers: 1, holder: "test", metrics: Metrics(service: "test"),
                log: .quiet)
        }

        func enqueue(_ subject: Int64) async throws {
            let table = table
            try await database.transaction(.test()) { try table.enqueue("make", subject: subject, $0) }
        }

        func claim(_ holder: String) async throws -> RunningJob? {
            let table = table
            return try await database.transaction(.test()) { try table.claim(["make"], holder: holder, $0)?.1 }
        }

        func rows(_ sql: SQL) async throws -> [String] {
            try await database.read(.test()) { try $0.rows(sql, as: String.self) }
        }

        var made: [String] {
            get async throws { try await rows("SELECT subject::text FROM work.made ORDER BY 1") }
        }
        var states: [String] {
            get async throws { try await rows("SELECT state || ' ' || attempts FROM work.job ORDER BY id") }
        }
    }

    func withWorld(_ body: @Sendable (World) async throws -> Void) async throws {
        try await withTemporaryDatabase(.work) { database in try await body(World(database: database)) }
    }

    @Test("a job is done once: its effect and its end are one transaction, and queued twice it is one")
    func doneOnce() async throws {
        try await withWorld { world in
            let runs = Runs()
            let jobs = world.jobs { _ in _ = runs.once() }
            try await world.enqueue(7)
            try await world.enqueue(7)
            #expect(try await jobs.runNext(as: "a"))
            #expect(try await jobs.runNext(as: "a") == false)
            #expect(try await world.made == ["7"])
            #expect(try await world.states == [])
            #expect(runs.count == 1)
        }
    }

    @Test("a worker that takes no bulk leaves such a job to the others")
    func bulk() async throws {
        try await withWorld { world in
            try await world.enqueue(7)
            let jobs = world.jobs(isBulk: true) { _ in }
            #expect(try await jobs.runNext(as: "a", takesBulk: false) == false)
            #expect(try await world.states == ["waiting 0"])
            #expect(try await jobs.runNext(as: "b", takesBulk: true))
            #expect(try await world.made == ["7"])
        }
    }

    @Test(
        "a job whose holder died is begun again when its lease has run out, not before, and the dead holder changes nothing"
    )
    func leaseRunsOut() async throws {
        try await withWorld { world in
            try await world.enqueue(1)
            let dead = try #require(try await world.claim("dead"))
            world.clock.advance(.seconds(29))
            #expect(try await world.claim("other") == nil)
            world.clock.advance(.seconds(2))
            let jobs = world.jobs { _ in }
            #expect(try await jobs.runNext(as: "other"))
            #expect(try await world.made == ["1"])

            let table = world.table
            #expect(try await world.database.transaction(.test()) { try table.beat(dead, holder: "dead", $0) } == false)
            await #expect(throws: JobLost.self) {
                try await world.database.transaction(.test()) { try table.finish(dead, holder: "dead", $0) }
            }
        }
    }

    @Test("heartbeats keep a lease for as long as the work takes, and carry its progress")
    func heartbeat() async throws {
        try await withWorld { world in
            try await world.enqueue(1)
            let job = try #require(try await world.claim("a"))
            let table = world.table
            for step in 1...5 {
                world.clock.advance(.seconds(20))
                job.progress = step * 20
                #expect(try await world.database.transaction(.test()) { try table.beat(job, holder: "a", $0) })
                #expect(try await world.claim("b") == nil)
            }
            let progress = try await world.database.read(.test()) { try table.progress("make", subjects: [1, 2], $0) }
            #expect(progress == [1: 100])
        }
    }

    @Test("what kills its holder each time is given up with a reason, and tells its owner")
    func deadLetter() async throws {
        try await withWorld { world in
            try await world.enqueue(5)
            for number in 1...3 {
                #expect(try await world.claim("dies \(number)") != nil)
                world.clock.advance(.seconds(31))
            }
            let runs = Runs()
            let jobs = world.jobs(attempts: 3) { _ in _ = runs.once() }
            #expect(try await jobs.runNext(as: "a"))
            #expect(runs.count == 0)
            #expect(try await world.states == ["dead 4"])
            #expect(
                try await world.rows("SELECT subject || ': ' || reason FROM work.given_up")
                    == ["5: given up after 3 attempts that did not end"])
            world.clock.advance(.seconds(3_600))
            #expect(try await jobs.runNext(as: "a") == false)
        }
    }

    struct Broken: Error {}

    @Test("a failure is tried again after a pause that grows, up to the limit")
    func retries() async throws {
        try await withWorld { world in
            let runs = Runs()
            let jobs = world.jobs(attempts: 3) { _ in
                if runs.once() < 3 { throw Broken() }
            }
            try await world.enqueue(1)
            #expect(try await jobs.runNext(as: "a"))
            #expect(try await jobs.runNext(as: "a") == false)
            world.clock.advance(.seconds(4))
            #expect(try await jobs.runNext(as: "a"))
            world.clock.advance(.seconds(4))
            #expect(try await jobs.runNext(as: "a") == false)
            world.clock.advance(.seconds(4))
            #expect(try await jobs.runNext(as: "a"))
            #expect(try await world.made == ["1"])

            let hopeless = world.jobs(attempts: 2) { _ in throw Broken() }
            try await world.enqueue(2)
            for _ in 1...2 {
                #expect(try await hopeless.runNext(as: "a"))
                world.clock.advance(.seconds(60))
            }
            #expect(try await world.states == ["dead 2"])
            #expect(try await world.rows("SELECT reason FROM work.given_up") == ["failed: Broken"])
        }
    }

    @Test("a neighbour that is down uses up no attempt; a refusal gives up at once")
    func passingAndRefused() async throws {
        try await withWorld { world in
            let waiting = world.jobs(attempts: 1) { _ in throw Fault(.unavailable, "down") }
            try await world.enqueue(1)
            for _ in 1...4 {
                #expect(try await waiting.runNext(as: "a"))
                world.clock.advance(.seconds(60))
            }
            #expect(try await world.states == ["waiting 0"])
            let refusing = world.jobs(attempts: 3) { _ in throw JobRefused("never") }
            #expect(try await refusing.runNext(as: "a"))
            #expect(try await world.states == ["dead 1"])
            #expect(try await world.rows("SELECT reason FROM work.given_up") == ["never"])
        }
    }

    @Test("a cancelled job never begins, and one that runs ends without effect")
    func cancelling() async throws {
        try await withWorld { world in
            let table = world.table
            try await world.enqueue(1)
            try await world.database.transaction(.test()) { try table.cancel("make", subjects: [1], $0) }
            let jobs = world.jobs { _ in
                try await world.database.transaction(.test()) { try table.cancel("make", subjects: [2], $0) }
            }
            #expect(try await jobs.runNext(as: "a") == false)
            try await world.enqueue(2)
            #expect(try await jobs.runNext(as: "a"))
            #expect(try await world.made == [])
            #expect(try await world.states == [])
        }
    }
}
