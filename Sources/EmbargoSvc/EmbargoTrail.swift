import Audit
import Contracts
import EmbargoRule
import Postgres

/// The audit records of EmbargoSvc: one per effective change (access §6.9, §8.1). Rule: Embargo R5.
struct EmbargoTrail: Sendable {
    let audit: AuditTrail

    func changed(
        year: Int32, districtID: Int64, kind: ResultKind, from old: ReleaseStatus?, to new: ReleaseStatus,
        effectiveBefore: ReleaseStatus, _ caller: CallerClaims, _ call: Call, _ session: borrowing Session
    ) throws {
        try audit.record(
            session, call,
            AuditEvent(
                "embargo.change",
                details: [
                    "schoolYear": "\(year)", "district": "\(districtID)", "kind": "\(kind)",
                    "from": old.map { "\($0)" } ?? "unset", "to": "\(new)", "effectiveBefore": "\(effectiveBefore)",
                ]))
    }

    /// The history names people: who took it away is on record.
    func readHistory(year: Int32, _ call: Call, _ session: borrowing Session) throws {
        try audit.record(
            session, call,
            AuditEvent("embargo.history", details: ["schoolYear": year == 0 ? "all" : "\(year)", "file": "csv"]))
    }
}
