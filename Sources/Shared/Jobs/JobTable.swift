import Clocks
import Contracts
import Postgres

/// The states of jobs: waiting, held by one worker under a lease, finished (gone), dead with a reason.
///
/// A lease is kept by heartbeats. When it has run out, its holder is taken for dead: another worker begins the job again, and
/// the first, should it still live, can change nothing any more.
public struct JobTable: Sendable {
    let schema: String
    let clocks: Clocks
    let lease: Duration

    public init(schema: String, clocks: Clocks, lease: Duration = .seconds(10)) {
        self.schema = schema
        self.clocks = clocks
        self.lease = lease
    }

    private var now: Int64 { clocks.wallMicroseconds() }

    /// Queues a job in the transaction of what it is about. A second one for the same subject is the same.
    public func enqueue(_ kind: String, subject: Int64, _ session: borrowing Session) throws {
        let at = Timestamp(microseconds: now)
        try session.run(
            """
            INSERT INTO \(raw: schema).job (kind, subject, due, created) VALUES (\(kind), \(subject), \(at), \(at))
            ON CONFLICT (kind, subject) DO NOTHING
            """)
    }

    /// The subject is gone: a waiting job never begins, a running one is told at its next heartbeat.
    public func cancel(_ kind: String, subjects: [Int64], _ session: borrowing Session) throws {
        try session.run(
            """
            DELETE FROM \(raw: schema).job WHERE kind = \(kind) AND subject = ANY(\(subjects)) AND state <> 'running'
            """)
        try session.run(
            "UPDATE \(raw: schema).job SET cancelled = true WHERE kind = \(kind) AND subject = ANY(\(subjects))")
    }

    public func progress(_ kind: String, subjects: [Int64], _ session: borrowing Session) throws -> [Int64: Int] {
        let rows = try session.rows(
            "SELECT subject, progress FROM \(raw: schema).job WHERE kind = \(kind) AND subject = ANY(\(subjects))",
            as: (Int64, Int16).self)
        return Dictionary(rows.map { ($0.0, Int($0.1)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes the oldest job that is due, or whose holder let its lease run out.
    func claim(_ kinds: [String], holder: String, _ session: borrowing Session) throws -> (String, RunningJob)? {
        let at = Timestamp(microseconds: now)
        let ends = Timestamp(microseconds: now + lease.wholeMicroseconds)
        let row = try session.row(
            """
            UPDATE \(raw: schema).job j
               SET state = 'running', holder = \(holder), lease_ends = \(ends), attempts = attempts + 1, progress = 0
             WHERE id = (SELECT id FROM \(raw: schema).job
                          WHERE kind = ANY(\(kinds)) AND NOT cancelled
                            AND (state = 'waiting' AND due <= \(at) OR state = 'running' AND lease_ends <= \(at))
                          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING kind, id, subject, attempts
            """, as: (String, Int64, Int64, Int32).self)
        return row.map { ($0.0, RunningJob(id: $0.1, subject: $0.2, attempt: Int($0.3))) }
    }

    /// Keeps the lease.
    ///
    /// - Returns: false when the job was cancelled or is held by somebody else now: stop.
    func beat(_ job: RunningJob, holder: String, _ session: borrowing Session) throws -> Bool {
        let ends = Timestamp(microseconds: now + lease.wholeMicroseconds)
        return try session.run(
            """
            UPDATE \(raw: schema).job SET lease_ends = \(ends), progress = \(Int16(job.progress))
             WHERE \(held(job, holder)) AND NOT cancelled
            """) == 1
    }

    /// Removes a finished job; its effect belongs into the same transaction.
    ///
    /// - Throws: `JobLost` when the job is not this holder's any more, or was cancelled.
    func finish(_ job: RunningJob, holder: String, _ session: borrowing Session) throws {
        let done = try session.run(
            "DELETE FROM \(raw: schema).job WHERE \(held(job, holder)) AND NOT cancelled")
        guard done == 1 else { throw JobLost() }
    }

    /// Removes a job of which it was found that it was cancelled.
    func drop(_ job: RunningJob, holder: String, _ session: borrowing Session) throws {
        try session.run("DELETE FROM \(raw: schema).job WHERE \(held(job, holder)) AND cancelled")
    }

    /// Another try after `pause`.
    ///
    /// - Parameter counts: false for a failure that has nothing to do with the job, such as a neighbour that is down.
    func putBack(
        _ job: RunningJob, holder: String, after pause: Duration, counts: Bool, reason: String,
        _ session: borrowing Session
    ) throws {
        let due = Timestamp(microseconds: now + pause.wholeMicroseconds)
        try session.run(
            """
            UPDATE \(raw: schema).job
               SET state = 'waiting', holder = '', lease_ends = NULL, due = \(due), reason = \(reason),
                   attempts = attempts - \(counts ? 0 : 1 as Int32)
             WHERE \(held(job, holder))
            """)
    }

    /// - Throws: `JobLost` when the job is not this holder's any more.
    func giveUp(_ job: RunningJob, holder: String, reason: String, _ session: borrowing Session) throws {
        let done = try session.run(
            """
            UPDATE \(raw: schema).job SET state = 'dead', holder = '', lease_ends = NULL, reason = \(reason)
             WHERE \(held(job, holder))
            """)
        guard done == 1 else { throw JobLost() }
    }

    private func held(_ job: RunningJob, _ holder: String) -> SQL {
        "id = \(job.id) AND state = 'running' AND holder = \(holder) AND attempts = \(Int32(job.attempt))"
    }
}

/// The job was cancelled, or its lease ran out and somebody else has it.
struct JobLost: Error {}
