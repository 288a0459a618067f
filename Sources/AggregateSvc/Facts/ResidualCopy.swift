import Contracts
import Postgres

/// The residuals of facts, kept with them: what goes and comes there goes and comes here.
enum ResidualCopy {
    /// - Parameters:
    ///   - ids: of all exams of a page; what is there of them goes.
    ///   - facts: those of them that are facts now.
    static func replace(of ids: [Int64], by facts: [ExamChange], _ session: borrowing Session) throws {
        try session.run("DELETE FROM fact_target WHERE exam_id = ANY(\(ids))")
        let scored = facts.filter { exam in
            // Lists that are not parallel come from nobody; they would be no residuals.
            let count = exam.targetIDs.count
            return count > 0 && exam.studentResiduals.count == count && exam.standardResiduals.count == count
        }
        if scored.isEmpty { return }
        try session.copyIn("COPY fact_target (exam_id, targets, student, standard) FROM STDIN (FORMAT binary)") {
            rows in
            for exam in scored {
                try rows.row(exam.id, exam.targetIDs, exam.studentResiduals, exam.standardResiduals)
            }
        }
    }
}
