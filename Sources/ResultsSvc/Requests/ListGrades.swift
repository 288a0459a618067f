import Access
import Contracts
import Postgres

/// The assessment grades with results that were taken at one school, over all years (results §4.1.2).
///
/// - Returns: grade codes in the order of the grade list; empty when the school has no visible result.
/// - Throws: `Fault` `.notFound` for a school that is unknown or out of scope.
struct ListGrades: Sendable {
    let gate: Gate

    func callAsFunction(_ ask: ListGradesRequest, _ call: Call) async throws -> GradeList {
        let scope = try call.caller.individualScope()
        let (grades, isWithheld, _) = try await gate.read(call, looked: { _ in .schoolGrades(ask.schoolID) }) {
            session, view in
            _ = try ChosenSchool.name(session, ask.schoolID, in: scope)
            return try session.rows(
                """
                SELECT DISTINCT a.grade FROM \(ExamRow.tables) WHERE e.school_id = \(ask.schoolID) AND \(view.visible)
                """, as: (String).self)
        }
        return .with {
            $0.grades = grades.sorted { Self.order($0) < Self.order($1) }
            $0.notice = isWithheld ? .withheld : .none
        }
    }

    private static func order(_ grade: String) -> Int { ExamCode.gradeOrder.firstIndex(of: grade) ?? .max }
}

extension CallerClaims? {
    /// The scope of individual results, which the school pages need (access §2.10).
    /// - Throws: `Fault` `.unauthenticated` or `.forbidden`.
    func individualScope() throws -> Scope {
        guard let self else { throw Fault(.unauthenticated, "a session is needed") }
        return try self.requireScope(of: .individualPIIRead)
    }
}
