import CPostgres
import Glibc

/// A mutex with conditions to wait for: what threads that may block need and Swift's `Mutex` does not have.
///
/// `@unchecked`: the pointers never change after `init`, and pthread functions may be called from any thread.
final class Monitor: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<R>(_ body: () throws -> R) rethrows -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// One thing to wait for while holding the monitor.
    ///
    /// `@unchecked`: as above.
    final class Condition: @unchecked Sendable {
        private let condition: UnsafeMutablePointer<pthread_cond_t>

        init() {
            condition = .allocate(capacity: 1)
            condition.initialize(to: pthread_cond_t())
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        }

        deinit {
            pthread_cond_destroy(condition)
            condition.deallocate()
        }

        /// Call with the monitor held; may return early, so look again at what was waited for.
        func wait(in monitor: Monitor) { pthread_cond_wait(condition, monitor.mutex) }

        func wait(in monitor: Monitor, atMost duration: Duration) {
            var until = timespec()
            clock_gettime(CLOCK_MONOTONIC, &until)
            let milliseconds = Int(min(max(duration.wholeMilliseconds, 0), 3_600_000))
            until.tv_sec += milliseconds / 1_000
            until.tv_nsec += milliseconds % 1_000 * 1_000_000
            if until.tv_nsec >= 1_000_000_000 {
                until.tv_sec += 1
                until.tv_nsec -= 1_000_000_000
            }
            pthread_cond_timedwait(condition, monitor.mutex, &until)
        }

        func signal() { pthread_cond_signal(condition) }
        func broadcast() { pthread_cond_broadcast(condition) }
    }
}

/// Runs `body` on a thread of its own, which ends with it: blocking C calls never hold one of Swift's threads.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    let start = Unmanaged.passRetained(Start(name, body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            ers_name_thread(start.name)
            start.body()
            return nil
        }, start.toOpaque())
    precondition(result == 0, "the system gives no more threads")
    pthread_detach(thread)
}

/// A short sleep of the thread that owns a connection.
func pauseThread(_ duration: Duration) {
    usleep(UInt32(clamping: duration.wholeMilliseconds * 1_000))
}
