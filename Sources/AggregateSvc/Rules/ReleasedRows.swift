import Access
import Contracts
import EmbargoRule
import Postgres

/// Which rows of a report the embargo allows, for whom (aggregates §5, access §6.6). Rule: Aggregate R7.
///
/// A district or school row follows the district's effective value. The State row is shown when every district with
/// summative results of the year is released: its numbers hold all districts. Whoever holds EMBARGO_READ for the district
/// looks through; for the State row that right must be statewide.
struct ReleasedRows: Sendable {
    private struct Key: Hashable { var district: Int64; var year: Int32 }
    private let released: Set<Key>
    private let releasedForAll: Set<Int32>
    private let groupOfDistrict: [Int64: Int64]
    /// As of now: a stored report may name the district that a school was in when it was made.
    private let districtOfSchool: [Int64: Int64]

    /// For all rows of a layout. The copy of the embargo as of this transaction: use it under the lease only.
    init(_ layout: StoredLayout, _ session: borrowing Session) throws {
        let schools = layout.organizations.filter(Self.isSchool).map(\.id)
        districtOfSchool = Dictionary(
            try session.rows(
                "SELECT id, district_id FROM aggregate.school WHERE id = ANY(\(schools))", as: (Int64, Int64).self),
            uniquingKeysWith: { first, _ in first })
        let districts = Set(layout.organizations.filter { $0.id != 0 && !Self.isSchool($0) }.map(\.id))
            .union(districtOfSchool.values).sorted()
        let years = Set(layout.assessments.map(\.schoolYear)).sorted()
        let rule = ReleaseStatusSQL.isReleased(schema: "aggregate", year: "y.year", district: "d.id", kind: .aggregate)
        released = Set(
            try session.rows(
                """
                SELECT d.id, y.year FROM unnest(\(districts)) AS d(id), unnest(\(years)) AS y(year) WHERE \(raw: rule)
                """, as: (Int64, Int32).self
            ).map { Key(district: $0.0, year: $0.1) })
        // Where the State has released, no district has to be asked.
        let state = ReleaseStatusSQL.isReleasedByState(schema: "aggregate", year: "y.year", kind: .aggregate)
        let summatives = """
            EXISTS (SELECT FROM aggregate.tally t JOIN aggregate.assessment a ON a.id = t.assessment_id AND a.type = 3
                     WHERE t.school_year = y.year AND t.school_id = c.id AND t.attempts > 0)
            """
        releasedForAll = Set(
            try session.rows(
                """
                SELECT y.year FROM unnest(\(years)) AS y(year)
                 WHERE \(raw: state)
                    OR NOT EXISTS (SELECT FROM aggregate.district d
                                    WHERE NOT \(raw: rule)
                                      AND EXISTS (SELECT FROM aggregate.school c WHERE c.district_id = d.id AND \(raw: summatives)))
                   AND NOT EXISTS (SELECT FROM aggregate.tally t
                                     JOIN aggregate.assessment a ON a.id = t.assessment_id AND a.type = 3
                                     LEFT JOIN aggregate.school c ON c.id = t.school_id
                                    WHERE t.school_year = y.year AND t.attempts > 0 AND c.id IS NULL)
                """, as: Int32.self))
        let groups = try session.rows(
            "SELECT id, district_group_id FROM aggregate.district WHERE id = ANY(\(districts)) AND district_group_id IS NOT NULL",
            as: (Int64, Int64).self)
        groupOfDistrict = Dictionary(groups, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter organization: of a layout: the State, a district, or a school with its district.
    func isReleased(_ organization: ReportOrganization, year: Int32) -> Bool {
        if organization.id == 0 { return releasedForAll.contains(year) }
        guard let district = district(of: organization) else { return false }
        return released.contains(Key(district: district, year: year))
    }

    /// - Parameter reader: the scope of EMBARGO_READ of whoever looks.
    func isShown(_ organization: ReportOrganization, year: Int32, to reader: Scope?) -> Bool {
        if isReleased(organization, year: year) { return true }
        guard let reader else { return false }
        if organization.id == 0 { return reader.containsState }
        guard let district = district(of: organization) else { return false }
        return reader.containsDistrict(id: district, groupID: groupOfDistrict[district])
    }

    private static func isSchool(_ organization: ReportOrganization) -> Bool { organization.districtID != 0 }

    /// A school that nobody knows any more is released for nobody.
    private func district(of organization: ReportOrganization) -> Int64? {
        Self.isSchool(organization) ? districtOfSchool[organization.id] : organization.id
    }
}

extension ReleasedRows {
    /// The rows of a layout for which `isShown` says no.
    static func heldBack(
        _ layout: StoredLayout, _ isShown: (ReportOrganization, Int32) -> Bool
    ) -> HeldBackRows {
        var rows = HeldBackRows()
        for year in Set(layout.assessments.map(\.schoolYear)) {
            for (place, organization) in layout.organizations.enumerated() where !isShown(organization, year) {
                rows.insert(organization: place, year: year)
            }
        }
        return rows
    }
}
