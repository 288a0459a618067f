import Access
import Contracts
import Postgres

/// The second wall: the settings that the row-level security of `results_reader` reads (V0001_results.sql).
///
/// It is built apart from the gate's predicate, so that a fault in one is not a fault in the other.
struct Wall: Sendable {
    let individual: Scope?
    let preview: Scope?
    let transfer: Bool
    let leaseIsHeld: Bool

    /// Puts the settings into this transaction, and into no other.
    func raise(_ session: borrowing Session) throws {
        let statewide = individual?.statewide == true
        let schools = statewide ? [] : try schoolsInScope(session)
        let districts = try previewDistricts(session)
        _ = try session.row(
            """
            SELECT set_config('ers.statewide', \(statewide ? "on" : "off"), true),
                   set_config('ers.schools', (\(schools)::bigint[])::text, true),
                   set_config('ers.transfer', \(transfer ? "on" : "off"), true),
                   set_config('ers.lease', \(leaseIsHeld ? "on" : "off"), true),
                   set_config('ers.preview', \(districts), true)
            """, as: (String, String, String, String, String).self)
    }

    private func schoolsInScope(_ session: borrowing Session) throws -> [Int64] {
        guard let scope = individual else { return [] }
        return try session.rows(
            """
            SELECT id FROM school WHERE id = ANY(\(scope.schoolIDs))
            UNION SELECT id FROM school WHERE district_id = ANY(\(scope.districtIDs))
            UNION SELECT id FROM school WHERE district_group_id = ANY(\(scope.districtGroupIDs))
            UNION SELECT id FROM school WHERE school_group_id = ANY(\(scope.schoolGroupIDs))
            """, as: (Int64).self)
    }

    private func previewDistricts(_ session: borrowing Session) throws -> String {
        guard let scope = preview, !scope.isEmpty else { return "none" }
        if scope.statewide { return "all" }
        let ids = try session.rows(
            """
            SELECT id FROM district WHERE id = ANY(\(scope.districtIDs)) OR district_group_id = ANY(\(scope.districtGroupIDs))
            """, as: (Int64).self)
        return "{" + ids.map(String.init).joined(separator: ",") + "}"
    }
}
