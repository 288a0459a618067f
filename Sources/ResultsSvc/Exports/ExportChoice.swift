import Access
import Contracts
import Postgres
import StateCopies

/// What a District / School Export is asked for, judged against the scope of individual results (results §4.7, access §2.7).
/// Rule: Results R21.
struct ExportChoice: Sendable {
    let query: ExportQuery
    /// The organizations whose results are wanted. All of them lie in the scope.
    let covered: Scope

    static let organizationLimit = 1_000
    static let longestName = 255

    /// - Throws: `Fault` `.malformed` for what makes no sense, `.notFound` for an organization that does not exist or lies
    ///   outside the scope: they look the same.
    init(_ ask: ExportQuery, in scope: Scope, _ session: borrowing Session) throws {
        let query = try Self.canonical(ask)
        self.query = query
        let year = query.schoolYear
        guard try session.row("SELECT true FROM school_year WHERE year = \(year)", as: Bool.self) == true else {
            throw Self.wrong("schoolYear", "is not a school year of this state")
        }
        if query.everything {
            covered = scope
            return
        }
        covered = .with {
            $0.districtGroupIDs = query.districtGroupIDs
            $0.districtIDs = query.districtIDs
            $0.schoolGroupIDs = query.schoolGroupIDs
            $0.schoolIDs = query.schoolIDs
        }
        guard try Self.isContained(covered, in: scope, session) else {
            throw Fault(.notFound, "One of the organizations is not available.")
        }
    }

    /// The query by itself, whoever asks: it may name what its maker may not use today.
    static func canonical(_ ask: ExportQuery) throws -> ExportQuery {
        var query = ask
        query.name = ask.name.trimmed
        guard (1...longestName).contains(query.name.unicodeScalars.count), !query.name.utf8.contains(0) else {
            throw wrong("name", "must have 1 to \(longestName) characters")
        }
        _ = try query.schoolYear.checkedSchoolYear()
        let ids = query.districtGroupIDs + query.districtIDs + query.schoolGroupIDs + query.schoolIDs
        guard query.everything ? ids.isEmpty : (1...organizationLimit).contains(ids.count) else {
            throw wrong("organizations", "must be everything, or 1 to \(organizationLimit) organizations")
        }
        query.districtGroupIDs = Set(query.districtGroupIDs).sorted()
        query.districtIDs = Set(query.districtIDs).sorted()
        query.schoolGroupIDs = Set(query.schoolGroupIDs).sorted()
        query.schoolIDs = Set(query.schoolIDs).sorted()
        return query
    }

    static func wrong(_ field: String, _ problem: String) -> Fault {
        Fault(.malformed, "\(field) \(problem)", violations: [.init(field: field, problem: problem)])
    }

    /// Does every organization of `inner` lie in `outer`? What `outer` names itself does so wherever it stands.
    static func isContained(_ inner: Scope, in outer: Scope, _ session: borrowing Session) throws -> Bool {
        if outer.statewide { return true }
        if inner.statewide { return false }
        guard Set(inner.districtGroupIDs).isSubset(of: outer.districtGroupIDs) else { return false }
        let districts = inner.districtIDs.filter { !outer.districtIDs.contains($0) }
        if !districts.isEmpty {
            let found = try session.rows(
                "SELECT id, district_group_id FROM district WHERE id = ANY(\(districts))", as: (Int64, Int64?).self)
            guard found.count == districts.count,
                found.allSatisfy({ outer.containsDistrict(id: $0.0, groupID: $0.1) })
            else { return false }
        }
        let groups = inner.schoolGroupIDs.filter { !outer.schoolGroupIDs.contains($0) }
        if !groups.isEmpty {
            let found = try session.rows(
                """
                SELECT DISTINCT school_group_id, district_id, district_group_id FROM school
                 WHERE school_group_id = ANY(\(groups))
                """, as: (Int64, Int64, Int64?).self)
            guard Set(found.map(\.0)).count == groups.count,
                found.allSatisfy({
                    outer.containsSchoolGroup(id: $0.0, districtID: $0.1, districtGroupID: $0.2)
                })
            else { return false }
        }
        let schools = inner.schoolIDs.filter { !outer.schoolIDs.contains($0) }
        if schools.isEmpty { return true }
        let found = try session.row(
            "SELECT count(*) FROM school c WHERE c.id = ANY(\(schools)) AND \(outer.contains(school: "c"))",
            as: Int64.self)
        return found == Int64(schools.count)
    }
}

extension ExportQuery {
    static let kind = "DistrictSchoolExport"

    /// What My Reports shows of it.
    var topic: ReportTopic {
        .with {
            $0.kind = Self.kind
            $0.schoolYears = [schoolYear]
        }
    }

    /// For the record: which results were asked for.
    var details: [String: String] {
        func list(_ ids: [Int64]) -> String { ids.map(String.init).joined(separator: " ") }
        return [
            "schoolYear": String(schoolYear), "newStudents": hideTransfers ? "hide" : "show",
            "everything": everything ? "yes" : "no", "districtGroups": list(districtGroupIDs),
            "districts": list(districtIDs), "schoolGroups": list(schoolGroupIDs), "schools": list(schoolIDs),
        ].filter { !$0.value.isEmpty }
    }
}
