import Contracts
import Postgres

extension Scope {
    /// `inScope(P, s)` of access §2.3 as a condition over a service's copy of the schools.
    ///
    /// - Parameter school: the alias of table `school` in the query.
    public func contains(school: String) -> SQL {
        if statewide { return "true" }
        return """
            (\(raw: school).district_id = ANY(\(districtIDs)) OR \(raw: school).id = ANY(\(schoolIDs))
             OR \(raw: school).district_group_id = ANY(\(districtGroupIDs))
             OR \(raw: school).school_group_id = ANY(\(schoolGroupIDs)))
            """
    }
}
