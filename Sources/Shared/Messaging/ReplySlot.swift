internal import CNNG
import Synchronization

/// One request in service at a time, on a REP context of its own: receive, work, send, and again.
///
/// Unchecked: `aio` and `context` are made in `init` and freed in `close`. In between, whoever has moved `state.phase`
/// under the lock is the only one to touch them until NNG calls back; `close` waits until nobody does.
///
/// The lock is not held while an operation is handed to NNG: its call-back may come on another thread at once, and
/// would have to wait for it.
final class ReplySlot: @unchecked Sendable {
    /// Must not block: it starts the work and returns; `reply` ends it.
    typealias Receiver = @Sendable (ReplySlot, BusMessage) -> Void

    private enum Phase { case idle, receiving, working, sending }
    private struct State {
        var phase = Phase.idle
        var closed = false
        /// Threads that are handing an operation to NNG.
        var handing = 0
    }
    private let state = Mutex(State())
    private let context: nng_ctx
    private let aio: OpaquePointer
    private let cell: Unmanaged<ReplyCell>

    init(_ socket: BusSocket, _ receiver: @escaping Receiver) throws(NNGError) {
        var context = nng_ctx()
        try NNGError.check(nng_ctx_open(&context, socket.raw))
        self.context = context
        let cell = Unmanaged.passRetained(ReplyCell(receiver))
        var made: OpaquePointer?
        let code = nng_aio_alloc(
            &made,
            { cell in
                guard let cell else { return }
                Unmanaged<ReplyCell>.fromOpaque(cell).takeUnretainedValue().advance()
            }, cell.toOpaque())
        guard code == 0, let made else {
            cell.release()
            nng_ctx_close(context)
            throw NNGError(code: code)
        }
        aio = made
        self.cell = cell
        cell.takeUnretainedValue().slot = self
        nng_aio_set_timeout(made, NNG_DURATION_INFINITE)
    }

    /// Waits for requests from here on.
    func start() { receive(from: .idle) }

    /// Answers the request in service and waits for the next. Without effect once closed.
    func reply(_ bytes: [UInt8]) throws(NNGError) {
        let message = try BusMessage.copying(bytes)
        guard move(from: .working, to: .sending) else {
            nng_msg_free(message)
            return
        }
        nng_aio_set_msg(aio, message)
        nng_ctx_send(context, aio)
        handed()
    }

    /// Leaves the request in service without an answer and waits for the next.
    func drop() { receive(from: .working) }

    private func receive(from phase: Phase) {
        guard move(from: phase, to: .receiving) else { return }
        nng_ctx_recv(context, aio)
        handed()
    }

    /// Whoever gets true hands the operation to NNG and says so with `handed`.
    private func move(from phase: Phase, to next: Phase) -> Bool {
        state.withLock { state in
            guard state.phase == phase, !state.closed else { return false }
            state.phase = next
            state.handing += 1
            return true
        }
    }

    private func handed() { state.withLock { $0.handing -= 1 } }

    /// NNG's call-back, on its threads. Returns a request to begin with, if one has arrived.
    fileprivate func advance() -> BusMessage? {
        let code = nng_aio_result(aio)
        let message = nng_aio_get_msg(aio)
        let was = state.withLock { state in
            let was = state.phase
            // A receive fails only when the socket is closed.
            state.phase = was == .receiving && code == 0 ? .working : .idle
            return was
        }
        if let message, was == .sending ? code != 0 : code == 0 {
            nng_aio_set_msg(aio, nil)
            if was == .receiving { return BusMessage(taking: message) }
            // After a failed send the message is still ours.
            nng_msg_free(message)
        }
        if was == .sending { receive(from: .idle) }
        return nil
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
        while state.withLock({ $0.phase == .receiving || $0.phase == .sending || $0.handing > 0 }) { nng_msleep(1) }
        nng_aio_stop(aio)
        nng_aio_free(aio)
        cell.takeUnretainedValue().slot = nil
        cell.release()
    }
}

/// Keeps a slot alive for NNG until the slot is closed.
///
/// Unchecked: `slot` is written before the first operation and after `nng_aio_stop`, when no call-back can read it.
private final class ReplyCell: @unchecked Sendable {
    var slot: ReplySlot?
    let receiver: ReplySlot.Receiver

    init(_ receiver: @escaping ReplySlot.Receiver) { self.receiver = receiver }

    func advance() {
        guard let slot, let message = slot.advance() else { return }
        receiver(slot, message)
    }
}
