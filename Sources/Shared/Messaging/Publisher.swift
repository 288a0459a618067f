internal import CNNG
import Synchronization

/// Tells everybody who listens that something has changed. Never waits for anybody.
public final class Publisher: Sendable {
    /// What subscribers dial: as asked for, with a free port in the place of port 0.
    public let url: String
    private let socket: BusSocket
    private let closed = Mutex(false)
    /// Hints kept for each subscriber that is slower than we are; the oldest are dropped.
    private static let queue: Int32 = 1024

    public init(listeningOn url: String, tls: BusTLS? = nil) throws {
        let socket = try BusSocket(.publish)
        do {
            try NNGError.check(nng_socket_set_int(socket.raw, NNG_OPT_SENDBUF, Self.queue))
            self.url = try socket.listen(BusURL(url), tls: tls)
        } catch {
            socket.close()
            throw error
        }
        self.socket = socket
    }

    deinit { close() }

    /// - Parameter topic: 128 bytes at most, without `|`.
    public func publish(topic: String, _ body: [UInt8] = []) {
        precondition(topic.utf8.count <= BusEvent.longestTopic && !topic.utf8.contains(BusEvent.separator))
        // A hint that cannot be sent is a hint that is lost: the subscribers' timers make up for it.
        closed.withLock { closed in
            guard !closed, let message = try? BusMessage.copying(Array(topic.utf8), [BusEvent.separator], body)
            else { return }
            if nng_sendmsg(socket.raw, message, Int32(NNG_FLAG_NONBLOCK)) != 0 { nng_msg_free(message) }
        }
    }

    public func close() {
        let first = closed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        if first { socket.close() }
    }
}
