import Clocks
import Contracts
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Carries out the jobs of one owner's schema: claim, work under a lease, effect and outcome in one transaction.
public struct Jobs: Service {
    public let table: JobTable
    private let database: Database
    private let kinds: [String: JobKind]
    private let holder: String
    private let workers: Int
    private let log: Logger
    private let outcomes: @Sendable (_ kind: String, _ outcome: String) -> Void
    private let wakeUps: [(stream: AsyncStream<Void>, wake: AsyncStream<Void>.Continuation)]

    /// How long a job may wait for a worker that was not told of it.
    static let poll: Duration = .milliseconds(500)
    private static let budget: Duration = .seconds(10)
    /// For the transaction that stores what was made.
    private static let effectBudget: Duration = .seconds(120)
    /// After a failure; doubled with each attempt.
    private static let pause: Duration = .seconds(2)

    /// - Parameter holder: names this process among its replicas.
    public init(
        _ kinds: [JobKind], table: JobTable, database: Database, workers: Int, holder: String, metrics: Metrics,
        log: Logger
    ) {
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.table = table
        self.database = database
        self.workers = max(1, workers)
        self.holder = holder
        self.log = log
        outcomes = { kind, outcome in
            metrics.counter(
                "jobs_total", "Jobs that ended, by kind and outcome.", [("kind", kind), ("outcome", outcome)]
            )
            .increment()
        }
        wakeUps = (0..<self.workers).map { _ in
            let (stream, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            return (stream, wake)
        }
    }

    /// A job was queued here: whoever is idle begins at once.
    public func wake() {
        for (_, wake) in wakeUps { wake.yield() }
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<workers {
                    let (stream, wake) = wakeUps[number]
                    group.addTask {
                        while !Task.isCancelled {
                            wake.yield()
                            guard (try? await Task.sleep(for: Self.poll)) != nil else { break }
                        }
                        wake.finish()
                    }
                    let takesBulk = number > 0 || workers == 1
                    group.addTask { await self.work(as: "\(holder)/\(number)", takesBulk: takesBulk, stream) }
                }
            }
        }
    }

    private func work(as holder: String, takesBulk: Bool, _ signals: AsyncStream<Void>) async {
        for await _ in signals {
            do {
                while try await runNext(as: holder, takesBulk: takesBulk) {}
            } catch {
                if Task.isCancelled { break }
                log.warning("a worker of jobs waits", metadata: ["cause": "\(String(describing: error).prefix(300))"])
            }
        }
    }

    /// Carries out one job, if any is due.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func runNext(as holder: String, takesBulk: Bool = true) async throws -> Bool {
        let (table, names) = (table, kinds.values.filter { takesBulk || !$0.isBulk }.map(\.name))
        let claimed = try await database.transaction(.starting(budget: Self.budget)) { session in
            try table.claim(names, holder: holder, session)
        }
        guard let (name, job) = claimed, let kind = kinds[name] else { return false }
        if job.attempt > kind.attemptLimit {
            // Whoever held it before died in it, each time.
            try await giveUp(job, kind, holder, "given up after \(kind.attemptLimit) attempts that did not end")
            return true
        }
        do {
            let effect = try await underLease(job, holder) { try await kind.run(job) }
            try await database.transaction(.starting(budget: Self.effectBudget)) { session in
                try table.finish(job, holder: holder, session)
                try effect(session)
            }
            outcomes(name, "done")
        } catch is JobLost {
            try await database.transaction(.starting(budget: Self.budget)) { try table.drop(job, holder: holder, $0) }
            outcomes(name, "lost")
        } catch let refusal as JobRefused {
            try await giveUp(job, kind, holder, refusal.reason)
        } catch  where Task.isCancelled {
            // This process is stopping: another one begins at once.
            try await putBack(job, holder, after: .zero, counts: false, "the process was stopped")
        } catch let error where Self.isPassing(error) {
            log.info("a job waits", metadata: ["kind": "\(name)", "cause": "\(String(describing: error).prefix(300))"])
            try await putBack(job, holder, after: Self.pause, counts: false, "waits for a neighbour or the database")
        } catch {
            log.error(
                "a job failed", metadata: ["kind": "\(name)", "cause": "\(String(describing: error).prefix(500))"])
            let reason = "failed: \(type(of: error))"
            if job.attempt >= kind.attemptLimit {
                try await giveUp(job, kind, holder, reason)
            } else {
                try await putBack(job, holder, after: Self.pause * (1 << min(job.attempt, 8)), counts: true, reason)
            }
        }
        return true
    }

    /// Works while the lease is kept; the work is cancelled when it is not.
    private func underLease<T: Sendable>(
        _ job: RunningJob, _ holder: String, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let (table, database) = (table, database)
        return try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while true {
                    try await Task.sleep(for: table.lease / 4)
                    let held = try await database.transaction(.starting(budget: Self.budget)) { session in
                        try table.beat(job, holder: holder, session)
                    }
                    guard held else { throw JobLost() }
                }
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw JobLost()
        }
    }

    private func giveUp(_ job: RunningJob, _ kind: JobKind, _ holder: String, _ reason: String) async throws {
        let table = table
        try await database.transaction(.starting(budget: Self.budget)) { session in
            try table.giveUp(job, holder: holder, reason: reason, session)
            try kind.givenUp(session, job.subject, reason)
        }
        log.error("a job was given up", metadata: ["kind": "\(kind.name)", "job": "\(job.id)", "reason": "\(reason)"])
        outcomes(kind.name, "dead")
    }

    private func putBack(
        _ job: RunningJob, _ holder: String, after pause: Duration, counts: Bool, _ reason: String
    ) async throws {
        let (table, database) = (table, database)
        // Also when this task is being cancelled: a task of its own is not.
        try await Task.detached {
            try await database.transaction(.starting(budget: Self.budget)) { session in
                try table.putBack(job, holder: holder, after: pause, counts: counts, reason: reason, session)
            }
        }.value
    }

    /// Nothing is wrong with the job.
    private static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case let error as DatabaseError: error.isTransient
        case let fault as Fault: fault.code == .unavailable || fault.code == .cancelled
        default: error is CancellationError
        }
    }
}
