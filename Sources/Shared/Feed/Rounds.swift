import Contracts

/// Work that many may ask for at once: whoever asks gets a round that began after asking, shared with all who asked
/// before it began.
actor Rounds {
    private let work: @Sendable () async throws -> Void
    private var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    private var asked = 0
    private var isWorking = false

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    /// Returns when such a round has succeeded.
    ///
    /// - Throws: what the round threw, or `Fault` `.deadlinePassed` or `.cancelled` while the round goes on for others.
    func join(until deadline: ContinuousClock.Instant) async throws {
        asked += 1
        let number = asked
        let timer = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            self.leave(number, Fault(.deadlinePassed, "a copy could not be brought up to date in time"))
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: Fault(.cancelled, "the caller gave up"))
                    return
                }
                waiting[number] = continuation
                if !isWorking {
                    isWorking = true
                    Task { await self.goRound() }
                }
            }
        } onCancel: {
            Task { await self.leave(number, Fault(.cancelled, "the caller gave up")) }
        }
    }

    private func leave(_ number: Int, _ fault: Fault) {
        waiting.removeValue(forKey: number)?.resume(throwing: fault)
    }

    private func goRound() async {
        while !waiting.isEmpty {
            let served = Array(waiting.keys)
            do {
                try await work()
                for number in served { waiting.removeValue(forKey: number)?.resume() }
            } catch {
                for number in served { waiting.removeValue(forKey: number)?.resume(throwing: error) }
            }
        }
        isWorking = false
    }
}
