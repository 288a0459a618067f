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
        try session.copyIn("COPY fact_target (exam_id, residuals) FROM STDIN (FORMAT binary)") { rows in
            for exam in scored { try rows.row(exam.id, packed(exam)) }
        }
    }

    /// As `unpacked_residuals` of the schema reads them.
    private static func packed(_ exam: ExamChange) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(exam.targetIDs.count * 12)
        for place in exam.targetIDs.indices {
            for value in [exam.targetIDs[place], exam.studentResiduals[place], exam.standardResiduals[place]] {
                withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }
}
