internal import CNNG
import Synchronization

/// One request in service at a time, on a REP context of its own: receive, work, send, and again.
///
/// Unchecked: `aio` and `context` are made in `init` and freed in `close`, and are touched only under the lock of
/// `state`, or by the call-back while `state` says that an operation is under way.
final class ReplySlot: @unchecked Sendable {
    /// Must not block: it starts the work and returns; `reply` ends it.
    typealias Receiver = @Sendable (ReplySlot, BusMessage) -> Void

    private enum Phase { case idle, receiving, working, sending }
    private struct State {
        var phase = Phase.idle
        var closed = false
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
    func start() {
        state.withLock { receive(&$0) }
    }

    /// Answers the request in service and waits for the next. Without effect once closed.
    func reply(_ bytes: [UInt8]) throws(NNGError) {
        let message = try BusMessage.copying(bytes)
        let sent = state.withLock { state in
            guard state.phase == .working, !state.closed else { return false }
            state.phase = .sending
            nng_aio_set_msg(aio, message)
            nng_ctx_send(context, aio)
            return true
        }
        if !sent { nng_msg_free(message) }
    }

    /// Leaves the request in service without an answer and waits for the next.
    func drop() {
        state.withLock { if $0.phase == .working { receive(&$0) } }
    }

    private func receive(_ state: inout State) {
        guard !state.closed else { return }
        state.phase = .receiving
        nng_ctx_recv(context, aio)
    }

    /// NNG's call-back, on its threads. Returns a request to begin with, if one has arrived.
    fileprivate func advance() -> BusMessage? {
        state.withLock { state in
            let code = nng_aio_result(aio)
            let message = nng_aio_get_msg(aio)
            switch state.phase {
            case .receiving where code == 0:
                guard let message else { return nil }
                nng_aio_set_msg(aio, nil)
                state.phase = .working
                return BusMessage(taking: message)
            case .sending:
                if code != 0, let message {
                    nng_aio_set_msg(aio, nil)
                    nng_msg_free(message)
                }
                receive(&state)
            case .receiving, .idle, .working:
                // A receive fails only when the socket is closed.
                state.phase = .idle
            }
            return nil
        }
    }

    /// Ends what is under way and frees everything. Never called from a call-back.
    func close() {
        let first = state.withLock { state in
            defer { state.closed = true }
            return !state.closed
        }
        guard first else { return }
        nng_ctx_close(context)
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
