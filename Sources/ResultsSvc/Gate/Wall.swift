import Access
import Contracts
import Postgres

/// The second wall: the settings that the row-level security of `results_reader` reads (V0001_results.sql,
/// V0004_memberships.sql, V0013_pages.sql).
///
/// It is built apart from the gate's predicate, so that a fault in one is not a fault in the other.
struct Wall: Sendable {
    let rights: Gate.Rights

    init(_ rights: Gate.Rights) { self.rights = rights }

    /// Puts the settings into this transaction, and into no other.
    func raise(_ session: borrowing Session) throws {
        let individual = try reach(rights.individual, session)
        let group = try reach(rights.group, session)
        let groups = try groups(session)
        let preview = try preview(session)
        _ = try session.row(
            """
            SELECT set_config('ers.statewide', \(individual.statewide), true),
                   set_config('ers.schools', (\(individual.schools)::bigint[])::text, true),
                   set_config('ers.group_statewide', \(group.statewide), true),
                   set_config('ers.group_schools', (\(group.schools)::bigint[])::text, true),
                   set_config('ers.groups', (\(groups)::bigint[])::text, true),
                   set_config('ers.transfer', \(rights.transfer ? "on" : "off"), true),
                   set_config('ers.lease', \(rights.leases.embargo ? "on" : "off"), true),
                   set_config('ers.preview_all', \(preview.all), true),
                   set_config('ers.preview_districts', (\(preview.districts)::bigint[])::text, true)
            """, as: (String, String, String, String, String, String, String, String, String).self)
    }

    /// Whether a scope is the whole state, and otherwise the schools in it.
    private func reach(
        _ scope: Scope?, _ session: borrowing Session
    ) throws -> (statewide: String, schools: [Int64]) {
        guard let scope else { return ("off", []) }
        if scope.statewide { return ("on", []) }
        let schools = try session.rows(
            """
            SELECT id FROM school WHERE id = ANY(\(scope.schoolIDs))
            UNION SELECT id FROM school WHERE district_id = ANY(\(scope.districtIDs))
            UNION SELECT id FROM school WHERE district_group_id = ANY(\(scope.districtGroupIDs))
            UNION SELECT id FROM school WHERE school_group_id = ANY(\(scope.schoolGroupIDs))
            """, as: (Int64).self)
        return ("off", schools)
    }

    /// The groups that name the caller; none while nobody can say who is in them.
    private func groups(_ session: borrowing Session) throws -> [Int64] {
        guard rights.leases.memberships, rights.group != nil else { return [] }
        return try session.rows(
            "SELECT group_id FROM group_login WHERE login = \(rights.groupLogin) AND login <> ''", as: (Int64).self)
    }

    /// Whether every embargo may be looked through, and otherwise those of which districts.
    private func preview(_ session: borrowing Session) throws -> (all: String, districts: [Int64]) {
        guard let scope = rights.preview, !scope.isEmpty else { return ("off", []) }
        if scope.statewide { return ("on", []) }
        let ids = try session.rows(
            """
            SELECT id FROM district WHERE id = ANY(\(scope.districtIDs)) OR district_group_id = ANY(\(scope.districtGroupIDs))
            """, as: (Int64).self)
        return ("off", ids)
    }
}
