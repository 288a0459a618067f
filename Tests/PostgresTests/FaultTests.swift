import Contracts
import Postgres
import Support
import Synchronization
import Testing

/// What happens when the server, the caller or other transactions misbehave; one test per misbehaviour.
@Suite struct FaultTests {
    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    /// A table, and a way to do things from another connection in the middle of a transaction.
    private func withTable(
        connections: Int = 2,
        _ body: (Database, _ aside: @escaping @Sendable (String) throws -> Void) async throws -> Void
    ) async throws {
        try await withTemporaryServer([]) { temporary in
            let url = temporary.connectionString()
            try Administration.run(
                "CREATE TABLE t (id bigint PRIMARY KEY, n bigint); INSERT INTO t VALUES (1, 0)", on: url)
            let database = temporary.open(connections: connections)
            try await body(database) { try Administration.run($0, on: url) }
            await database.close()
        }
    }

    private func fault(_ body: () async throws -> Void) async -> Fault? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Fault
        }
    }

    // MARK: Something is short

    /// Whoever runs imports must tell these from a payload that is bad (docs/faults.md).
    @Test(arguments: [
        ("53100", "the database has no space left on its disk"), ("53200", "the database is not available"),
        ("53300", "the database is not available"), ("58030", "the database is not available"),
    ])
    func aShortageIsNotNow(state: String, detail: String) async throws {
        #expect(DatabaseError(sqlState: state, message: "").isTransient)
        try await withTable(connections: 1) { database, _ in
            let fault = await fault {
                try await database.transaction(.test()) { session in
                    _ = try session.run("DO $$BEGIN RAISE EXCEPTION 'short' USING ERRCODE = '\(raw: state)'; END$$")
                }
            }
            #expect(fault?.code == .unavailable && fault?.detail == detail && fault?.retryAfterMilliseconds ?? 0 > 0)
        }
    }

    // MARK: Too slow

    @Test func aStatementEndsWithTheDeadline() async throws {
        try await withTable(connections: 1) { database, _ in
            let started = ContinuousClock.now
            let fault = await fault {
                try await database.read(.test(budget: .milliseconds(200))) { session in
                    _ = try session.run("SELECT pg_sleep(60)")
                }
            }
            #expect(fault?.code == .deadlinePassed)
            #expect(started.duration(to: .now) < .seconds(30))
            let one = try await database.read(.test()) { try $0.row("SELECT 1", as: Int32.self) }
            #expect(one == 1, "the connection goes on")
        }
    }

    @Test func manyShortStatementsEndWithTheDeadlineToo() async throws {
        try await withTable { database, _ in
            let fault = await fault {
                try await database.transaction(.test(budget: .milliseconds(200))) { session in
                    while true { try session.run("UPDATE t SET n = n + 1") }
                }
            }
            #expect(fault?.code == .deadlinePassed)
            let n = try await database.read(.test()) { try $0.row("SELECT n FROM t", as: Int64.self) }
            #expect(n == 0)
        }
    }

    @Test func aDeadlineThatHasPassedStartsNothing() async throws {
        try await withTable { database, _ in
            let runs = Counter()
            let fault = await fault {
                try await database.transaction(.test(budget: .zero)) { _ in _ = runs.next() }
            }
            #expect(fault?.code == .deadlinePassed && runs.value == 0)
        }
    }

    @Test func aStatementEndsWhenItsTaskIsCancelled() async throws {
        try await withTable(connections: 1) { database, _ in
            for _ in 0..<5 {
                let (started, signal) = AsyncStream.makeStream(of: Void.self)
                let task = Task {
                    try await database.transaction(.test()) { session in
                        try session.run("UPDATE t SET n = 99")
                        signal.yield()
                        _ = try session.run("SELECT pg_sleep(60)")
                    }
                }
                for await _ in started { break }
                task.cancel()
                let fault = await fault { try await task.value }
                #expect(fault?.code == .cancelled)
            }
            let n = try await database.read(.test()) { try $0.row("SELECT n FROM t", as: Int64.self) }
            #expect(n == 0)
        }
    }

    // MARK: Others in the way

    @Test func aSerializationFailureIsTriedAgain() async throws {
        try await withTable { database, aside in
            let runs = Counter()
            let n = try await database.transaction(.test(), isolation: .repeatableRead) { session in
                let n = try session.row("SELECT n FROM t WHERE id = 1", as: Int64.self) ?? -1
                if runs.next() == 1 { try aside("UPDATE t SET n = 10 WHERE id = 1") }
                try session.run("UPDATE t SET n = \(n + 1) WHERE id = 1")
                return n + 1
            }
            #expect(n == 11 && runs.value == 2)
        }
    }

    @Test func aDeadlockIsTriedAgain() async throws {
        try await withTable { database, _ in
            let runs = Counter()
            try await database.transaction(.test()) { session in
                if runs.next() < 3 {
                    try session.script("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'deadlock_detected'; END $$")
                }
            }
            #expect(runs.value == 3)
        }
    }

    @Test func endlessSerializationFailuresAreAConflict() async throws {
        try await withTable { database, aside in
            let runs = Counter()
            let fault = await fault {
                try await database.transaction(.test(), isolation: .serializable) { session in
                    _ = try session.row("SELECT n FROM t WHERE id = 1", as: Int64.self)
                    try aside("UPDATE t SET n = \(runs.next()) WHERE id = 1")
                    try session.run("UPDATE t SET n = 0 WHERE id = 1")
                }
            }
            #expect(fault?.code == .conflict && runs.value == 4)
        }
    }

    // MARK: The connection is lost

    private static let pid: SQL = "SELECT pg_backend_pid()"

    @Test func aReadIsRepeatedOnceWhenItsConnectionIsLost() async throws {
        try await withTable { database, aside in
            let runs = Counter()
            let n = try await database.read(.test()) { session in
                let pid = try session.row(Self.pid, as: Int32.self) ?? 0
                if runs.next() == 1 { try aside("SELECT pg_terminate_backend(\(pid), 5000)") }
                return try session.row("SELECT n FROM t", as: Int64.self)
            }
            #expect(n == 0 && runs.value == 2)
        }
    }

    @Test func aReadIsNotRepeatedTwice() async throws {
        try await withTable { database, aside in
            let runs = Counter()
            let fault = await fault {
                try await database.read(.test()) { session in
                    _ = runs.next()
                    let pid = try session.row(Self.pid, as: Int32.self) ?? 0
                    try aside("SELECT pg_terminate_backend(\(pid), 5000)")
                    _ = try session.row("SELECT n FROM t", as: Int64.self)
                }
            }
            #expect(fault?.code == .unavailable && runs.value == 2)
        }
    }

    @Test func aWriteIsNeverRepeatedWhenItsConnectionIsLost() async throws {
        try await withTable { database, aside in
            let runs = Counter()
            let fault = await fault {
                try await database.transaction(.test()) { session in
                    _ = runs.next()
                    try session.run("UPDATE t SET n = 1")
                    let pid = try session.row(Self.pid, as: Int32.self) ?? 0
                    try aside("SELECT pg_terminate_backend(\(pid), 5000)")
                    try session.run("UPDATE t SET n = 2")
                }
            }
            #expect(fault?.code == .unavailable && runs.value == 1)
            #expect(fault?.detail == "the database went away; nothing was changed")
            let n = try await database.read(.test()) { try $0.row("SELECT n FROM t", as: Int64.self) }
            #expect(n == 0)
        }
    }

    @Test func aLossDuringCommitSaysThatTheOutcomeIsUnknown() async throws {
        try await withTable { database, aside in
            try aside(
                """
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER last AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION die();
                """)
            let runs = Counter()
            let fault = await fault {
                try await database.transaction(.test()) { session in
                    _ = runs.next()
                    try session.run("UPDATE t SET n = 1")
                }
            }
            #expect(fault?.code == .unavailable && runs.value == 1)
            #expect(fault?.detail.hasSuffix("is not known") == true)
        }
    }

    @Test func connectionsThatDiedIdleAreReplacedBeforeAWrite() async throws {
        try await withTable(connections: 3) { database, aside in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask { _ = try await database.read(.test()) { try $0.run("SELECT pg_sleep(0.05)") } }
                }
                try await group.waitForAll()
            }
            try aside(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
            for n in Int64(1)...5 {
                try await database.transaction(.test()) { try $0.run("UPDATE t SET n = \(n)") }
            }
            let n = try await database.read(.test()) { try $0.row("SELECT n FROM t", as: Int64.self) }
            #expect(n == 5)
        }
    }

    @Test func aServerThatIsNotThereIsUnavailable() async throws {
        let database = Database(
            DatabaseConfig("host=/nowhere dbname=x", applicationName: "test"), metrics: .init(service: "test"),
            log: .quiet)
        let fault = await fault { try await database.read(.test()) { _ in } }
        #expect(fault?.code == .unavailable)
        await database.close()
    }

    // MARK: The closure

    @Test func aHiddenErrorDoesNotCommit() async throws {
        try await withTable { database, _ in
            await #expect {
                try await database.transaction(.test()) { session in
                    try session.run("UPDATE t SET n = 5")
                    do {
                        try session.run("INSERT INTO t VALUES (1, 1)")
                    } catch {
                        // Nobody hears of it: COMMIT must not pretend.
                    }
                }
            } throws: { ($0 as? DatabaseError)?.constraint == "t_pkey" }
            let n = try await database.read(.test()) { try $0.row("SELECT n FROM t", as: Int64.self) }
            #expect(n == 0)
        }
    }

    @Test func anAttemptThatFailsUndoesOnlyItself() async throws {
        try await withTable { database, _ in
            try await database.transaction(.test()) { session in
                try session.run("UPDATE t SET n = 5")
                do {
                    try session.attempt {
                        try session.run("UPDATE t SET n = 6")
                        try session.run("INSERT INTO t VALUES (1, 1)")
                    }
                } catch let error as DatabaseError where error.constraint == "t_pkey" {
                    try session.run("INSERT INTO t VALUES (2, 2)")
                }
            }
            let n = try await database.read(.test()) { try $0.rows("SELECT n FROM t ORDER BY id", as: Int64.self) }
            #expect(n == [5, 2])
        }
    }

    @Test func aFaultRollsBackAndArrivesAsItIs() async throws {
        try await withTable { database, _ in
            let told = Fault(.preconditionFailed, "not now")
            await #expect(throws: told) {
                try await database.transaction(.test()) { session in
                    try session.run("UPDATE t SET n = 5")
                    throw told
                }
            }
            let n = try await database.read(.test()) { try $0.row("SELECT n FROM t", as: Int64.self) }
            #expect(n == 0)
        }
    }

    @Test func aReadCannotWrite() async throws {
        try await withTable { database, _ in
            await #expect {
                try await database.read(.test()) { try $0.run("UPDATE t SET n = 1") }
            } throws: { ($0 as? DatabaseError)?.sqlState == "25006" }
        }
    }

    @Test func aPlanThatNoLongerFitsIsMadeAnew() async throws {
        try await withTable(connections: 1) { database, aside in
            let read: @Sendable () async throws -> Int64? = {
                try await database.read(.test()) { try $0.row("SELECT n FROM t WHERE id = 1", as: Int64.self) }
            }
            #expect(try await read() == 0)
            try aside("ALTER TABLE t ALTER n TYPE integer")
            #expect(try await read() == 0)
        }
    }

    @Test func oneResultForOneRow() async throws {
        try await withTable { database, aside in
            try aside("INSERT INTO t VALUES (2, 0)")
            await #expect {
                try await database.read(.test()) { try $0.row("SELECT id FROM t", as: Int64.self) }
            } throws: { ($0 as? DatabaseError)?.sqlState == "21000" }
            let none = try await database.read(.test()) { try $0.row("SELECT id FROM t WHERE id = 7", as: Int64.self) }
            #expect(none == nil)
        }
    }
}
