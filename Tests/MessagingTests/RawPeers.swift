import Synchronization

@testable import Messaging

/// A server of raw bytes: what it is asked, and each answer by a closure.
final class RawServer: Sendable {
    let socket: ReplySocket

    init(_ url: String, tls: BusTLS? = nil, contexts: Int = 8, answer: @escaping @Sendable ([UInt8]) async -> [UInt8]?)
        throws
    {
        socket = try ReplySocket([BusURL(url)], tls: tls, contexts: contexts) { slot, message in
            Task {
                guard let reply = await answer(message.bytes) else { return }
                try slot.reply(reply)
            }
        }
        socket.start()
    }

    var url: String { socket.urls[0] }
    private let closed = Mutex(false)
    var isClosed: Bool { closed.withLock { $0 } }
    /// Ends as a killed process does: connections break, nothing is answered any more.
    func close() {
        closed.withLock { $0 = true }
        socket.close()
    }
}

extension RequestSocket {
    convenience init(dialing url: String, tls: BusTLS? = nil, grace: Duration = .seconds(20)) throws {
        try self.init(
            BusURL(url), tls: tls, connection: Connection(grace: grace, watch: DeadlineWatch()),
            patience: .seconds(60))
    }

    func ask(_ bytes: [UInt8], within budget: Duration = .seconds(20)) async throws(RequestFailure) -> [UInt8] {
        try await request(bytes, deadline: .now + budget).get().bytes
    }
}

/// A thing that happens once, for which others wait; the time limit of a test ends the wait.
final class Signal: Sendable {
    private struct State {
        var raised = false
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }
    private let state = Mutex(State())

    var isRaised: Bool { state.withLock { $0.raised } }

    func raise() {
        let waiting = state.withLock { state in
            state.raised = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.resume() }
    }

    func wait() async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let over = state.withLock { state in
                    if state.raised || Task.isCancelled { return true }
                    state.waiting[number] = waiter
                    return false
                }
                if over { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }
}

/// A number that tests count up and read.
final class Tally: Sendable {
    private let count = Mutex(0)
    @discardableResult func add() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
    var value: Int { count.withLock { $0 } }
}
