import Access
import Contracts
import Postgres

/// Who answers for an upload, and where they may manage groups. It is kept with the upload, so that carrying it out later,
/// or again, uses the rights of that moment (access §4.10).
struct Uploader: Sendable, Equatable {
    var userID: Int64
    var login: String
    var role: String
    var sessionID: [UInt8]
    var scope: Scope

    /// - Throws: `Fault` `.forbidden` without `GROUP_WRITE`.
    init(_ caller: CallerClaims) throws {
        scope = try caller.requireScope(of: .groupWrite)
        (userID, login, role, sessionID) = (caller.userID, caller.login, caller.role, caller.sessionID)
    }

    /// As the audit names a person.
    var claims: CallerClaims {
        .with { ($0.userID, $0.login, $0.role, $0.sessionID) = (userID, login, role, sessionID) }
    }

    /// Of an upload; nil when there is no such upload.
    init?(ofUpload id: Int64, _ session: borrowing Session) throws {
        let row = try session.row(
            """
            SELECT user_id, login, role, session_id, statewide, district_group_ids, district_ids, school_group_ids, scope_school_ids
              FROM upload WHERE import_id = \(id)
            """, as: (Int64, String, String, [UInt8], Bool, [Int64], [Int64], [Int64], [Int64]).self)
        guard let row else { return nil }
        (userID, login, role, sessionID) = (row.0, row.1, row.2, row.3)
        scope = .with {
            $0.statewide = row.4
            $0.districtGroupIDs = row.5
            $0.districtIDs = row.6
            $0.schoolGroupIDs = row.7
            $0.schoolIDs = row.8
        }
    }
}
