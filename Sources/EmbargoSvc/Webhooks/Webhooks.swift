import Calendar
import Clocks
import Contracts
import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// Tells every webhook what is new in the log, in order, until its receiver has taken it (docs/embargo-notifications.md).
///
/// A change is told again whenever it is not known that it was taken: receivers drop what they have by epoch and sequence.
/// One that does not answer holds up nothing and nobody else.
///
/// - Rule: Embargo R11.
struct Webhooks: Service {
    typealias Send = @Sendable (_ body: [UInt8], _ headers: [(String, String)], Webhook) async throws -> Void

    let hooks: [Webhook]
    let log: NotificationLog
    let positions: WebhookPositions
    let clocks: Clocks
    let logger: Logger
    /// Changes made by this replica.
    let news: AsyncStream<Void>
    let send: Send
    private let told: @Sendable (_ hook: String, _ outcome: Outcome) -> Void
    private let behind: Behind

    static let look: Duration = .seconds(1)

    enum Outcome: String, Sendable {
        case told, failed
        /// Nothing new, not due, or another replica's.
        case idle
    }

    /// How many changes each webhook does not know yet.
    private final class Behind: Sendable {
        let counts = Mutex<[String: Int64]>([:])
    }

    init(
        _ hooks: [Webhook], log: NotificationLog, positions: WebhookPositions, news: AsyncStream<Void>, clocks: Clocks,
        metrics: Metrics, logger: Logger, send: @escaping Send
    ) {
        (self.hooks, self.log, self.positions, self.news) = (hooks, log, positions, news)
        (self.clocks, self.logger, self.send) = (clocks, logger, send)
        told = { hook, outcome in
            metrics.counter(
                "webhook_requests_total", "Requests to webhooks, by outcome.",
                [("hook", hook), ("outcome", outcome.rawValue)]
            ).increment()
        }
        let behind = Behind()
        self.behind = behind
        for hook in hooks {
            metrics.gauge("webhook_behind", "Changes that a webhook has not taken yet.", [("hook", hook.name)]) {
                Double(behind.counts.withLock { $0[hook.name] ?? 0 })
            }
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                var wakes: [AsyncStream<Void>.Continuation] = []
                for hook in hooks {
                    let (stream, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                    wakes.append(wake)
                    group.addTask { await follow(hook, stream) }
                    group.addTask {
                        // Cancelled: the loop ends.
                        while (try? await Task.sleep(for: Self.look)) != nil { wake.yield() }
                        wake.finish()
                    }
                }
                let all = wakes
                group.addTask { for await _ in news { for wake in all { wake.yield() } } }
            }
        }
    }

    private func follow(_ hook: Webhook, _ wakes: AsyncStream<Void>) async {
        var isRegistered = false
        for await _ in wakes {
            do {
                if !isRegistered { try await positions.register([hook]) }
                isRegistered = true
                while try await step(hook) == .told {}
            } catch {
                if Task.isCancelled { return }
                logger.warning(
                    "a webhook waits for the database",
                    metadata: ["hook": "\(hook.name)", "cause": "\(String(describing: error).prefix(200))"])
            }
        }
    }

    /// Tells one webhook the next changes, if there are any and it is due.
    @discardableResult
    func step(_ hook: Webhook) async throws -> Outcome {
        guard let position = try await positions.claim(hook) else { return .idle }
        let call = Call.starting(budget: .seconds(5))
        var page = try await log.page(after: position.sequence, limit: WebhookBody.batch, call)
        var sequence = position.sequence
        if page.epoch != position.epoch || position.sequence > page.head {
            // Another log than the one that was told from: it is told from its start.
            sequence = 0
            page = try await log.page(after: 0, limit: WebhookBody.batch, call)
        }
        let last = page.notifications.last?.sequence ?? sequence
        guard !page.notifications.isEmpty else {
            try await positions.advance(hook, epoch: page.epoch, to: sequence)
            note(hook, behind: 0)
            return .idle
        }
        do {
            let body = try WebhookBody(page).bytes()
            let second = clocks.wallMicroseconds() / 1_000_000
            let headers = [
                ("Content-Type", "application/json"), ("User-Agent", "educator-reporting-webhook/1"),
                ("ERS-Timestamp", "\(second)"), ("ERS-Signature", hook.signature(of: body, at: second)),
            ]
            try await send(body, headers, hook)
        } catch {
            let problem = (error as? WebhookRequest.Failure)?.rawValue ?? "could not be asked"
            try await positions.putOff(hook, after: position.failures, problem)
            note(hook, behind: page.head - sequence)
            told(hook.name, .failed)
            if position.failures == 0 {
                logger.warning("a webhook was not told", metadata: ["hook": "\(hook.name)", "cause": "\(problem)"])
            }
            return .failed
        }
        try await positions.advance(hook, epoch: page.epoch, to: last)
        note(hook, behind: page.head - last)
        told(hook.name, .told)
        if position.failures > 0 { logger.info("a webhook is told again", metadata: ["hook": "\(hook.name)"]) }
        return .told
    }

    private func note(_ hook: Webhook, behind count: Int64) {
        behind.counts.withLock { $0[hook.name] = max(0, count) }
    }
}
