internal import CNNG
import Synchronization

/// The requests that arrive at one process.
final class ReplySocket: Sendable {
    /// What others dial: as asked for, with a free port in the place of port 0.
    let urls: [String]
    private let socket: BusSocket
    private let slots: [ReplySlot]
    private let closed = Mutex(false)

    /// Listens at once; what arrives before `start` waits.
    ///
    /// - Parameter contexts: how many requests are taken in at most; the rest waits in the kernel, and then at the
    ///   senders.
    init(_ urls: [BusURL], tls: BusTLS?, contexts: Int, _ receiver: @escaping ReplySlot.Receiver) throws {
        let socket = try BusSocket(.reply)
        var slots: [ReplySlot] = []
        do {
            for _ in 0..<contexts { slots.append(try ReplySlot(socket, receiver)) }
            self.urls = try urls.map { try socket.listen($0, tls: tls) }
        } catch {
            for slot in slots { slot.close() }
            socket.close()
            throw error
        }
        self.socket = socket
        self.slots = slots
    }

    deinit { close() }

    func start() {
        for slot in slots { slot.start() }
    }

    /// Answers that are not sent yet are lost. Blocks for the moment that NNG's call-backs need.
    func close() {
        let first = closed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard first else { return }
        for slot in slots { slot.close() }
        socket.close()
    }
}
