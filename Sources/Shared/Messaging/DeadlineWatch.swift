import Synchronization

/// Things to do at set times, on one sleeping task however many there are.
///
/// Nearly all of them are taken back in time: adding and removing is a dictionary entry, and the sleeper is woken only
/// for something earlier than all before.
final class DeadlineWatch: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Entry {
        let due: Instant
        let action: @Sendable () -> Void
    }
    private struct State {
        var next: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
        var wakes: Instant?
        var sleeper: Task<Void, Never>?
    }
    private let state = Mutex(State())

    deinit { state.withLock { $0.sleeper?.cancel() } }

    /// - Returns: the number under which it is taken back. The action must not block.
    func add(_ due: Instant, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.entries[state.next] = Entry(due: due, action: action)
            wake(at: due, &state)
            return state.next
        }
    }

    func remove(_ number: UInt64) {
        state.withLock { _ = $0.entries.removeValue(forKey: number) }
    }

    private func wake(at due: Instant, _ state: inout State) {
        if let wakes = state.wakes, wakes <= due { return }
        state.sleeper?.cancel()
        state.wakes = due
        state.sleeper = Task { [weak self] in
            do { try await Task.sleep(until: due, clock: .continuous) } catch { return }
            self?.sweep(due)
        }
    }

    private func sweep(_ woken: Instant) {
        let due = state.withLock { state -> [Entry] in
            // Whoever was replaced while waking up leaves the work to the one that replaced it.
            guard state.wakes == woken else { return [] }
            let now = ContinuousClock.now
            let due = state.entries.filter { $0.value.due <= now }
            for number in due.keys { state.entries.removeValue(forKey: number) }
            state.wakes = nil
            state.sleeper = nil
            if let earliest = state.entries.values.map(\.due).min() { wake(at: earliest, &state) }
            return Array(due.values)
        }
        for entry in due { entry.action() }
    }
}
