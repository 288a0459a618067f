import Contracts
import Postgres

/// How each subject names and colours its scores. No student is looked at, so no record is made.
struct ListSubjects: Sendable {
    let database: Database
    let catalogue: SubjectCatalogue

    func callAsFunction(_ call: Call) async throws -> SubjectList {
        let content = try await database.read(call) { try catalogue.content($0) }
        return .with { $0.subjects = content.subjects }
    }
}
