import Synchronization

/// The requests that a server is working on: they can be cancelled, and waited for.
final class WorkInProgress: Sendable {
    private enum Work {
        /// The task is not known yet.
        case beginning
        case running(Task<Void, Never>)
        /// Cancelled before its task was known.
        case cancelled
    }
    private struct State {
        var next: UInt64 = 0
        var works: [UInt64: Work] = [:]
        var waiting: [UInt64: UnsafeContinuation<Bool, Never>] = [:]
    }
    private let state = Mutex(State())

    var count: Int { state.withLock { $0.works.count } }

    func begin() -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.works[state.next] = .beginning
            return state.next
        }
    }

    func running(_ number: UInt64, _ task: Task<Void, Never>) {
        let cancelled = state.withLock { state in
            switch state.works[number] {
            case .beginning:
                state.works[number] = .running(task)
                return false
            case .cancelled: return true
            // It has ended already.
            case nil, .running: return false
            }
        }
        if cancelled { task.cancel() }
    }

    func cancel(_ number: UInt64) {
        let task = state.withLock { state -> Task<Void, Never>? in
            switch state.works[number] {
            case .running(let task): return task
            case .beginning:
                state.works[number] = .cancelled
                return nil
            case nil, .cancelled: return nil
            }
        }
        task?.cancel()
    }

    func cancelAll() {
        for number in state.withLock({ Array($0.works.keys) }) { cancel(number) }
    }

    func end(_ number: UInt64) {
        let waiters = state.withLock { state -> [UnsafeContinuation<Bool, Never>] in
            state.works.removeValue(forKey: number)
            guard state.works.isEmpty, !state.waiting.isEmpty else { return [] }
            defer { state.waiting.removeAll() }
            return Array(state.waiting.values)
        }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    /// - Returns: false when something still goes on at `latest`.
    func allEnded(by latest: ContinuousClock.Instant, _ watch: DeadlineWatch) async -> Bool {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = watch.add(latest) { [weak self] in
            self?.state.withLock({ $0.waiting.removeValue(forKey: number) })?.resume(returning: false)
        }
        defer { watch.remove(timer) }
        return await withUnsafeContinuation { waiter in
            let known = state.withLock { state -> Bool? in
                if state.works.isEmpty { return true }
                if latest <= .now { return false }
                state.waiting[number] = waiter
                return nil
            }
            if let known { waiter.resume(returning: known) }
        }
    }
}
