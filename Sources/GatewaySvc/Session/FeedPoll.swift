import Clocks
import Contracts
import Logging
import Messaging
import ServiceLifecycle

/// Keeps a reader of a feed up to date: asks at once on a hint, and every so often anyway.
struct FeedPoll<Row: Sendable>: Service {
    let name: String
    let reader: FeedReader<Row>
    let every: Duration
    let hints: Subscriber?
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await pollAlways() }
                group.addTask { await followHints() }
            }
        }
    }

    private func pollAlways() async {
        var reachable = true
        while !Task.isCancelled {
            let fault = await pull()
            if (fault == nil) != reachable {
                reachable = fault == nil
                log.info("feed \(reachable ? "readable" : "not readable")", metadata: ["feed": .string(name)])
            }
            do { try await Task.sleep(for: every) } catch { return }
        }
    }

    private func followHints() async {
        guard let hints else { return }
        for await _ in hints.events {
            if Task.isCancelled { return }
            _ = await pull()
        }
    }

    /// The next round asks again: a failure here is worth no more than a line when it begins and when it ends.
    private func pull() async -> (any Error)? {
        do {
            try await reader.pull(.starting(budget: .seconds(5)))
            return nil
        } catch {
            return error
        }
    }
}
