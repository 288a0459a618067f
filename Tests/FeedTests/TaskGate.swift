import Foundation
import Synchronization

/// Lets a thread that may block wait for a task.
final class TaskGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<Void, any Error>?>(nil)

    func finish(_ outcome: Result<Void, any Error>) {
        result.withLock { $0 = outcome }
        semaphore.signal()
    }

    func wait() throws {
        semaphore.wait()
        try result.withLock { $0 }?.get()
    }
}
