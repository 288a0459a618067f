import Postgres

/// How far a copy has come; kept in the copy's own database, in the transaction of what was derived.
///
///     CREATE TABLE <schema>.feed_position (feed text PRIMARY KEY, epoch bytea NOT NULL, change bigint NOT NULL);
struct FeedPosition: Sendable, Equatable {
    /// Empty before the first page.
    var epoch: [UInt8]
    var change: Int64

    static let start = FeedPosition(epoch: [], change: 0)

    static func read(_ session: borrowing Session, _ schema: String, _ feed: String) throws -> FeedPosition {
        let row = try session.row(
            "SELECT epoch, change FROM \(raw: schema).feed_position WHERE feed = \(feed)", as: ([UInt8], Int64).self)
        return row.map { FeedPosition(epoch: $0.0, change: $0.1) } ?? .start
    }

    /// The same, and nobody else moves it until the transaction ends.
    static func lock(_ session: borrowing Session, _ schema: String, _ feed: String) throws -> FeedPosition {
        try session.run(
            """
            INSERT INTO \(raw: schema).feed_position (feed, epoch, change) VALUES (\(feed), \([] as [UInt8]), 0)
            ON CONFLICT (feed) DO NOTHING
            """)
        let row = try session.row(
            "SELECT epoch, change FROM \(raw: schema).feed_position WHERE feed = \(feed) FOR UPDATE",
            as: ([UInt8], Int64).self)
        return row.map { FeedPosition(epoch: $0.0, change: $0.1) } ?? .start
    }

    func store(_ session: borrowing Session, _ schema: String, _ feed: String) throws {
        try session.run(
            "UPDATE \(raw: schema).feed_position SET epoch = \(epoch), change = \(change) WHERE feed = \(feed)")
    }
}
