import Contracts
import Postgres

/// The owner's side of a feed: numbers for changed rows, pages for those who copy them (DESIGN §3).
///
/// One counter per schema, made by the owner's migration:
///
///     CREATE TABLE <schema>.feed_head (
///         one boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_head_one CHECK (one),
///         epoch uuid NOT NULL DEFAULT gen_random_uuid(),
///         change bigint NOT NULL DEFAULT 0);
///     INSERT INTO <schema>.feed_head DEFAULT VALUES;
///
/// and given its place by `FeedHome.sql`. Every replicated table has `change bigint NOT NULL` with a unique index. A row
/// that goes stays as a tombstone.
public enum FeedOwner {
    /// The largest page that may be asked for.
    public static let pageLimit: Int32 = 5_000

    /// Takes `count` numbers for rows that this transaction changes.
    ///
    /// The counter stays locked until the transaction ends, so numbers are in the order of the commits: call it as late
    /// as possible, and in READ COMMITTED, where waiting for it is not a conflict.
    /// - Returns: the first number.
    public static func stamp(_ session: borrowing Session, schema: String, count: Int) throws -> Int64 {
        precondition((0...10_000_000).contains(count), "a batch of changes has at most ten million rows")
        let first = try session.row(
            """
            UPDATE \(raw: schema).feed_head SET change = change + \(Int64(count))
            RETURNING change - \(Int64(count)) + 1
            """, as: Int64.self)
        guard let first else { throw FeedProblem.noHead(schema: schema) }
        return first
    }

    /// One page of a feed, from one moment of the database: call it inside `Database.read`.
    ///
    /// - Parameter rows: reads `change` and row of up to `limit` rows with `change > after`, in order of `change`,
    ///   tombstones included.
    /// - Throws: `Fault` `.malformed` for a limit outside 1…5000 or a negative position; `.unavailable` while the database
    ///   has just been restored and no new epoch has begun (`FeedHome`).
    public static func page<Row>(
        _ session: borrowing Session, schema: String, _ ask: ChangesRequest,
        rows: (_ session: borrowing Session, _ after: Int64, _ limit: Int64) throws -> [(change: Int64, row: Row)]
    ) throws -> (page: FeedPage, rows: [Row]) {
        guard (1...pageLimit).contains(ask.limit) else {
            throw Fault(
                .malformed, "the limit of a page", violations: [.init(field: "limit", problem: "must be 1 to 5000")])
        }
        guard ask.after >= 0 else {
            throw Fault(
                .malformed, "the position", violations: [.init(field: "after", problem: "must not be negative")])
        }
        let head = try session.row(
            """
            SELECT epoch, change, home IS NULL OR home = \(raw: schema).present_home() FROM \(raw: schema).feed_head
            """, as: ([UInt8], Int64, Bool).self)
        guard let (epoch, change, isSettled) = head else { throw FeedProblem.noHead(schema: schema) }
        guard isSettled else {
            throw Fault(.unavailable, "the database was restored a moment ago", retryAfterMilliseconds: 1_000)
        }
        var page = FeedPage()
        page.epoch = epoch
        page.head = change
        if ask.after > 0, ask.epoch != epoch || change < ask.after {
            // A position from before a restore: the asker begins again.
            page.more = true
            return (page, [])
        }
        let limit = Int64(ask.limit)
        let found = try rows(session, ask.after, limit + 1)
        page.more = found.count > Int(limit)
        let taken = found.prefix(Int(limit))
        page.through = page.more ? taken.last?.change ?? ask.after : change
        return (page, taken.map(\.row))
    }
}

/// A schema without the tables that a feed needs.
public enum FeedProblem: Error, Equatable, CustomStringConvertible {
    case noHead(schema: String)
    /// The owner's page contradicts what was asked.
    case badPage(feed: String)

    public var description: String {
        switch self {
        case .noHead(let schema): "\(schema).feed_head has no row"
        case .badPage(let feed): "the owner of \(feed) sent a page that makes no sense"
        }
    }
}
