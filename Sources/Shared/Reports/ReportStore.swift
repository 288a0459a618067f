import Clocks
import Contracts
import Postgres

/// A report as it is stored; what people see of it is `Report`.
public struct StoredReport: Sendable {
    public var id: Int64
    public var userID: Int64
    public var role: String
    public var sessionID: [UInt8]
    public var name: String
    public var topic: ReportTopic
    public var query: [UInt8]
    public var status: ReportStatus
    public var created: Timestamp
    public var finished: Timestamp?
    public var dataAsOf: Timestamp?
    public var rows: Int64
    public var emptyRows: Int64
}

/// The life of a report (aggregates §4.7). Only `completed` ever changes again, to `expired`.
public enum ReportStatus: String, Sendable {
    case pending = "PENDING"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case noResults = "NO_RESULTS"
    case notEnoughResults = "NOT_ENOUGH_RESULTS"
    case failed = "FAILED"
    case expired = "EXPIRED"
}

/// What was made of a report.
public struct ReportContent: Sendable {
    public typealias Piece = (lastPlace: Int64, bytes: [UInt8])

    /// In the owner's own form.
    public var layout: [UInt8]
    /// May be made one by one while they are stored: PostgreSQL then takes one in as the next is made.
    public var pieces: any Sequence<Piece> & Sendable
    public var rows: Int64
    public var emptyRows: Int64
    public var dataAsOf: Timestamp

    public init(
        layout: [UInt8], pieces: any Sequence<Piece> & Sendable, rows: Int64, emptyRows: Int64, dataAsOf: Timestamp
    ) {
        self.layout = layout
        self.pieces = pieces
        self.rows = rows
        self.emptyRows = emptyRows
        self.dataAsOf = dataAsOf
    }
}

/// Reports and saved queries in one owner's schema. A report is its maker's alone: to everybody else it does not exist.
public struct ReportStore: Sendable {
    public let schema: String
    public let owner: ReportOwner
    let clocks: Clocks

    /// Reports and queries that one person may keep; more is an accident or an attack.
    public static let perPerson: Int64 = 1_000

    public init(schema: String, owner: ReportOwner, clocks: Clocks) {
        self.schema = schema
        self.owner = owner
        self.clocks = clocks
    }

    private var now: Timestamp { Timestamp(microseconds: clocks.wallMicroseconds()) }

    // MARK: - Reports

    /// Stores a report that was asked for. The same key of the same person is the same report.
    ///
    /// - Returns: the report, and whether it is new.
    /// - Throws: `Fault` `.tooMany` when the person keeps too many.
    public func accept(
        name: String, topic: ReportTopic, query: [UInt8], by caller: CallerClaims, key: String,
        _ session: borrowing Session
    ) throws -> (report: StoredReport, isNew: Bool) {
        let kept = try session.row(
            "SELECT count(*) FROM \(raw: schema).report WHERE user_id = \(caller.userID)", as: Int64.self)
        guard kept ?? 0 < Self.perPerson else {
            throw Fault(.tooMany, "You keep \(Self.perPerson) reports. Delete some in My Reports first.")
        }
        let inserted = try session.row(
            """
            INSERT INTO \(raw: schema).report (id, user_id, role, session_id, request_key, name, topic, query, created)
            SELECT nextval('\(raw: schema).report_number') << 3 | \(owner.rawValue), \(caller.userID), \(caller.role),
                   \(caller.sessionID), \(key), \(name), \(try topic.serialized()), \(query), \(now)
            ON CONFLICT (user_id, request_key) DO NOTHING RETURNING id
            """, as: Int64.self)
        let stored = try read("user_id = \(caller.userID) AND request_key = \(key)", session)
        guard let report = stored.first else { throw Self.missing }
        return (report, inserted != nil)
    }

    /// - Throws: `Fault` `.notFound` for a report that is another's or does not exist.
    public func report(_ id: Int64, of userID: Int64, _ session: borrowing Session) throws -> StoredReport {
        guard let report = try read("id = \(id) AND user_id = \(userID)", session).first else { throw Self.missing }
        return report
    }

    /// For the job that makes it.
    public func report(_ id: Int64, _ session: borrowing Session) throws -> StoredReport? {
        try read("id = \(id)", session).first
    }

    /// The newest first.
    public func list(
        of userID: Int64, before: (created: Timestamp, id: Int64)?, ids: [Int64], limit: Int64,
        _ session: borrowing Session
    ) throws -> [StoredReport] {
        var condition: SQL = "user_id = \(userID)"
        if let before { condition.append(" AND (created, id) < (\(before.created), \(before.id))") }
        if !ids.isEmpty { condition.append(" AND id = ANY(\(ids))") }
        return try read("\(condition) ORDER BY created DESC, id DESC LIMIT \(limit)", session)
    }

    private func read(_ condition: SQL, _ session: borrowing Session) throws -> [StoredReport] {
        try session.rows(
            """
            SELECT id, user_id, role, session_id, name, topic, query, status, created, finished, data_as_of, row_count,
                   empty_row_count
              FROM \(raw: schema).report WHERE \(condition)
            """,
            as: (
                Int64, Int64, String, [UInt8], String, [UInt8], [UInt8], String, Timestamp, Timestamp?, Timestamp?,
                Int64, Int64
            ).self
        ).map { row in
            StoredReport(
                id: row.0, userID: row.1, role: row.2, sessionID: row.3, name: row.4,
                topic: try ReportTopic(decoding: row.5), query: row.6, status: ReportStatus(rawValue: row.7) ?? .failed,
                created: row.8, finished: row.9, dataAsOf: row.10, rows: row.11, emptyRows: row.12)
        }
    }

    public func begin(_ id: Int64, _ session: borrowing Session) throws {
        try session.run(
            "UPDATE \(raw: schema).report SET status = 'RUNNING' WHERE id = \(id) AND status = 'PENDING'")
    }

    /// Ends a report; of one that was deleted meanwhile, or has ended, nothing is kept.
    ///
    /// - Parameter kept: sees the bytes of each piece that was kept, in order.
    /// - Returns: whether the report was still waited for.
    @discardableResult
    public func end(
        _ id: Int64, _ status: ReportStatus, _ content: ReportContent?, _ session: borrowing Session,
        kept: ([UInt8]) -> Void = { _ in }
    ) throws -> Bool {
        let (layout, dataAsOf) = (content?.layout, content?.dataAsOf)
        let (rows, emptyRows) = (content?.rows ?? 0, content?.emptyRows ?? 0)
        let ended = try session.run(
            """
            UPDATE \(raw: schema).report
               SET status = \(status.rawValue), finished = \(now), layout = \(layout),
                   data_as_of = \(dataAsOf), row_count = \(rows),
                   empty_row_count = \(emptyRows)
             WHERE id = \(id) AND status IN ('PENDING', 'RUNNING')
            """)
        guard ended == 1 else { return false }
        guard let content else { return true }
        try session.copyIn("COPY \(schema).report_part (report_id, part, last_place, bytes) FROM STDIN (FORMAT binary)")
        {
            var number: Int32 = 0
            for piece in content.pieces {
                try $0.row(id, number, piece.lastPlace, piece.bytes)
                kept(piece.bytes)
                number += 1
            }
        }
        return true
    }

    /// Stores a piece of a report that is still being made, for content that does not fit into memory; `end` follows without
    /// pieces of its own, after `keepParts`.
    ///
    /// - Parameter attempt: keeps the pieces of a job that was taken for dead apart from those of the next one.
    public func addPart(
        _ number: Int, of id: Int64, attempt: Int, lastPlace: Int64, bytes: [UInt8], _ session: borrowing Session
    ) throws {
        try session.run(
            """
            INSERT INTO \(raw: schema).report_part (report_id, part, last_place, bytes)
            VALUES (\(id), \(Int32(clamping: Self.firstPart(of: attempt) + number)), \(lastPlace), \(bytes))
            """)
    }

    /// Lets go of what earlier attempts have stored.
    public func dropParts(of id: Int64, _ session: borrowing Session) throws {
        try session.run("DELETE FROM \(raw: schema).report_part WHERE report_id = \(id)")
    }

    /// Lets go of what other attempts have stored.
    public func keepParts(of id: Int64, attempt: Int, _ session: borrowing Session) throws {
        let first = Self.firstPart(of: attempt)
        try session.run(
            """
            DELETE FROM \(raw: schema).report_part
             WHERE report_id = \(id) AND NOT part BETWEEN \(Int32(clamping: first)) AND \(Int32(clamping: first + Self.partsOfAttempt - 1))
            """)
    }

    /// More than any report has.
    private static let partsOfAttempt = 10_000_000

    private static func firstPart(of attempt: Int) -> Int { min(max(attempt, 0), 200) * partsOfAttempt }

    public func layout(_ id: Int64, _ session: borrowing Session) throws -> [UInt8]? {
        try session.row(
            "SELECT coalesce(layout, ''::bytea) FROM \(raw: schema).report WHERE id = \(id) AND status = 'COMPLETED'",
            as: [UInt8].self)
    }

    /// The first piece that reaches to `place` or beyond; nil behind the last.
    public func part(
        _ id: Int64, reaching place: Int64, _ session: borrowing Session
    ) throws -> (lastPlace: Int64, bytes: [UInt8])? {
        try session.row(
            """
            SELECT last_place, bytes FROM \(raw: schema).report_part WHERE report_id = \(id) AND last_place >= \(place)
             ORDER BY part LIMIT 1
            """, as: (Int64, [UInt8]).self)
    }

    /// - Throws: `Fault` `.notFound` for a report that is another's or does not exist.
    public func delete(_ id: Int64, of userID: Int64, _ session: borrowing Session) throws {
        let gone = try session.run("DELETE FROM \(raw: schema).report WHERE id = \(id) AND user_id = \(userID)")
        guard gone == 1 else { throw Self.missing }
    }

    /// All that these people made and saved.
    ///
    /// - Returns: the ids of the reports.
    public func removeAll(of users: [Int64], _ session: borrowing Session) throws -> [Int64] {
        try session.run("DELETE FROM \(raw: schema).saved_query WHERE user_id = ANY(\(users))")
        return try session.rows(
            "DELETE FROM \(raw: schema).report WHERE user_id = ANY(\(users)) RETURNING id", as: Int64.self)
    }

    /// Lets go of content that is older than it is kept; row and query stay.
    ///
    /// - Returns: how many reports expired, at most 100 at once.
    public func expire(olderThan age: Duration, _ session: borrowing Session) throws -> Int {
        let limit = Timestamp(microseconds: clocks.wallMicroseconds() - age.wholeMicroseconds)
        let ids = try session.rows(
            """
            UPDATE \(raw: schema).report SET status = 'EXPIRED', layout = NULL
             WHERE id IN (SELECT id FROM \(raw: schema).report WHERE status = 'COMPLETED' AND finished < \(limit) LIMIT 100)
            RETURNING id
            """, as: Int64.self)
        try session.run("DELETE FROM \(raw: schema).report_part WHERE report_id = ANY(\(ids))")
        return ids.count
    }

    public static let missing = Fault(.notFound, "there is no such report or query")

    // MARK: - Saved queries

    public func queries(of userID: Int64, _ session: borrowing Session) throws -> [SavedQuery] {
        try readQueries("user_id = \(userID) ORDER BY updated DESC, id DESC LIMIT \(Self.perPerson)", session)
    }

    public func query(_ id: Int64, of userID: Int64, _ session: borrowing Session) throws -> SavedQuery {
        guard let query = try readQueries("id = \(id) AND user_id = \(userID)", session).first else {
            throw Self.missing
        }
        return query
    }

    /// Stores a new query.
    public func save(
        name: String, topic: ReportTopic, query: [UInt8], of userID: Int64, _ session: borrowing Session
    ) throws -> SavedQuery {
        let kept = try session.row(
            "SELECT count(*) FROM \(raw: schema).saved_query WHERE user_id = \(userID)", as: Int64.self)
        guard kept ?? 0 < Self.perPerson else {
            throw Fault(.tooMany, "You keep \(Self.perPerson) saved queries. Delete some first.")
        }
        let id = try session.row(
            """
            INSERT INTO \(raw: schema).saved_query (id, user_id, name, topic, query, created, updated)
            SELECT nextval('\(raw: schema).report_number') << 3 | \(owner.rawValue), \(userID), \(name),
                   \(try topic.serialized()), \(query), \(now), \(now)
            RETURNING id
            """, as: Int64.self)
        return try self.query(id ?? 0, of: userID, session)
    }

    /// Overwrites a query, its name too (aggregates §4.8).
    public func replace(
        _ id: Int64, name: String, topic: ReportTopic, query: [UInt8], of userID: Int64, _ session: borrowing Session
    ) throws -> SavedQuery {
        let changed = try session.run(
            """
            UPDATE \(raw: schema).saved_query
               SET name = \(name), topic = \(try topic.serialized()), query = \(query), updated = \(now)
             WHERE id = \(id) AND user_id = \(userID)
            """)
        guard changed == 1 else { throw Self.missing }
        return try self.query(id, of: userID, session)
    }

    public func deleteQuery(_ id: Int64, of userID: Int64, _ session: borrowing Session) throws {
        let gone = try session.run("DELETE FROM \(raw: schema).saved_query WHERE id = \(id) AND user_id = \(userID)")
        guard gone == 1 else { throw Self.missing }
    }

    private func readQueries(_ condition: SQL, _ session: borrowing Session) throws -> [SavedQuery] {
        try session.rows(
            "SELECT id, name, topic, query, created, updated FROM \(raw: schema).saved_query WHERE \(condition)",
            as: (Int64, String, [UInt8], [UInt8], Timestamp, Timestamp).self
        ).map { row in
            try SavedQuery.with {
                $0.id = row.0
                $0.name = row.1
                $0.topic = try ReportTopic(decoding: row.2)
                $0.query = row.3
                $0.createdAtUs = row.4.microseconds
                $0.updatedAtUs = row.5.microseconds
            }
        }
    }
}
