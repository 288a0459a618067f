import Clocks
import Contracts
import Dispatch
import Foundation
import Synchronization

/// Whether a report is still wanted; asked between the tasks of a scan.
final class ScanStop: Sendable {
    private let cancelled = Atomic(false)
    private let deadline: ContinuousClock.Instant?
    private let clocks: Clocks

    init(after budget: Duration, _ clocks: Clocks) {
        deadline = clocks.monotonic() + budget
        self.clocks = clocks
    }

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// - Throws: `CancellationError`, or `Fault` `.deadlinePassed`.
    func check() throws {
        if cancelled.load(ordering: .relaxed) { throw CancellationError() }
        if let deadline, clocks.monotonic() >= deadline {
            throw Fault(.deadlinePassed, "adding up a report took too long")
        }
    }

    var isOver: Bool {
        do {
            try check()
            return false
        } catch {
            return true
        }
    }
}

/// Threads that help the one that computes a report; a scan never holds one of Swift's threads.
///
/// Whoever asks works too, so a small report never waits for a large one; helpers take one task after the other from the
/// reports in turn.
final class ScanThreads: Sendable {
    private final class Round: Sendable {
        let count: Int
        let body: @Sendable (Int) -> Void
        let next = Atomic<Int>(0)
        let finished = Atomic<Int>(0)
        let done = DispatchSemaphore(value: 0)

        init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.count = count
            self.body = body
        }

        /// - Returns: whether there was a task left.
        func runNext() -> Bool {
            let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard task < count else { return false }
            body(task)
            if finished.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count { done.signal() }
            return true
        }
    }

    private struct Waiting {
        var rounds: [Round] = []
        var isClosed = false
    }
    private final class Shared: Sendable {
        let waiting = Mutex(Waiting())
        let work = DispatchSemaphore(value: 0)

        func help() {
            while true {
                work.wait()
                let (round, isClosed) = waiting.withLock { waiting in
                    (waiting.rounds.isEmpty ? nil : waiting.rounds.removeFirst(), waiting.isClosed)
                }
                if isClosed { return }
                guard let round, round.runNext() else { continue }
                // Behind the others, for its next task.
                waiting.withLock { $0.rounds.append(round) }
                work.signal()
            }
        }
    }

    private let shared = Shared()
    private let helpers: Int

    init(helpers: Int) {
        self.helpers = helpers
        for number in 0..<helpers {
            let shared = shared
            Thread.detachNewThread {
                Thread.current.name = "scan-\(number)"
                shared.help()
            }
        }
    }

    deinit {
        shared.waiting.withLock { $0.isClosed = true }
        for _ in 0..<helpers { shared.work.signal() }
    }

    /// The results of tasks 0 … count − 1, in order. Blocks the calling thread, which takes its part.
    ///
    /// - Throws: when the report is not wanted any more; then no further task is begun.
    func run<R: Sendable>(
        _ count: Int, until stop: ScanStop, _ task: @escaping @Sendable (Int) -> R
    ) throws -> [R] {
        if count == 0 { return [] }
        let results = Results<R>(count)
        let round = Round(count) { number in
            if stop.isOver { return }
            let result = task(number)
            results.all.withLock { $0[number] = result }
        }
        let wanted = min(helpers, count - 1)
        if wanted > 0 {
            shared.waiting.withLock { $0.rounds.append(contentsOf: Array(repeating: round, count: wanted)) }
            for _ in 0..<wanted { shared.work.signal() }
        }
        while round.runNext() {}
        round.done.wait()
        let found = results.all.withLock { $0.compactMap { $0 } }
        if found.count < count { try stop.check() }
        return found
    }

    private final class Results<R: Sendable>: Sendable {
        let all: Mutex<[R?]>
        init(_ count: Int) { all = Mutex([R?](repeating: nil, count: count)) }
    }
}
