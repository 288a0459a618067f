import Contracts
import Messaging
import Postgres
import Synchronization

/// What a process needs to be ready, and whether it has it now.
public final class HealthRegistry: Sendable {
    public typealias Check = @Sendable () async -> String?

    private struct State {
        var checks: [(name: String, check: Check)] = []
        /// Why the process as a whole is not ready: starting or stopping.
        var obstacle: String?
    }

    private let service: String
    private let patience: Duration
    private let state = Mutex(State())

    /// - Parameter patience: a check that takes longer counts as not ready.
    public init(service: String, patience: Duration = .seconds(2)) {
        self.service = service
        self.patience = patience
    }

    /// - Parameter check: nil when the thing is ready, else why it is not; shown to operators. A check of the same name
    ///   replaces the one before.
    public func add(_ name: String, _ check: @escaping Check) {
        state.withLock {
            $0.checks.removeAll { $0.name == name }
            $0.checks.append((name, check))
        }
    }

    /// Ready when at least one replica is connected.
    public func add(neighbour channel: Channel) {
        add(channel.service) { channel.isConnected ? nil : "not connected" }
    }

    /// Ready when the database answers.
    public func add(database: Database, as name: String = "database") {
        add(name) {
            do {
                _ = try await database.read(.starting(budget: .seconds(1))) { session in
                    try session.row("SELECT 1::int4", as: Int32.self)
                }
                return nil
            } catch {
                return "does not answer"
            }
        }
    }

    /// Starting or stopping; nil when neither.
    func setObstacle(_ reason: String?) {
        state.withLock { $0.obstacle = reason }
    }

    /// All checks at the same time, in the order in which they were added.
    public func report() async -> HealthReport {
        let (checks, obstacle) = state.withLock { ($0.checks, $0.obstacle) }
        var parts: [HealthPart] = []
        if let obstacle {
            parts.append(
                .with {
                    $0.name = "process"; $0.reason = obstacle
                })
        }
        let answers = await withTaskGroup(of: (Int, String?).self) { group in
            for (i, check) in checks.enumerated() {
                group.addTask { [patience] in (i, await answer(of: check.check, within: patience)) }
            }
            var answers = [String?](repeating: nil, count: checks.count)
            for await (i, answer) in group { answers[i] = answer }
            return answers
        }
        for (check, reason) in zip(checks, answers) {
            parts.append(
                .with {
                    $0.name = check.name
                    $0.ready = reason == nil
                    $0.reason = reason ?? ""
                })
        }
        return .with {
            $0.service = service
            $0.ready = parts.allSatisfy(\.ready)
            $0.parts = parts
        }
    }
}

/// The answer of a check, or that there was none in time. A check that hangs is left behind: it cannot hold up the rest.
private func answer(of check: @escaping HealthRegistry.Check, within patience: Duration) async -> String? {
    let once = Once()
    return await withCheckedContinuation { continuation in
        once.set(continuation)
        Task { once.resume(await check()) }
        Task {
            try? await Task.sleep(for: patience)  // cannot be cancelled: nobody holds the task
            once.resume("no answer in \(settingText(patience))")
        }
    }
}

/// Resumes a continuation with the first of several answers.
private final class Once: Sendable {
    private let waiting: Mutex<CheckedContinuation<String?, Never>?>

    init() { waiting = Mutex(nil) }

    func set(_ continuation: CheckedContinuation<String?, Never>) {
        waiting.withLock { $0 = continuation }
    }

    func resume(_ answer: String?) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: answer)
    }
}
