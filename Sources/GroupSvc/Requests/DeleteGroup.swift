import Access
import Clocks
import Contracts
import Feed
import Postgres
import StateCopies

/// Deletes a group softly: nobody sees it any more, an upload of the same key makes it live again (access §4.3).
///
/// Answers when nobody can be using its memberships any more, or after `patience`; the leases end that anyway.
/// - Throws: `Fault` `.forbidden` without `GROUP_WRITE`; `.notFound` for a group that is unknown, deleted or out of scope.
/// - Rule: Group R5.
struct DeleteGroup: Sendable {
    let database: Database
    let holders: Holders
    let trail: GroupTrail
    let clocks: Clocks
    let patience: Duration
    /// The feed of memberships has moved.
    let changed: @Sendable () -> Void

    private static let look: Duration = .milliseconds(20)

    func callAsFunction(_ ask: DeleteGroupRequest, _ call: Call) async throws -> Empty {
        let caller = try call.person()
        let scope = try caller.requireScope(of: .groupWrite)
        let change = try await database.transaction(call) { session -> Int64? in
            let found = try session.row(
                """
                SELECT g.id FROM student_group g JOIN school c ON c.id = g.school_id
                 WHERE g.id = \(ask.groupID) AND NOT g.deleted AND \(scope.contains(school: "c")) FOR UPDATE OF g
                """, as: Int64.self)
            guard found != nil else { return nil }
            try session.run(
                """
                INSERT INTO group_history (by_user_id, action, student_group)
                SELECT \(caller.userID), 'delete', g FROM student_group g WHERE g.id = \(ask.groupID)
                """)
            try trail.deleted(ask.groupID, call, session)
            try Holders.forget(session, schema: "groups")
            let change = try FeedOwner.stamp(session, schema: "groups", count: 1)
            try session.run(
                """
                UPDATE student_group SET deleted = true, updated = now(), change = \(change) WHERE id = \(ask.groupID)
                """)
            return change
        }
        guard let change else { throw Fault(.notFound, "there is no such group") }
        changed()
        let end = clocks.monotonic() + patience
        while try await !holders.haveReached(change, call) {
            guard clocks.monotonic() < end, call.remaining > Self.look * 3 else { break }
            try await Task.sleep(for: Self.look)
        }
        return Empty()
    }
}
