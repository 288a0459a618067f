internal import CNNG
import Synchronization

/// Whether the other end is there, as NNG's pipe events tell it.
///
/// A socket without a peer would keep a request until its deadline. Who asks here first learns at once that a neighbour
/// is down, and may go to another.
final class Connection: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State {
        var pipes = 0
        var downSince: Instant
        var next: UInt64 = 0
        var waiting: [UInt64: UnsafeContinuation<Bool, Never>] = [:]
    }
    private let state: Mutex<State>
    /// How long a neighbour may be away before nobody waits for it any more.
    private let grace: Duration
    private let watch: DeadlineWatch
    /// Called with true when the first connection stands and with false when the last is gone; must not block.
    private let changed: @Sendable (Bool) -> Void

    init(grace: Duration, watch: DeadlineWatch, changed: @escaping @Sendable (Bool) -> Void = { _ in }) {
        state = Mutex(State(downSince: .now))
        self.grace = grace
        self.watch = watch
        self.changed = changed
    }

    var isUp: Bool { state.withLock { $0.pipes > 0 } }

    /// Up, or away for so short a time that waiting is worth while.
    var isHopeful: Bool { state.withLock { $0.pipes > 0 || $0.downSince + grace > .now } }

    /// Waits until the other end is there, not beyond `latest` nor beyond the grace.
    func waitUntilUp(_ latest: Instant) async -> Bool {
        let (number, until) = state.withLock { state -> (UInt64, Instant?) in
            if state.pipes > 0 { return (0, nil) }
            state.next += 1
            return (state.next, min(latest, state.downSince + grace))
        }
        guard let until else { return true }
        guard until > .now else { return false }
        let timer = watch.add(until) { [weak self] in self?.answer(number) }
        defer { watch.remove(timer) }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                let known = state.withLock { state -> Bool? in
                    if state.pipes > 0 { return true }
                    if Task.isCancelled || until <= .now { return false }
                    state.waiting[number] = waiter
                    return nil
                }
                if let known { waiter.resume(returning: known) }
            }
        } onCancel: {
            answer(number)
        }
    }

    private func answer(_ number: UInt64) {
        let (waiter, up) = state.withLock { ($0.waiting.removeValue(forKey: number), $0.pipes > 0) }
        waiter?.resume(returning: up)
    }

    func came() {
        let (first, waiters) = state.withLock { state in
            state.pipes += 1
            defer { state.waiting.removeAll() }
            return (state.pipes == 1, Array(state.waiting.values))
        }
        for waiter in waiters { waiter.resume(returning: true) }
        if first { changed(true) }
    }

    func went() {
        let last = state.withLock { state in
            // The event of a connection that was refused before it stood.
            guard state.pipes > 0 else { return false }
            state.pipes -= 1
            if state.pipes == 0 { state.downSince = .now }
            return state.pipes == 0
        }
        if last { changed(false) }
    }

    /// Subscribes to the socket's pipe events. `self` must outlive the socket.
    func watch(_ socket: BusSocket) throws {
        let context = Unmanaged.passUnretained(self).toOpaque()
        for event in [NNG_PIPE_EV_ADD_POST, NNG_PIPE_EV_REM_POST] {
            let code = nng_pipe_notify(
                socket.raw, event,
                { _, event, context in
                    guard let context else { return }
                    let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
                    if event == NNG_PIPE_EV_ADD_POST { connection.came() } else { connection.went() }
                }, context)
            try NNGError.check(code)
        }
    }
}
