import Postgres

/// The log of changes of counted facts, written by triggers in the transaction of each change (migration V0005).
enum FactLog {
    struct Head: Sendable, Equatable {
        var epoch: [UInt8]
        var seq: Int64
        /// Rows up to this number may be gone.
        var pruned: Int64
        /// Changes of schools so far.
        var schools: Int64
    }

    /// The epoch is that of the log and of the place where the database lives: one that was restored, or a standby that took
    /// over, is another log, whatever its numbers say (see `FeedHome`).
    static func head(_ session: borrowing Session) throws -> Head {
        let row = try session.row(
            """
            SELECT decode(md5(concat_ws('/', epoch, (SELECT system_identifier FROM pg_control_system()),
                                        (SELECT timeline_id FROM pg_control_checkpoint()),
                                        (SELECT oid FROM pg_database WHERE datname = current_database()),
                                        'aggregate.fact_log_head'::regclass::oid)), 'hex'),
                   seq, pruned, schools
              FROM aggregate.fact_log_head
            """, as: ([UInt8], Int64, Int64, Int64).self)
        guard let row else { throw LogProblem.noHead }
        return Head(epoch: row.0, seq: row.1, pruned: row.2, schools: row.3)
    }

    /// The one that changes facts or schools waits here for the others: numbers are in the order of the commits, and two
    /// feeds that change the same facts never wait for each other in a circle. First in every transaction of a feed.
    static func lock(_ session: borrowing Session) throws {
        try session.run("SELECT FROM aggregate.fact_log_head FOR UPDATE")
    }

    /// Changes numbered `after + 1 … through`, in no order.
    static func read(
        after: Int64, through: Int64, _ session: borrowing Session, _ body: (SegmentKey, FactChange) -> Void
    ) throws {
        if after >= through { return }
        try session.copyOut(
            """
            COPY (SELECT school_year, assessment_id, seq, school_id, \(Entry.sql.text), score, level, cohort, claims, sign
                    FROM aggregate.fact_log WHERE seq > \(after) AND seq <= \(through)) TO STDOUT (FORMAT binary)
            """, as: (Int16, Int32, Int64, Int64, Int64, Int32, Int16, Int64, Int32, Int16).self
        ) { year, assessment, seq, school, word, score, level, cohort, claims, sign in
            body(
                SegmentKey(year: year, assessment: assessment),
                FactChange(
                    seq: seq, school: school,
                    fact: PackedFact(word: word, score: score, level: level, cohort: cohort, claims: claims),
                    sign: Int8(clamping: sign)))
        }
    }

    /// Deletes what no reader needs any more. A reader that was not heard of for a day begins anew.
    enum Pruning {
        /// Rows deleted in one transaction.
        static let piece: Int64 = 50_000

        /// - Parameter reader: says so, and that it holds everything up to a number.
        static func begin(_ reader: (folder: String, seq: Int64)?, _ session: borrowing Session) throws {
            if let reader {
                try session.run(
                    """
                    INSERT INTO aggregate.segment_reader (folder, seq, seen_at) VALUES (\(reader.folder)::text::uuid, \(reader.seq), now())
                    ON CONFLICT (folder) DO UPDATE SET seq = excluded.seq, seen_at = excluded.seen_at
                    """)
            }
            try session.run("DELETE FROM aggregate.segment_reader WHERE seen_at < now() - interval '1 day'")
            try session.run(
                """
                UPDATE aggregate.fact_log_head h SET pruned = r.seq
                  FROM (SELECT coalesce((SELECT min(seq) FROM aggregate.segment_reader),
                                        (SELECT seq FROM aggregate.fact_log_head)) AS seq) r
                 WHERE r.seq > h.pruned
                """)
        }

        /// - Returns: whether there is more.
        static func piece(_ session: borrowing Session) throws -> Bool {
            let gone = try session.run(
                """
                DELETE FROM aggregate.fact_log WHERE ctid = ANY(ARRAY(
                    SELECT l.ctid FROM aggregate.fact_log l
                     WHERE l.seq <= (SELECT pruned FROM aggregate.fact_log_head) LIMIT \(piece)))
                """)
            return Int64(gone) == piece
        }
    }
}

/// The schema has no head of the log.
enum LogProblem: Error { case noHead }

/// What the log says of one segment since a number.
struct SegmentChanges: Sendable {
    private(set) var rows: [FactChange] = []
    /// More than are held in memory: the segment is built anew.
    private(set) var isTooMany = false

    private static let most = 200_000
    private static let mostOfAll = 2_000_000

    static func read(
        after: Int64, through: Int64, _ session: borrowing Session, _ isWanted: (SegmentKey, Int64) -> Bool
    ) throws -> [SegmentKey: SegmentChanges] {
        var changes: [SegmentKey: SegmentChanges] = [:]
        var count = 0
        try FactLog.read(after: after, through: through, session) { key, change in
            guard isWanted(key, change.seq) else { return }
            count += changes[key, default: SegmentChanges()].add(change, isFull: count >= mostOfAll)
        }
        return changes
    }

    /// - Returns: by how many rows it has grown.
    private mutating func add(_ change: FactChange, isFull: Bool) -> Int {
        if isTooMany { return 0 }
        guard rows.count < Self.most, !isFull else {
            defer { rows = [] }
            isTooMany = true
            return -rows.count
        }
        rows.append(change)
        return 1
    }
}
