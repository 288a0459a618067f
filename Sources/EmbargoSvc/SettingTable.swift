import Access
import Contracts
import EmbargoRule
import Postgres

/// The settings and the copies, read for one request.
enum SettingTable {
    static let years: ClosedRange<Int32> = 2000...2100

    /// Keys of Identity's settings that are used here.
    static let stateCode = "state.code"
    static let stateName = "state.name"
    static let currentSchoolYear = "schoolYear.current"

    static func setting(_ key: String, _ session: borrowing Session) throws -> String? {
        try session.row("SELECT value FROM embargo.state_setting WHERE key = \(key)", as: String.self)
    }

    /// Nil when the copy does not know the year.
    static func year(_ year: Int32, _ session: borrowing Session) throws -> EmbargoYear? {
        guard
            let embargoed = try session.row(
                "SELECT embargoed_by_default FROM embargo.school_year WHERE year = \(year)", as: Bool.self)
        else { return nil }
        var result = EmbargoYear(
            year: year, yearDefault: embargoed ? .embargoed : .released,
            stateName: try setting(stateName, session) ?? "")
        let rows = try session.rows(
            "SELECT district_id, kind, value, version FROM embargo.embargo_setting WHERE school_year = \(year)",
            as: (Int64, Int16, Int16, Int64).self)
        for (districtID, kind, value, version) in rows {
            guard let kind = ResultKind(rawValue: kind), let status = ReleaseStatus(rawValue: value) else { continue }
            result.settings[.init(districtID: districtID, kind: kind)] = .init(status: status, version: version)
        }
        return result
    }

    /// The districts that a writer sees, by name: those in the scope, all when it is statewide.
    static func districts(in writer: Scope, _ session: borrowing Session) throws -> [EmbargoYear.District] {
        let rows = try session.rows(
            "SELECT id, name, district_group_id FROM embargo.district ORDER BY lower(name), id",
            as: (Int64, String, Int64?).self)
        return rows.filter { EmbargoRights.maySeeDistrict(writer, id: $0.0, groupID: $0.2) }.map {
            EmbargoYear.District(id: $0.0, name: $0.1, groupID: $0.2)
        }
    }

    static func district(_ id: Int64, _ session: borrowing Session) throws -> EmbargoYear.District? {
        try session.row(
            "SELECT id, name, district_group_id FROM embargo.district WHERE id = \(id)",
            as: (Int64, String, Int64?).self
        ).map { EmbargoYear.District(id: $0.0, name: $0.1, groupID: $0.2) }
    }

    /// What outside parties call an organization, 0 being the State; nil when the copy does not know it.
    static func naturalID(of districtID: Int64, _ session: borrowing Session) throws -> String? {
        if districtID == 0 { return try setting(stateCode, session) }
        let found = try session.row(
            "SELECT natural_id FROM embargo.district WHERE id = \(districtID)", as: String?.self)
        return found.flatMap(\.self)
    }

    /// The years to choose from, the newest first: the current one, and every year of which something is still held back
    /// in the State or a district (access §6.3).
    static func years(current: Int32, _ session: borrowing Session) throws -> [Int32] {
        let held = ResultKind.allCases.map { kind -> SQL in
            """
            EXISTS (SELECT FROM (SELECT 0::bigint AS id UNION ALL SELECT id FROM embargo.district) d
                     WHERE NOT \(raw: ReleaseStatusSQL.isReleased(
                         schema: "embargo", year: "y.year", district: "d.id", kind: kind)))
            """
        }
        return try session.rows(
            """
            SELECT y.year FROM embargo.school_year y
             WHERE y.year = \(current) OR \(held.joined(separator: " OR "))
             ORDER BY y.year DESC
            """, as: Int32.self)
    }
}
