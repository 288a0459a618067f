internal import CNNG
import Synchronization

/// Listens for hints of some topics from some publishers.
///
/// Unchecked: `aio` is made in `init` and freed in `close`; in between it belongs to NNG and its call-back, and
/// `closed` keeps the call-back from starting again.
public final class Subscriber: @unchecked Sendable {
    /// For one reader. Whoever reads too slowly gets the newest `queue` ones. Ends with `close`.
    public let events: AsyncStream<BusEvent>

    private let socket: BusSocket
    private let connection: Connection
    private let aio: OpaquePointer
    private let cell: Unmanaged<SubscriberCell>
    private let closed = Mutex(false)
    private static let queue = 1024

    public init(urls: [String], topics: [String], tls: BusTLS? = nil) throws {
        let socket = try BusSocket(.subscribe)
        let connection = Connection(grace: .zero, watch: DeadlineWatch())
        let (events, feed) = AsyncStream.makeStream(of: BusEvent.self, bufferingPolicy: .bufferingNewest(Self.queue))
        let cell = Unmanaged.passRetained(SubscriberCell(socket, feed))
        var made: OpaquePointer?
        do {
            try connection.watch(socket)
            try NNGError.check(nng_socket_set_int(socket.raw, NNG_OPT_RECVBUF, Int32(Self.queue)))
            for topic in topics {
                let prefix = Array(topic.utf8) + [BusEvent.separator]
                try NNGError.check(nng_socket_set(socket.raw, NNG_OPT_SUB_SUBSCRIBE, prefix, prefix.count))
            }
            let code = nng_aio_alloc(
                &made,
                { cell in
                    guard let cell else { return }
                    Unmanaged<SubscriberCell>.fromOpaque(cell).takeUnretainedValue().advance()
                }, cell.toOpaque())
            try NNGError.check(code)
            for url in urls { try socket.dial(BusURL(url), tls: tls) }
        } catch {
            if let made { nng_aio_free(made) }
            socket.close(keeping: connection)
            cell.release()
            throw error
        }
        guard let aio = made else { throw NNGError.outOfMemory }
        self.events = events
        self.socket = socket
        self.connection = connection
        self.aio = aio
        self.cell = cell
        cell.takeUnretainedValue().start(aio)
    }

    deinit { close() }

    /// True while at least one publisher is connected. Hints of the time before are lost.
    public var isConnected: Bool { connection.isUp }

    public func close() {
        let first = closed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard first else { return }
        cell.takeUnretainedValue().stop()
        nng_aio_stop(aio)
        // What arrived in the moment of closing.
        if let message = nng_aio_get_msg(aio) { nng_msg_free(message) }
        nng_aio_free(aio)
        socket.close(keeping: connection)
        cell.release()
    }
}

/// What NNG's call-back works with: it receives, hands on, and receives again.
private final class SubscriberCell: Sendable {
    private struct State: @unchecked Sendable {
        // The aio of the subscriber, used only under the lock and not after `stop`.
        var aio: OpaquePointer?
    }
    private let state = Mutex(State())
    private let socket: BusSocket
    private let feed: AsyncStream<BusEvent>.Continuation

    init(_ socket: BusSocket, _ feed: AsyncStream<BusEvent>.Continuation) {
        self.socket = socket
        self.feed = feed
    }

    func start(_ aio: OpaquePointer) {
        state.withLock { state in
            state.aio = aio
            nng_aio_set_timeout(aio, NNG_DURATION_INFINITE)
            nng_recv_aio(socket.raw, aio)
        }
    }

    func advance() {
        state.withLock { state in
            guard let aio = state.aio else { return }
            let code = nng_aio_result(aio)
            if code == 0, let message = nng_aio_get_msg(aio) {
                nng_aio_set_msg(aio, nil)
                if let event = BusMessage(taking: message).withBytes({ BusEvent($0) }) { feed.yield(event) }
            }
            if code == 0 { nng_recv_aio(socket.raw, aio) }
        }
    }

    func stop() {
        state.withLock { $0.aio = nil }
        feed.finish()
    }
}
