import Clocks
import Contracts
import Feed
import Metrics
import Postgres
import Support
import Synchronization
import Testing

/// A row of the owner as it travels.
struct Thing: Sendable, Equatable {
    var id: Int64
    var value: Int64
    var deleted: Bool
    var change: Int64
}

/// An owner with a table of things, and a copy of it in another schema.
struct Things: Sendable {
    static let owner = Migrations(
        schema: "owner",
        scripts: [
            (
                "V0001_thing",
                """
                CREATE TABLE owner.feed_head (
                    one boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_head_one CHECK (one),
                    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
                    change bigint NOT NULL DEFAULT 0
                );
                INSERT INTO owner.feed_head DEFAULT VALUES;
                CREATE TABLE owner.thing (
                    id bigint PRIMARY KEY, value bigint NOT NULL, deleted boolean NOT NULL DEFAULT false, change bigint NOT NULL
                );
                CREATE UNIQUE INDEX thing_change ON owner.thing (change);
                """
            ), ("V0002_feed_home", FeedHome.sql(schema: "owner")),
        ])
    static let copy = Migrations(
        schema: "copy",
        scripts: [
            (
                "V0001_thing",
                """
                CREATE TABLE copy.feed_position (feed text PRIMARY KEY, epoch bytea NOT NULL, change bigint NOT NULL);
                CREATE TABLE copy.thing (id bigint PRIMARY KEY, value bigint NOT NULL);
                -- Every change that was ever applied since the copy was last emptied: twice is an error.
                CREATE TABLE copy.applied (change bigint PRIMARY KEY);
                """
            )
        ])

    let owner: Database
    let copy: Database
    let temporary: TemporaryDatabase

    static func with(_ body: (Things) async throws -> Void) async throws {
        try await withTemporaryServer([owner, copy]) { temporary in
            let things = Things(
                owner: temporary.open(as: "owner", connections: 4), copy: temporary.open(as: "copy", connections: 4),
                temporary: temporary)
            do {
                try await body(things)
                await things.close()
            } catch {
                await things.close()
                throw error
            }
        }
    }

    var home: FeedHome { FeedHome(database: owner, schema: "owner", log: .quiet) }

    /// What a restore changes is where the owner's database lives; here the memory of it is changed instead.
    static func moveElsewhere(_ session: borrowing Session) throws {
        try session.run("UPDATE owner.feed_head SET home = 'elsewhere'")
    }

    private func close() async {
        await owner.close()
        await copy.close()
    }

    /// Sets values (nil: tombstone) in one transaction.
    func set(_ values: [Int64: Int64?]) async throws {
        try await owner.transaction(.test()) { session in
            let first = try FeedOwner.stamp(session, schema: "owner", count: values.count)
            for (offset, id) in values.keys.sorted().enumerated() {
                let value = values[id] ?? nil
                try session.run(
                    """
                    INSERT INTO owner.thing (id, value, deleted, change)
                    VALUES (\(id), \(value ?? 0), \(value == nil), \(first + Int64(offset)))
                    ON CONFLICT (id) DO UPDATE
                       SET value = EXCLUDED.value, deleted = EXCLUDED.deleted, change = EXCLUDED.change
                    """)
            }
        }
    }

    /// The owner's answer to a question about changes.
    @Sendable func changes(_ ask: ChangesRequest, _ call: Call) async throws -> (FeedPage, [Thing]) {
        let answer = try await owner.read(call) { session in
            try FeedOwner.page(session, schema: "owner", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT id, value, deleted, change FROM owner.thing WHERE change > \(after)
                     ORDER BY change LIMIT \(limit)
                    """, as: (Int64, Int64, Bool, Int64).self
                ).map { (change: $0.3, row: Thing(id: $0.0, value: $0.1, deleted: $0.2, change: $0.3)) }
            }
        }
        return (answer.page, answer.rows)
    }

    @Sendable static func apply(_ session: borrowing Session, _ rows: [Thing]) throws {
        try session.run("INSERT INTO copy.applied SELECT unnest(\(rows.map(\.change)))")
        let gone = rows.filter(\.deleted).map(\.id)
        try session.run("DELETE FROM copy.thing WHERE id = ANY(\(gone))")
        let present = rows.filter { !$0.deleted }
        try session.run(
            """
            INSERT INTO copy.thing SELECT * FROM unnest(\(present.map(\.id)), \(present.map(\.value)))
            ON CONFLICT (id) DO UPDATE SET value = EXCLUDED.value
            """)
    }

    @Sendable static func clear(_ session: borrowing Session) throws {
        try session.run("DELETE FROM copy.thing")
        try session.run("DELETE FROM copy.applied")
    }

    func follower(
        clocks: Clocks = .system, hints: AsyncStream<Void>? = nil, poll: Duration = .seconds(3600), limit: Int32 = 100,
        holder: String = "", metrics: Metrics = Metrics(service: "test"), database: Database? = nil,
        settle: @escaping @Sendable (Duration) async throws -> Void = { _ in },
        fetch: (@Sendable (ChangesRequest, Call) async throws -> (FeedPage, [Thing]))? = nil
    ) -> FeedCopy<Thing> {
        FeedCopy(
            "things", database: database ?? copy, schema: "copy", clocks: clocks, hints: hints, poll: poll,
            limit: limit,
            holder: holder, metrics: metrics, log: .quiet, fetch: fetch ?? changes, apply: Things.apply,
            clear: Things.clear, settle: settle)
    }

    func owned() async throws -> [Int64: Int64] {
        let rows = try await owner.read(.test()) { session in
            try session.rows("SELECT id, value FROM owner.thing WHERE NOT deleted", as: (Int64, Int64).self)
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func copied() async throws -> [Int64: Int64] {
        let rows = try await copy.read(.test()) { session in
            try session.rows("SELECT id, value FROM copy.thing", as: (Int64, Int64).self)
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}

/// Counts, from any thread.
final class Tally: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    @discardableResult
    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}

/// Opens once; who waits before that waits for it.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let opener: AsyncStream<Void>.Continuation
    init() { (stream, opener) = AsyncStream.makeStream(of: Void.self) }
    func open() { opener.finish() }
    func wait() async { for await _ in stream {} }
}
