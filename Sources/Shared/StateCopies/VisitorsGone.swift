import Contracts
import Feed
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Removes what a sandbox visitor left behind once the session has ended, by log-off or by time (access §7).
///
/// It follows Identity's feed of ended sessions, so that an end is acted on even when this service was down at that time.
public enum VisitorsGone {
    /// - Parameter remove: takes away what these users own; runs in the transaction of the feed's position, and may hear of
    ///   the same user again.
    public static func service(
        of identity: IdentityClient, events: [String], in database: Database, schema: String, _ parts: ServiceParts,
        remove: @escaping @Sendable (borrowing Session, [Int64]) throws -> Void
    ) throws -> some Service {
        FeedCopy<SessionEndRow>(
            "sessions", database: database, schema: schema, clocks: parts.clocks,
            hints: try parts.hints(of: "sessions", at: events), metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await identity.sessionChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            },
            apply: { session, rows in
                let visitors = rows.filter(\.sandbox).map(\.userID)
                if !visitors.isEmpty { try remove(session, visitors) }
            },
            // Ends are never taken back, so nothing is emptied when the feed begins anew.
            clear: { _ in })
    }
}
