import Contracts
import Postgres

/// A service's copy of schools and districts, in tables `school` and `district` of its schema.
public enum OrganizationCopy {
    public static func apply(_ session: borrowing Session, _ rows: [OrganizationRow]) throws {
        let gone = rows.filter(\.deleted).map(\.id)
        if !gone.isEmpty {
            _ = try session.run("DELETE FROM school WHERE id = ANY(\(gone))")
            _ = try session.run("DELETE FROM district WHERE id = ANY(\(gone))")
        }
        let districts = rows.filter { !$0.deleted && $0.kind == "District" }
        if !districts.isEmpty {
            _ = try session.run(
                """
                INSERT INTO district (id, natural_id, name, district_group_id)
                SELECT r.id, r.natural_id, r.name, nullif(r.district_group_id, 0)
                  FROM unnest(\(districts.map(\.id)), \(districts.map(\.naturalID)), \(districts.map(\.name)),
                              \(districts.map(\.districtGroupID))) AS r(id, natural_id, name, district_group_id)
                ON CONFLICT (id) DO UPDATE SET natural_id = excluded.natural_id, name = excluded.name,
                    district_group_id = excluded.district_group_id
                """)
        }
        let schools = rows.filter { !$0.deleted && $0.kind == "School" }
        if !schools.isEmpty {
            _ = try session.run(
                """
                INSERT INTO school (id, natural_id, name, district_id, district_group_id, school_group_id)
                SELECT r.id, r.natural_id, r.name, r.district_id, nullif(r.district_group_id, 0), nullif(r.school_group_id, 0)
                  FROM unnest(\(schools.map(\.id)), \(schools.map(\.naturalID)), \(schools.map(\.name)),
                              \(schools.map(\.districtID)), \(schools.map(\.districtGroupID)), \(schools.map(\.schoolGroupID)))
                       AS r(id, natural_id, name, district_id, district_group_id, school_group_id)
                ON CONFLICT (id) DO UPDATE SET natural_id = excluded.natural_id, name = excluded.name,
                    district_id = excluded.district_id, district_group_id = excluded.district_group_id,
                    school_group_id = excluded.school_group_id
                """)
        }
    }

    public static func clear(_ session: borrowing Session) throws {
        _ = try session.run("DELETE FROM school")
        _ = try session.run("DELETE FROM district")
    }
}
