import Synchronization

/// Bodies of payloads that have just been committed, for the workers of this process: they need not be read back and
/// unpacked (engineering/ingest-speed §2.4).
///
/// Nothing depends on it. What is queued is decided by the queue alone; a body that is not here is read from the archive.
final class HandOver: Sendable {
    private struct State {
        var bodies: [Int64: [UInt8]] = [:]
        var size = 0
    }

    private let state = Mutex(State())
    private let countLimit: Int
    private let byteLimit: Int

    /// Larger ones are few, and are read back.
    static let bodyLimit = 256 << 10

    init(countLimit: Int = 1_000, byteLimit: Int = 32 << 20) {
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    /// A full one begins anew: then the workers are far behind, and may long be reading what another replica took.
    func put(_ bodies: [(id: Int64, body: [UInt8])]) {
        if bodies.isEmpty { return }
        state.withLock { state in
            for (id, body) in bodies where body.count <= Self.bodyLimit {
                if state.bodies.count >= countLimit || state.size + body.count > byteLimit { state = State() }
                if state.bodies.updateValue(body, forKey: id) == nil { state.size += body.count }
            }
        }
    }

    /// The bodies that are here, which then are not any more.
    func take(_ ids: [Int64]) -> [Int64: [UInt8]] {
        state.withLock { state in
            var taken: [Int64: [UInt8]] = [:]
            for id in ids {
                guard let body = state.bodies.removeValue(forKey: id) else { continue }
                state.size -= body.count
                taken[id] = body
            }
            return taken
        }
    }

    var count: Int { state.withLock { $0.bodies.count } }
}
