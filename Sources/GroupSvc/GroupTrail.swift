import Audit
import Contracts
import Postgres

/// The audit records of GroupSvc (access §8.1). Rule: Group R7.
struct GroupTrail: Sendable {
    let audit: AuditTrail

    func uploaded(
        _ importID: Int64, by uploader: Uploader, fileName: String, digest: String, length: Int, status: String,
        _ call: Call, _ session: borrowing Session
    ) throws {
        try audit.record(
            session, by: uploader.claims, request: call.requestID,
            AuditEvent(
                "groups.upload",
                details: [
                    "import": "\(importID)", "file": fileName, "digest": digest, "bytes": "\(length)", "status": status,
                ]))
    }

    func applied(
        _ importID: Int64, by uploader: Uploader, groups: Int64, added: Int64, removed: Int64, _ call: Call,
        _ session: borrowing Session
    ) throws {
        try audit.record(
            session, by: uploader.claims, request: call.requestID,
            AuditEvent(
                "groups.applied",
                details: [
                    "import": "\(importID)", "groups": "\(groups)", "studentsAdded": "\(added)",
                    "studentsRemoved": "\(removed)",
                ]))
    }

    func deleted(_ groupID: Int64, _ call: Call, _ session: borrowing Session) throws {
        try audit.record(session, call, AuditEvent("groups.delete", details: ["group": "\(groupID)"]))
    }
}
