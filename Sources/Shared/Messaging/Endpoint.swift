import Clocks
import Contracts
import Synchronization

/// One replica of a service: the socket to it, its bounded number of calls, and how it has behaved lately.
final class Endpoint: Sendable {
    let url: String
    let connection: Connection
    let admission: Admission
    private let socket: RequestSocket
    private let limits: ChannelLimits
    private let clocks: Clocks

    private struct Record {
        var failuresInARow = 0
        var ejections = 0
        var ejectedUntil: ContinuousClock.Instant?
    }
    private let record = Mutex(Record())

    init(_ url: String, tls: BusTLS?, limits: ChannelLimits, clocks: Clocks, watch: DeadlineWatch) throws {
        self.url = url
        self.limits = limits
        self.clocks = clocks
        admission = Admission(places: limits.inFlight, queue: limits.queue, watch: watch)
        let afterLoss = AfterLoss(grace: limits.grace, watch: watch)
        connection = Connection(grace: limits.grace, watch: watch) { afterLoss.changed(up: $0) }
        socket = try RequestSocket(BusURL(url), tls: tls, connection: connection)
        afterLoss.watch(socket)
    }

    /// 0 for the best to ask now; nil for one that is down and has been for longer than the grace.
    func rank(tried: Bool) -> Int? {
        var rank = tried ? 4 : 0
        if connection.isUp {
            if isEjected { rank += 1 }
        } else if connection.isHopeful {
            rank += 2
        } else {
            return nil
        }
        return rank
    }

    private var isEjected: Bool {
        let until = record.withLock { $0.ejectedUntil }
        guard let until else { return false }
        return clocks.monotonic() < until
    }

    func ask(_ bytes: [UInt8], deadline: ContinuousClock.Instant) async -> RequestSlot.Outcome {
        await socket.request(bytes, deadline: deadline)
    }

    /// Takes note of how it went. A replica that fails again right after its rest gets a longer one.
    func note(success: Bool) {
        record.withLock { record in
            if success {
                if record.failuresInARow > 0 { record = Record() }
                return
            }
            record.failuresInARow += 1
            guard record.failuresInARow >= limits.failuresBeforeEjection else { return }
            let now = clocks.monotonic()
            if let until = record.ejectedUntil, now < until { return }
            let pause = min(limits.longestEjection, limits.ejection * (1 << min(record.ejections, 10)))
            record.ejections += 1
            record.ejectedUntil = now + pause * Double.random(in: 0.8...1.2)
        }
    }

    func close() {
        admission.close()
        socket.close()
    }
}

/// Ends what still waits in the socket of a replica that does not come back within the grace: it has not left the
/// process, and may go to another replica.
private final class AfterLoss: Sendable {
    private let grace: Duration
    private let watch: DeadlineWatch
    private struct State {
        weak var socket: RequestSocket?
        var timer: UInt64?
    }
    private let state = Mutex(State())

    init(grace: Duration, watch: DeadlineWatch) {
        self.grace = grace
        self.watch = watch
    }

    func watch(_ socket: RequestSocket) {
        state.withLock { $0.socket = socket }
    }

    func changed(up: Bool) {
        state.withLock { state in
            if let timer = state.timer { watch.remove(timer) }
            state.timer = up ? nil : watch.add(.now + grace) { [weak self] in self?.giveUp() }
        }
    }

    private func giveUp() {
        let socket = state.withLock { state in
            state.timer = nil
            return state.socket
        }
        if let socket, !socket.connection.isUp { socket.stopUnsent() }
    }
}
