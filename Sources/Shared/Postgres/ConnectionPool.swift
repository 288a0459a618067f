import Contracts
import Logging

/// The threads that own the connections, the calls that wait for them in the order they came, and the thread that
/// watches their deadlines.
///
/// `@unchecked`: all variables are guarded by `monitor`.
final class ConnectionPool: @unchecked Sendable {
    let meters: DatabaseMeters
    private let config: DatabaseConfig
    private let log: Logger
    private let monitor = Monitor()
    /// A job came, or the pool closes.
    private let work = Monitor.Condition()
    /// A deadline came nearer, or the pool closes.
    private let alarm = Monitor.Condition()
    /// The pool closes: no more pauses between attempts to connect.
    private let hurry = Monitor.Condition()

    private var waiting: [Job] = []
    private var running: [(job: Job, canceller: Canceller)] = []
    private var threads = 0
    private var idle = 0
    private var connected = 0
    private var watching = false
    private var nextAlarm: ContinuousClock.Instant?
    /// Since when no connection could be had; nil while there is one or none was tried.
    private var downSince: ContinuousClock.Instant?
    /// Connections proved alive before this are doubtful.
    private var lastLoss = ContinuousClock.now
    private var closing = false
    private var onceClosed: [UnsafeContinuation<Void, Never>] = []

    /// How long calls wait for a database that is not there before they are told so.
    private static let patience = Duration.seconds(1)
    /// After this much more than its deadline a call is answered even though its statement still runs.
    private static let grace = Duration.seconds(1)
    /// A cancel that came between two statements stopped nothing, so it is sent again after this.
    private static let insistence = Duration.milliseconds(500)
    private static let lifetime = Duration.seconds(30 * 60)

    init(_ config: DatabaseConfig, _ meters: DatabaseMeters, _ log: Logger) {
        self.config = config
        self.meters = meters
        self.log = log
    }

    var waitingCount: Int { monitor.withLock { waiting.count } }
    var connectedCount: Int { monitor.withLock { connected } }

    // MARK: What callers do

    func submit(_ job: Job) {
        let refusal: Fault? = monitor.withLock {
            if closing { return Fault(.unavailable, "shutting down") }
            if job.isCancelled { return Fault(.cancelled, "the caller gave up") }
            if job.deadline <= .now { return Fault(.deadlinePassed, "the database had no time left") }
            guard waiting.count < config.queueLimit else {
                meters.refusals.increment()
                return Fault(.tooMany, "too many calls wait for the database", retryAfterMilliseconds: 200)
            }
            waiting.append(job)
            if idle < waiting.count, threads < config.connections { addThread() }
            work.signal()
            if nextAlarm.map({ job.deadline < $0 }) ?? true { alarm.signal() }
            return nil
        }
        if let refusal { job.fail(refusal) }
    }

    func cancel(_ job: Job) {
        job.markCancelled()
        let waited: Bool = monitor.withLock {
            if let index = waiting.firstIndex(where: { $0 === job }) {
                waiting.remove(at: index)
                return true
            }
            if let current = running.first(where: { $0.job === job }) {
                job.cancelSent = .now
                current.canceller.cancel(job)
                alarm.signal()
            }
            return false
        }
        if waited { job.fail(Fault(.cancelled, "the caller gave up")) }
    }

    /// Opens all connections now instead of at first need.
    func warm() {
        monitor.withLock {
            while threads < config.connections, !closing { addThread() }
        }
    }

    /// No new calls; those that came before are still answered.
    func beginClosing() {
        monitor.withLock {
            closing = true
            work.broadcast()
            alarm.broadcast()
            hurry.broadcast()
        }
    }

    /// Closes, and returns when the last connection is closed.
    func close() async {
        beginClosing()
        await withUnsafeContinuation { continuation in
            let done = monitor.withLock {
                if threads > 0 { onceClosed.append(continuation) }
                return threads == 0
            }
            if done { continuation.resume() }
        }
    }

    // MARK: A connection's thread

    /// Call with the monitor held.
    private func addThread() {
        threads += 1
        if !watching {
            watching = true
            startThread("pg-deadlines") { self.watch() }
        }
        startThread("pg-connection") { self.serve() }
    }

    private func serve() {
        while let connection = connect() {
            let reason = serve(on: connection)
            monitor.withLock {
                connected -= 1
                if reason == .lost { lastLoss = .now }
            }
            if reason == .lost { meters.losses.increment() }
            if reason == .closing { break }
        }
        let continuations: [UnsafeContinuation<Void, Never>] = monitor.withLock {
            threads -= 1
            guard threads == 0 else { return [] }
            defer { onceClosed = [] }
            return onceClosed
        }
        for continuation in continuations { continuation.resume() }
    }

    private enum Reason { case closing, lost, old }

    private func serve(on connection: Connection) -> Reason {
        let life = Self.lifetime + .seconds(Int.random(in: 0...300))
        while let job = take(connection) {
            var ended = Job.Ended.again
            let trusted = isTrusted(connection)
            if trusted {
                connection.canceller.begin(job)
                ended = job.run(connection, self)
                connection.canceller.end()
            }
            monitor.withLock {
                running.removeAll { $0.job === job }
                if ended == .again { waiting.insert(job, at: 0) }
            }
            if connection.isAbandoned { return .old }
            if !trusted || !connection.isIdle { return .lost }
            if connection.opened.duration(to: .now) > life { return .old }
        }
        return .closing
    }

    /// After a loss every connection must show that it still works before it is given a job.
    private func isTrusted(_ connection: Connection) -> Bool {
        guard connection.proved < monitor.withLock({ lastLoss }) else { return true }
        do {
            try connection.script("")
            connection.proved = .now
            return true
        } catch {
            return false  // the error has marked the connection as lost
        }
    }

    /// The next job; nil when the pool closes and all are done.
    private func take(_ connection: Connection) -> Job? {
        monitor.withLock {
            while true {
                if !waiting.isEmpty {
                    let job = waiting.removeFirst()
                    running.append((job, connection.canceller))
                    meters.waiting.observe(job.submitted.duration(to: .now))
                    return job
                }
                if closing { return nil }
                idle += 1
                work.wait(in: monitor)
                idle -= 1
            }
        }
    }

    /// Tries until there is a connection; nil when the pool closes.
    private func connect() -> Connection? {
        var pause = Duration.milliseconds(20)
        var logged = false
        while true {
            do {
                let connection = try Connection(
                    config.connectionString, applicationName: config.applicationName, settings: config.sessionSettings)
                let wasDown = monitor.withLock {
                    connected += 1
                    defer { downSince = nil }
                    return downSince != nil
                }
                if wasDown { log.info("the database is back") }
                return connection
            } catch {
                if !logged { log.warning("no connection to the database", metadata: ["error": "\(error)"]) }
                logged = true
                guard waitAfterFailure(pause) else { return nil }
                pause = min(pause * 2, .seconds(1))
            }
        }
    }

    /// Tells those who have waited long enough, then pauses. False when the pool closes.
    private func waitAfterFailure(_ pause: Duration) -> Bool {
        let (told, goOn): ([Job], Bool) = monitor.withLock {
            var told: [Job] = []
            if connected == 0 {
                let since = downSince ?? .now
                downSince = since
                if since.duration(to: .now) >= Self.patience || closing {
                    told = waiting
                    waiting = []
                }
            }
            return (told, !closing)
        }
        for job in told { job.fail(Fault(.unavailable, "the database is not available", retryAfterMilliseconds: 500)) }
        guard goOn else { return false }
        return monitor.withLock {
            if !closing { hurry.wait(in: monitor, atMost: pause * Double.random(in: 0.7...1.3)) }
            return !closing
        }
    }

    // MARK: The thread that watches deadlines

    private func watch() {
        while true {
            let (waitedTooLong, ranTooLong, done): ([Job], [Job], Bool) = monitor.withLock {
                let now = ContinuousClock.now
                let late = waiting.filter { $0.deadline <= now }
                waiting.removeAll { $0.deadline <= now }
                var abandoned: [Job] = []
                for (job, canceller) in running where job.deadline <= now || job.isCancelled {
                    if job.cancelSent.map({ $0 + Self.insistence <= now }) ?? true {
                        job.cancelSent = now
                        canceller.cancel(job)
                    }
                    if job.deadline + Self.grace <= now { abandoned.append(job) }
                }
                if !late.isEmpty || !abandoned.isEmpty { return (late, abandoned, false) }
                if closing && threads == 0 { return ([], [], true) }
                waitForAlarm(now)
                return ([], [], false)
            }
            if done { return }
            let fault = Fault(.deadlinePassed, "the database took too long")
            for job in waitedTooLong + ranTooLong { job.fail(fault) }
            if !ranTooLong.isEmpty { monitor.withLock { forget(ranTooLong) } }
        }
    }

    /// They are answered; their threads still finish them. Call with the monitor held.
    private func forget(_ jobs: [Job]) {
        running.removeAll { entry in jobs.contains { $0 === entry.job } }
    }

    /// Call with the monitor held.
    private func waitForAlarm(_ now: ContinuousClock.Instant) {
        var next = now + .seconds(closing ? 0.05 : 60)
        for job in waiting { next = min(next, job.deadline) }
        for (job, _) in running {
            let alarm = job.cancelSent.map { min($0 + Self.insistence, max(job.deadline + Self.grace, now)) }
            next = min(next, alarm ?? job.deadline)
        }
        nextAlarm = next
        alarm.wait(in: monitor, atMost: now.duration(to: next))
        nextAlarm = now
    }
}
