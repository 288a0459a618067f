import Contracts
import Foundation
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@Suite struct PoolTests {
    /// One connection that a call holds until `release` is called, so that others have to wait.
    private func withBusyDatabase(
        queueLimit: Int, _ body: (Database, Metrics, _ release: @escaping @Sendable () -> Void) async throws -> Void
    ) async throws {
        try await withTemporaryServer([]) { temporary in
            let metrics = Metrics(service: "test")
            let database = temporary.open(connections: 1, metrics: metrics, queueLimit: queueLimit)
            let gate = DispatchSemaphore(value: 0)
            let (started, signal) = AsyncStream.makeStream(of: Void.self)
            let holder = Task {
                try await database.read(.test()) { _ in
                    signal.yield()
                    gate.wait()
                }
            }
            for await _ in started { break }
            try await body(database, metrics) { gate.signal() }
            gate.signal()
            try await holder.value
            await database.close()
        }
    }

    private final class Order: Sendable {
        private let list = Mutex<[Int]>([])
        var numbers: [Int] { list.withLock { $0 } }
        func append(_ number: Int) { list.withLock { $0.append(number) } }
    }

    private func waitUntil(_ count: Int, waitIn metrics: Metrics) async {
        while !metrics.render().contains("database_waiting{service=\"test\"} \(count)") { await Task.yield() }
    }

    @Test func callsAreServedInTheOrderTheyCame() async throws {
        try await withBusyDatabase(queueLimit: 50) { database, metrics, release in
            let order = Order()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await database.read(.test()) { _ in order.append(number) }
                    }
                    await waitUntil(number + 1, waitIn: metrics)
                }
                release()
                try await group.waitForAll()
            }
            #expect(order.numbers == Array(0..<20))
        }
    }

    @Test func oneTooManyIsRefusedAtOnce() async throws {
        try await withBusyDatabase(queueLimit: 3) { database, metrics, release in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<3 {
                    group.addTask { try await database.read(.test()) { _ in } }
                    await waitUntil(number + 1, waitIn: metrics)
                }
                await #expect {
                    try await database.read(.test()) { _ in }
                } throws: { ($0 as? Fault)?.code == .tooMany && ($0 as? Fault)?.retryAfterMilliseconds ?? 0 > 0 }
                release()
                try await group.waitForAll()
            }
            try await database.read(.test()) { _ in }
        }
    }

    @Test func aCallThatWaitsTooLongIsToldSo() async throws {
        try await withBusyDatabase(queueLimit: 3) { database, _, _ in
            await #expect {
                try await database.read(.test(budget: .milliseconds(100))) { _ in }
            } throws: { ($0 as? Fault)?.code == .deadlinePassed }
        }
    }

    @Test func aCancelledCallLeavesTheQueue() async throws {
        try await withBusyDatabase(queueLimit: 3) { database, metrics, _ in
            let waiting = Task { try await database.read(.test()) { _ in } }
            await waitUntil(1, waitIn: metrics)
            waiting.cancel()
            await #expect { try await waiting.value } throws: { ($0 as? Fault)?.code == .cancelled }
            await waitUntil(0, waitIn: metrics)
        }
    }

    @Test func aCallerIsAnsweredEvenWhenItsThreadIsStuck() async throws {
        try await withTemporaryServer([]) { temporary in
            let database = temporary.open(connections: 1)
            let gate = DispatchSemaphore(value: 0)
            await #expect {
                try await database.read(.test(budget: .milliseconds(100))) { _ in gate.wait() }
            } throws: { ($0 as? Fault)?.code == .deadlinePassed }
            gate.signal()
            try await database.read(.test()) { _ in }
            await database.close()
        }
    }

    @Test func manyCallsAtOnce() async throws {
        try await withTemporaryDatabase(connections: 4) { database in
            try await database.transaction(.test()) {
                try $0.script("CREATE TABLE t (n bigint); INSERT INTO t VALUES (0)")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        _ = try await database.transaction(.test()) { try $0.run("UPDATE t SET n = n + 1") }
                    }
                }
                try await group.waitForAll()
            }
            let n = try await database.read(.test()) { try $0.row("SELECT n FROM t", as: Int64.self) }
            #expect(n == 200)
        }
    }

    @Test func closingAnswersWhatWaitsAndRefusesWhatComes() async throws {
        try await withBusyDatabase(queueLimit: 3) { database, metrics, release in
            let waiting = Task { try await database.read(.test()) { try $0.row("SELECT 1", as: Int32.self) } }
            await waitUntil(1, waitIn: metrics)
            let closing = Task { await database.close() }
            release()
            let one = try await waiting.value
            #expect(one == 1)
            await closing.value
            await #expect { try await database.read(.test()) { _ in } } throws: { ($0 as? Fault)?.code == .unavailable }
        }
    }

    @Test func outcomesAreCounted() async throws {
        try await withTemporaryServer([]) { temporary in
            let metrics = Metrics(service: "test")
            let database = temporary.open(metrics: metrics)
            try await database.read(.test()) { _ in }
            _ = try? await database.read(.test()) { try $0.run("SELECT nothing") }
            await database.close()
            let text = metrics.render()
            #expect(text.contains("database_transactions_total{service=\"test\",outcome=\"ok\"} 1"))
            #expect(text.contains("database_transactions_total{service=\"test\",outcome=\"failed\"} 1"))
        }
    }

    @Test func aSessionStartsWithItsSettings() async throws {
        try await withTemporaryServer([]) { temporary in
            let database = temporary.open(settings: ["search_path": "pg_temp", "work_mem": "8MB"])
            let row = try await database.read(.test()) { session in
                try session.row(
                    """
                    SELECT current_setting('search_path'), current_setting('work_mem'), current_setting('timezone'),
                           current_setting('transaction_read_only')
                    """, as: (String, String, String, String).self)
            }
            #expect(row?.0 == "pg_temp" && row?.1 == "8MB" && row?.2 == "UTC" && row?.3 == "on")
            await database.close()
        }
    }
}
