import Synchronization

/// The way to one replica: a socket that dials, and another one in its place when that does not get through.
///
/// NNG dials again by itself. But libnng 1.5 may lose a connection for good when its neighbour dies in the moment in
/// which a message arrives (nanomsg/nng issue 1813): the socket then neither connects again nor can it be closed. A new
/// socket is not affected. Requests under way stay with the old one, which goes when the last has ended.
final class Line: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State {
        var socket: RequestSocket?
        var ending: UInt64?
        var redialing: UInt64?
        var pause: Duration
        var replaced: Instant?
        var replacements = 0
    }
    private let state: Mutex<State>
    private static let suspicious: Duration = .milliseconds(250)
    private let url: BusURL
    private let tls: BusTLS?
    private let limits: ChannelLimits
    private let watch: DeadlineWatch

    init(_ url: BusURL, tls: BusTLS?, limits: ChannelLimits, watch: DeadlineWatch) throws {
        self.url = url
        self.tls = tls
        self.limits = limits
        self.watch = watch
        state = Mutex(State(pause: limits.redial))
        let socket = try dial(downSince: .now)
        state.withLock { state in
            state.socket = socket
            if !socket.connection.isUp { waitForReturn(&state) }
        }
    }

    private func dial(downSince: Instant) throws -> RequestSocket {
        let connection = Connection(grace: limits.grace, watch: watch, downSince: downSince) { [weak self] connection in
            self?.changed(connection)
        }
        return try RequestSocket(url, tls: tls, connection: connection)
    }

    /// Nil once closed.
    private var socket: RequestSocket? { state.withLock { $0.socket } }

    /// How often a new socket was tried.
    var replacements: Int { state.withLock { $0.replacements } }
    var isUp: Bool { socket?.connection.isUp ?? false }
    /// Up, or away for so short a time that waiting is worth while.
    var isHopeful: Bool { socket?.connection.isHopeful ?? false }

    /// Waits until the other end is there, not beyond `latest` nor beyond the grace.
    func waitUntilUp(_ latest: Instant) async -> Bool {
        while let waited = socket {
            if await waited.connection.waitUntilUp(latest) { return true }
            if Task.isCancelled || latest <= .now || socket === waited { return false }
        }
        return false
    }

    func request(_ bytes: [UInt8], deadline: Instant) async -> RequestSlot.Outcome {
        guard let socket else { return .failure(.notSent(.closed)) }
        let began = Instant.now
        let outcome = await socket.request(bytes, deadline: deadline)
        switch outcome {
        case .failure(.notSent(.refused)), .failure(.notSent(.timedOut)):
            // It seemed to be up, and took nothing for longer than any queue explains.
            if socket.connection.isUp, began.duration(to: .now) > Self.suspicious {
                replace(socket, atMostEvery: limits.redial)
            }
        default: break
        }
        return outcome
    }

    func close() {
        let socket = state.withLock { state in
            if let timer = state.ending { watch.remove(timer) }
            if let timer = state.redialing { watch.remove(timer) }
            defer { state.socket = nil }
            return state.socket
        }
        socket?.connection.dissolve()
        socket?.close()
    }

    private func changed(_ connection: Connection) {
        state.withLock { state in
            guard let socket = state.socket, socket.connection === connection else { return }
            if connection.isUp {
                if let timer = state.ending { watch.remove(timer) }
                if let timer = state.redialing { watch.remove(timer) }
                (state.ending, state.redialing) = (nil, nil)
                state.pause = limits.redial
            } else {
                waitForReturn(&state)
            }
        }
    }

    private func waitForReturn(_ state: inout State) {
        guard let socket = state.socket else { return }
        for case let timer? in [state.ending, state.redialing] { watch.remove(timer) }
        // What still waits in the socket has not left the process, and may go to another replica.
        state.ending = watch.add(.now + limits.grace) { [weak socket] in
            if let socket, !socket.connection.isUp { socket.stopUnsent() }
        }
        state.redialing = watch.add(.now + state.pause) { [weak self, weak socket] in
            if let self, let socket, !socket.connection.isUp { self.replace(socket, atMostEvery: .zero) }
        }
    }

    private func replace(_ old: RequestSocket, atMostEvery pause: Duration) {
        let downSince = old.connection.isUp ? Instant.now : old.connection.downSince
        // A socket that worked once can be made again; if not, the old one stays and the next pause is longer.
        let made = try? dial(downSince: downSince)
        let replaced = state.withLock { state in
            guard state.socket === old else { return false }
            if let last = state.replaced, last + pause > .now { return false }
            state.replaced = .now
            state.replacements += 1
            state.pause = min(limits.longestRedial, state.pause * 2)
            if let made { state.socket = made }
            if !(state.socket?.connection.isUp ?? false) { waitForReturn(&state) }
            return made != nil
        }
        if replaced { old.connection.dissolve() }
    }
}
