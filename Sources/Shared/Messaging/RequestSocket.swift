internal import CNNG
import Synchronization

/// The requests to one replica: a socket of its own, and as many slots as there ever were requests at once.
final class RequestSocket: Sendable {
    let connection: Connection
    private let socket: BusSocket
    private struct State {
        var all: [RequestSlot] = []
        var free: [RequestSlot] = []
        var closed = false
    }
    private let state = Mutex(State())

    /// Starts dialing; the neighbour need not be there yet.
    init(_ url: BusURL, tls: BusTLS?, connection: Connection) throws {
        self.connection = connection
        socket = try BusSocket(.request)
        do {
            try connection.watch(socket)
            try socket.dial(url, tls: tls)
        } catch {
            socket.close()
            throw error
        }
    }

    deinit { close() }

    /// Asks and waits for the answer. The caller bounds how many do so at once.
    func request(_ bytes: [UInt8], deadline: ContinuousClock.Instant) async -> RequestSlot.Outcome {
        let slot: RequestSlot
        let message: OpaquePointer
        do {
            slot = try takeSlot()
            do { message = try BusMessage.copying(bytes) } catch {
                giveBack(slot)
                throw error
            }
        } catch {
            return .failure(.notSent(error as? NNGError ?? .outOfMemory))
        }
        defer { giveBack(slot) }
        return await slot.request(message, deadline: deadline)
    }

    /// Ends what waits for a connection; it has not left the process.
    func stopUnsent() {
        for slot in state.withLock({ $0.all }) { slot.stopUnsent(.refused) }
    }

    /// Ends everything under way. Blocks for the moment that NNG's call-backs need.
    func close() {
        let slots = state.withLock { state -> [RequestSlot]? in
            guard !state.closed else { return nil }
            state.closed = true
            state.free.removeAll()
            defer { state.all.removeAll() }
            return state.all
        }
        guard let slots else { return }
        for slot in slots { slot.close() }
        socket.close()
    }

    private func takeSlot() throws(NNGError) -> RequestSlot {
        let (free, closed) = state.withLock { ($0.free.popLast(), $0.closed) }
        if closed { throw .closed }
        if let free { return free }
        let made = try RequestSlot(socket)
        let late = state.withLock { state in
            if !state.closed { state.all.append(made) }
            return state.closed
        }
        if late {
            made.close()
            throw .closed
        }
        return made
    }

    private func giveBack(_ slot: RequestSlot) {
        state.withLock { if !$0.closed { $0.free.append(slot) } }
    }
}
