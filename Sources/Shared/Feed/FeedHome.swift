import Contracts
import Logging
import Postgres
import ServiceLifecycle

/// Begins a new epoch of an owner's feeds when its database lives elsewhere than when the present one began: it was
/// restored from a backup, or a standby took over. What was told before may not be in it, so every copy reads again from
/// the start (DESIGN §3).
///
/// Between the restore and the new epoch `FeedOwner.page` answers nothing. Setting `feed_head.home` to an empty text by
/// hand makes a new epoch begin within a second.
public struct FeedHome: Service {
    let database: Database
    let schema: String
    let log: Logger

    public init(database: Database, schema: String, log: Logger) {
        self.database = database
        self.schema = schema
        self.log = log
    }

    /// What the owner's migrations add to `feed_head`. A place is cluster, timeline, database and table; null means that
    /// no process has run on it yet.
    public static func sql(schema: String) -> String {
        """
        ALTER TABLE \(schema).feed_head ADD COLUMN home text;
        CREATE FUNCTION \(schema).present_home() RETURNS text LANGUAGE sql STABLE AS $$
            SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                             (SELECT timeline_id FROM pg_control_checkpoint()),
                             (SELECT oid FROM pg_database WHERE datname = current_database()),
                             '\(schema).feed_head'::regclass::oid)
        $$;
        """
    }

    /// Call it before the first page is served.
    ///
    /// - Returns: whether a new epoch has begun.
    @discardableResult
    public func settle(_ call: Call = .starting(budget: .seconds(10))) async throws -> Bool {
        let schema = schema
        let begun = try await database.transaction(call) { session in
            try session.row(
                """
                WITH old AS (SELECT epoch FROM \(raw: schema).feed_head)
                UPDATE \(raw: schema).feed_head
                   SET epoch = CASE WHEN home IS NULL THEN epoch ELSE gen_random_uuid() END,
                       home = \(raw: schema).present_home()
                 WHERE home IS DISTINCT FROM \(raw: schema).present_home()
                RETURNING epoch <> (SELECT epoch FROM old)
                """, as: Bool.self) ?? false
        }
        if begun { log.warning("the database was restored: a new epoch begins", metadata: ["schema": "\(schema)"]) }
        return begun
    }

    /// Looks every second: a database may be restored under a running process.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                // A database that cannot be reached is told of by everything else.
                _ = try? await settle(.starting(budget: .seconds(5)))
            }
        }
    }
}
