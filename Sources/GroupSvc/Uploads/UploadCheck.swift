import Contracts
import Ledger
import Postgres
import StateCopies

/// Checks a file of groups against what the copies know now.
struct UploadCheck: Sendable {
    let database: Database
    /// Brings the copies up to date before anything is called unknown (DESIGN §3, read your writes).
    let refresh: @Sendable (Set<GroupFileLookups.Kind>, Call) async throws -> Void

    func callAsFunction(
        _ payload: ArchivedPayload, fileName: String, scope: Scope, _ call: Call
    ) async throws -> GroupFile {
        let file = try GroupFile(payload.pieces(), name: fileName, try await lookups(scope, call))
        if file.isAccepted || file.unknown.isEmpty { return file }
        try await refresh(file.unknown, call)
        return try GroupFile(payload.pieces(), name: fileName, try await lookups(scope, call))
    }

    private func lookups(_ scope: Scope, _ call: Call) async throws -> GroupFileLookups {
        try await database.read(call) { session in
            let schools = try session.rows(
                "SELECT c.natural_id, c.id FROM school c WHERE \(scope.contains(school: "c"))",
                as: (String, Int64).self)
            let subjects = try session.rows("SELECT code, id FROM subject", as: (String, Int32).self)
            return GroupFileLookups(
                schools: Dictionary(schools, uniquingKeysWith: { first, _ in first }),
                schoolYears: Set(try session.rows("SELECT year FROM school_year", as: Int32.self)),
                subjects: Dictionary(
                    subjects.map { ($0.0.lowercased(), $0.1) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}
