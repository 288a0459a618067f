import Audit
import Contracts
import Crypto
import Postgres
import Reports

/// Who asked for, got, took away and deleted which report (access §8.1). Its words are codes and ids: no name that somebody
/// typed, and no result.
struct ReportTrail: Sendable {
    private let audit = AuditTrail(schema: "aggregate")

    func requested(_ id: Int64, _ query: AggregateQuery, _ call: Call, _ session: borrowing Session) throws {
        try record("report.requested", id, query.auditDetails, call, session)
    }

    /// - Parameters:
    ///   - rows: nil when nothing was stored.
    ///   - digest: of what was stored.
    ///   - maker: for whom it was made, with the rights of that moment.
    func produced(
        _ id: Int64, _ query: AggregateQuery, rows: Int64?, digest: SHA256Digest, for maker: CallerClaims,
        _ session: borrowing Session
    ) throws {
        var call = Call.starting(budget: .seconds(10))
        call.caller = maker
        var details = query.auditDetails
        details["rows"] = String(rows ?? 0)
        if rows != nil { details["sha256"] = Hex.lower(digest) }
        try record("report.produced", id, details, call, session)
    }

    /// - Parameter file: which of its files.
    func downloaded(_ id: Int64, file: String, rows: Int64, _ call: Call, _ session: borrowing Session) throws {
        try record("report.downloaded", id, ["file": file, "rows": String(rows)], call, session)
    }

    func deleted(_ id: Int64, _ call: Call, _ session: borrowing Session) throws {
        try record("report.deleted", id, [:], call, session)
    }

    private func record(
        _ name: String, _ id: Int64, _ details: [String: String], _ call: Call, _ session: borrowing Session
    ) throws {
        try audit.record(session, call, AuditEvent(name, details: details.merging(["report": String(id)]) { $1 }))
    }
}

extension AggregateQuery {
    /// What was asked for, without what is empty.
    fileprivate var auditDetails: [String: String] {
        func list(_ values: [some CustomStringConvertible]) -> String {
            values.map(\.description).joined(separator: " ")
        }
        func filters(_ filters: [StudentFilter]) -> String { filters.map(Self.codes).joined(separator: " or ") }
        let places = [
            (includeState, "state"), (includeAllDistricts, "all districts"),
            (includeAllSchoolsOfDistricts, "schools of districts"),
            (includeAllDistrictsOfSchools, "districts of schools"),
        ]
        return [
            "type": type, "assessmentType": assessmentType, "subjects": list(subjects), "grades": list(grades),
            "schoolYears": list(schoolYears),
            "places": places.filter(\.0).map(\.1).joined(separator: ", "), "districts": list(districtIDs),
            "schools": list(schoolIDs), "completeness": list(completenesses), "conditions": list(conditions),
            "subgroups": customized ? filters(subgroups) : list(dimensions),
            "filter": filter.map(Self.codes) ?? "",
            "claims": claims.map { "\($0.subject): \(list($0.codes))" }.joined(separator: "; "),
        ].filter { !$0.value.isEmpty }
    }

    private static func codes(_ filter: StudentFilter) -> String {
        FilterText.codes(filter) { $0.attributeName }
    }
}
