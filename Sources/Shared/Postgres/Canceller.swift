import CPostgres

/// Stops what a connection is doing, from another thread.
///
/// A cancel that comes late would hit the next statement, so the job it is meant for is compared under the lock that
/// the connection's thread takes when a job begins and ends.
///
/// `@unchecked`: `handle` is written in `init` and freed in `deinit` only, `job` is guarded by `monitor`.
final class Canceller: @unchecked Sendable {
    private let monitor = Monitor()
    private let handle: OpaquePointer?
    private var job: ObjectIdentifier?

    init(_ connection: OpaquePointer) { handle = PQgetCancel(connection) }

    deinit { PQfreeCancel(handle) }

    func begin(_ job: Job) { monitor.withLock { self.job = ObjectIdentifier(job) } }

    /// Waits for a cancel that is on its way.
    func end() { monitor.withLock { job = nil } }

    /// Opens a second connection to the server and may block, so it runs on a thread that does nothing else.
    func cancel(_ job: Job) {
        startThread("pg-cancel") {
            self.monitor.withLock {
                guard self.job == ObjectIdentifier(job) else { return }
                var message = [CChar](repeating: 0, count: 256)
                // When it fails, the statement's own timeout still ends it.
                _ = PQcancel(self.handle, &message, Int32(message.count))
            }
        }
    }
}
