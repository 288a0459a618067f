import Synchronization

/// A bounded number of places and a bounded, first-come-first-served queue before them.
final class Admission: Sendable {
    enum Answer: Equatable { case admitted, queueFull, tooLate, cancelled, closed }

    private struct State {
        var taken = 0
        var next: UInt64 = 0
        /// Numbers in order of arrival; those no longer in `waiting` have left.
        var line: [UInt64] = []
        var head = 0
        var waiting: [UInt64: UnsafeContinuation<Answer, Never>] = [:]
        var closed = false
    }
    private let state = Mutex(State())
    private let places: Int
    private let queue: Int
    private let watch: DeadlineWatch

    init(places: Int, queue: Int, watch: DeadlineWatch) {
        self.places = places
        self.queue = queue
        self.watch = watch
    }

    /// How many hold a place or wait for one: the measure of load.
    var load: Int { state.withLock { $0.taken + $0.waiting.count } }

    /// Waits for a place until `latest`. Whoever is `admitted` must `leave()`.
    func enter(until latest: ContinuousClock.Instant) async -> Answer {
        if let answer = state.withLock({ decide(&$0) }) { return answer }
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = watch.add(latest) { [weak self] in self?.answer(number, .tooLate) }
        defer { watch.remove(timer) }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                let answer = state.withLock { state -> Answer? in
                    if Task.isCancelled { return .cancelled }
                    // A place may have become free since the first look, and the timer may have run out.
                    if let answer = decide(&state) { return answer }
                    if latest <= ContinuousClock.now { return .tooLate }
                    state.waiting[number] = waiter
                    state.line.append(number)
                    return nil
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            answer(number, .cancelled)
        }
    }

    /// Gives the place to the first in the line, or back.
    func leave() {
        let waiter = state.withLock { state -> UnsafeContinuation<Answer, Never>? in
            while state.head < state.line.count {
                let number = state.line[state.head]
                state.head += 1
                if let waiter = state.waiting.removeValue(forKey: number) {
                    compact(&state)
                    return waiter
                }
            }
            compact(&state)
            state.taken -= 1
            return nil
        }
        waiter?.resume(returning: .admitted)
    }

    /// Sends everybody who waits away, and whoever comes later.
    func close() {
        let waiters = state.withLock { state in
            state.closed = true
            defer { state.waiting.removeAll() }
            return Array(state.waiting.values)
        }
        for waiter in waiters { waiter.resume(returning: .closed) }
    }

    private func decide(_ state: inout State) -> Answer? {
        if state.closed { return .closed }
        if state.taken < places {
            state.taken += 1
            return .admitted
        }
        return state.waiting.count >= queue ? .queueFull : nil
    }

    private func answer(_ number: UInt64, _ answer: Answer) {
        let waiter = state.withLock { state in
            let waiter = state.waiting.removeValue(forKey: number)
            compact(&state)
            return waiter
        }
        waiter?.resume(returning: answer)
    }

    /// Drops what lies before the head once it is more than half, and everything when nobody waits.
    private func compact(_ state: inout State) {
        if state.waiting.isEmpty {
            state.line.removeAll(keepingCapacity: true)
            state.head = 0
        } else if state.line.count > 2 * queue + 64 {
            state.line = state.line[state.head...].filter { state.waiting[$0] != nil }
            state.head = 0
        }
    }
}
