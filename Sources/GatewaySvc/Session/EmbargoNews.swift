import Contracts
import Logging
import Messaging
import ServiceLifecycle
import Synchronization

/// Wakes the pages that stand open when the log of EmbargoSvc has grown (access §6.9). One reader for all of them; what
/// has changed each asks for itself, from its own position.
final class EmbargoNews: Service, Sendable {
    /// How far somebody has been told.
    struct Position: Sendable, Equatable {
        var epoch: [UInt8]
        var sequence: Int64
    }

    static let listenerLimit = 2_000
    static let pageLimit: Int32 = 200
    /// A connection without news shows at least this often that it lives.
    static let heartbeat: Duration = .seconds(15)
    private static let poll: Duration = .seconds(1)

    private struct State {
        var head: Position?
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastListener = 0
    }

    private let embargo: EmbargoClient
    private let hints: Subscriber?
    private let log: Logger
    private let state = Mutex(State())

    init(embargo: EmbargoClient, hints: Subscriber?, log: Logger) {
        self.embargo = embargo
        self.hints = hints
        self.log = log
    }

    var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// Something every time that the log has grown, or that `heartbeat` has passed; ends when the process does.
    ///
    /// - Throws: `Fault` `.tooMany` beyond `listenerLimit`.
    func wakes() throws -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state -> Int? in
            guard state.listeners.count < Self.listenerLimit else { return nil }
            state.lastListener += 1
            state.listeners[state.lastListener] = continuation
            return state.lastListener
        }
        guard let number else {
            throw Fault(.tooMany, "Too many pages listen to this process.", retryAfterMilliseconds: 30_000)
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[number] = nil }
        }
        return stream
    }

    /// What has been told after a position. Of another epoch, or ahead of the log: from the start, after `beginAgain`.
    func page(after position: Position) async throws -> ReplayPage {
        try await ask(epoch: position.epoch, after: position.sequence)
    }

    /// Where the log stands now.
    func head() async throws -> Position {
        // Nothing comes after the largest number: the page tells epoch and head alone.
        let page = try await ask(epoch: [], after: .max)
        return Position(epoch: page.epoch, sequence: page.head)
    }

    private func ask(epoch: [UInt8], after: Int64) async throws -> ReplayPage {
        try await embargo.embargoNews(
            .with {
                $0.epoch = epoch
                $0.after = after
                $0.limit = Self.pageLimit
            }, .starting(budget: .seconds(5)))
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.pollAlways() }
                if let hints = self.hints {
                    group.addTask { for await _ in hints.events { await self.look() } }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Self.heartbeat)) != nil { self.wake() }
                }
            }
        }
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.finish() }
    }

    private func pollAlways() async {
        repeat { await look() } while (try? await Task.sleep(for: Self.poll)) != nil
    }

    /// EmbargoSvc unreachable: the next look asks again, and the pages say it by themselves.
    private func look() async {
        guard listenerCount > 0, let now = try? await head() else { return }
        let hasGrown = state.withLock { state in
            defer { state.head = now }
            return state.head != now
        }
        if hasGrown { wake() }
    }

    /// Every listener looks for news, and shows that it lives.
    func wake() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }
}
