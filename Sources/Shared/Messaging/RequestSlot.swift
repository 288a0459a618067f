internal import CNNG
import Synchronization

/// Why a request has no answer. The difference decides who may repeat it.
enum RequestFailure: Error, Equatable {
    /// Nothing has left this process: anybody may ask another replica.
    case notSent(NNGError)
    /// The other side may have done the work: only what may be done twice is repeated.
    case maybeSent(NNGError)
}

/// One request at a time on a context of its own: send, then receive, driven by NNG's call-backs.
///
/// Unchecked: `aio` and `context` are made in `init` and freed in `close`. In between, whoever has moved `state.phase`
/// under the lock is the only one to touch them until NNG calls back; `close` waits until nobody does.
///
/// The lock is not held while an operation is handed to NNG: its call-back may come on another thread at once, and
/// would have to wait for it.
final class RequestSlot: @unchecked Sendable {
    typealias Outcome = Result<BusMessage, RequestFailure>
    typealias Instant = ContinuousClock.Instant

    private enum Phase { case idle, sending, receiving }
    private struct State {
        var phase = Phase.idle
        var closed = false
        /// Threads that are handing an operation to NNG. An abort in that moment would hit nothing, so it is left to them.
        var handing = 0
        /// The number of the request under way: a late cancellation must not hit the next one.
        var turn: UInt64 = 0
        var stopped: NNGError?
        var deadline = Instant.now
        var waiter: UnsafeContinuation<Outcome, Never>?
    }
    private let state = Mutex(State())
    private let context: nng_ctx
    private let aio: OpaquePointer

    init(_ socket: BusSocket) throws(NNGError) {
        var context = nng_ctx()
        try NNGError.check(nng_ctx_open(&context, socket.raw))
        self.context = context
        // The call-back finds the slot by this cell, which `close` empties; the slot itself is kept by its socket.
        let cell = Unmanaged.passRetained(SlotCell())
        var made: OpaquePointer?
        let code = nng_aio_alloc(
            &made,
            { cell in
                guard let cell else { return }
                Unmanaged<SlotCell>.fromOpaque(cell).takeUnretainedValue().slot?.advance()
            }, cell.toOpaque())
        guard code == 0, let made else {
            cell.release()
            nng_ctx_close(context)
            throw NNGError(code: code)
        }
        aio = made
        self.cell = cell
        cell.takeUnretainedValue().slot = self
    }
    private let cell: Unmanaged<SlotCell>

    /// Sends `message`, which is the slot's from here on, and waits for the answer.
    func request(_ message: OpaquePointer, deadline: Instant) async -> Outcome {
        let turn = state.withLock { state in
            state.turn += 1
            state.stopped = nil
            return state.turn
        }
        let held = HeldMessage(raw: message)
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { start(held.raw, deadline, $0) }
        } onCancel: {
            stop(.cancelled, turn: turn)
        }
    }

    private func start(_ message: OpaquePointer, _ deadline: Instant, _ waiter: UnsafeContinuation<Outcome, Never>) {
        let timeout = Self.milliseconds(until: deadline)
        let refusal = state.withLock { state -> NNGError? in
            if state.closed { return .closed }
            if let stopped = state.stopped { return stopped }
            if timeout == nil { return .timedOut }
            state.phase = .sending
            state.deadline = deadline
            state.waiter = waiter
            state.handing += 1
            return nil
        }
        guard let timeout, refusal == nil else {
            nng_msg_free(message)
            waiter.resume(returning: .failure(.notSent(refusal ?? .timedOut)))
            return
        }
        nng_aio_set_timeout(aio, timeout)
        nng_aio_set_msg(aio, message)
        nng_ctx_send(context, aio)
        handed()
    }

    /// After an operation was handed to NNG: whoever wanted to end the request in the meantime is obeyed now.
    private func handed() {
        state.withLock { state in
            state.handing -= 1
            if let stopped = state.stopped { abort(&state, stopped) }
        }
    }

    private func abort(_ state: inout State, _ reason: NNGError) {
        if state.handing == 0, state.phase != .idle { nng_aio_abort(aio, reason.code) }
    }

    /// Ends the request under way if it still is number `turn`.
    private func stop(_ reason: NNGError, turn: UInt64) {
        state.withLock { state in
            guard state.turn == turn else { return }
            // Between two operations an abort hits nothing, so the reason is kept and looked at before the next one.
            state.stopped = reason
            abort(&state, reason)
        }
    }

    /// Ends the request under way if it has not left the process.
    func stopUnsent(_ reason: NNGError) {
        state.withLock { state in
            guard state.phase == .sending else { return }
            state.stopped = reason
            abort(&state, reason)
        }
    }

    private enum Step {
        case finish(UnsafeContinuation<Outcome, Never>, Outcome)
        case receive(nng_duration)
        case nothing
    }

    /// NNG's call-back, on its threads: an operation has ended.
    fileprivate func advance() {
        let step = state.withLock { state -> Step in
            switch next(&state) {
            case .ended(let outcome):
                state.phase = .idle
                defer { state.waiter = nil }
                return state.waiter.map { .finish($0, outcome) } ?? .nothing
            case .receive(let timeout):
                state.phase = .receiving
                state.handing += 1
                return .receive(timeout)
            case .nothing:
                return .nothing
            }
        }
        switch step {
        case .finish(let waiter, let outcome):
            waiter.resume(returning: outcome)
        case .receive(let timeout):
            nng_aio_set_timeout(aio, timeout)
            nng_ctx_recv(context, aio)
            handed()
        case .nothing:
            break
        }
    }

    private enum Next {
        case ended(Outcome)
        case receive(nng_duration)
        case nothing
    }

    private func next(_ state: inout State) -> Next {
        let code = nng_aio_result(aio)
        switch state.phase {
        case .sending where code != 0:
            freeMessage()
            return .ended(.failure(.notSent(state.stopped ?? NNGError(code: code))))
        case .sending:
            if let stopped = state.closed ? .closed : state.stopped { return .ended(.failure(.maybeSent(stopped))) }
            guard let timeout = Self.milliseconds(until: state.deadline) else {
                return .ended(.failure(.maybeSent(.timedOut)))
            }
            return .receive(timeout)
        case .receiving where code == 0:
            guard let message = nng_aio_get_msg(aio) else { return .ended(.failure(.maybeSent(.outOfMemory))) }
            nng_aio_set_msg(aio, nil)
            return .ended(.success(BusMessage(taking: message)))
        case .receiving:
            return .ended(.failure(.maybeSent(state.stopped ?? NNGError(code: code))))
        case .idle:
            return .nothing
        }
    }

    /// After a failed send the message is still ours.
    private func freeMessage() {
        if let message = nng_aio_get_msg(aio) {
            nng_aio_set_msg(aio, nil)
            nng_msg_free(message)
        }
    }

    /// Ends what is under way and frees everything. Never called from a call-back.
    func close() {
        let first = state.withLock { state in
            defer { state.closed = true }
            return !state.closed
        }
        guard first else { return }
        // Ends what NNG has; then nobody begins anything any more, and what was being handed over ends as well.
        nng_ctx_close(context)
        while state.withLock({ $0.phase != .idle || $0.handing > 0 }) { nng_msleep(1) }
        nng_aio_stop(aio)
        nng_aio_free(aio)
        cell.takeUnretainedValue().slot = nil
        cell.release()
    }

    /// NNG counts in milliseconds: rounded up, nil when nothing is left.
    static func milliseconds(until deadline: Instant) -> nng_duration? {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return nil }
        let (seconds, attoseconds) = left.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return nng_duration(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

/// Keeps a slot alive for NNG until the slot is closed.
///
/// Unchecked: `slot` is written before the first operation and after `nng_aio_stop`, when no call-back can read it.
private final class SlotCell: @unchecked Sendable {
    var slot: RequestSlot?
}

/// Unchecked: a message on its way from the caller into the slot, held by one of them at a time.
private struct HeldMessage: @unchecked Sendable {
    let raw: OpaquePointer
}
