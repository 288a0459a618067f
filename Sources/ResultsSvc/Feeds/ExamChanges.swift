import Contracts
import Feed
import Postgres

/// One page of the feed of results, with the student's attributes as they came with each (DESIGN §3).
///
/// A result without an overall score and level is told like a deleted one: it counts nowhere (aggregates §1.2).
struct ExamChanges: Sendable {
    let database: Database

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> ExamChangesPage {
        let (page, rows) = try await database.read(call) { session in
            // A plan made while the table was empty would scan it for ever.
            try session.script("SET LOCAL enable_seqscan = off")
            return try FeedOwner.page(session, schema: "results", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, id, deleted, assessment_id, student_id, school_id, school_year, type, completed_at,
                           enrolled_grade, completeness, condition, scale_score_milli, level, elas, coalesce(language, ''),
                           military, lep, iep, section504, migrant, economic_disadvantage, coalesce(claim_levels, '{}'),
                           CASE WHEN type = 3 AND NOT deleted THEN targets END
                      FROM exam WHERE change > \(after) ORDER BY change LIMIT \(limit)
                    """,
                    as: (
                        Int64, Int64, Bool, Int32, Int64, Int64, Int32, Int16, Timestamp, String, Int16?, Int16?,
                        Int64?, Int16?, Int16?, String, Int16?, Bool?, Bool?, Bool?, Bool?, Bool?,
                        [Int16?], [UInt8]?
                    ).self
                ).map { row in
                    (
                        change: row.0,
                        row: try ExamChange.with {
                            $0.change = row.0
                            $0.id = row.1
                            guard !row.2, let score = row.12, let level = row.13 else {
                                $0.deleted = true
                                return
                            }
                            $0.assessmentID = Int64(row.3)
                            $0.studentID = row.4
                            $0.schoolID = row.5
                            $0.schoolYear = row.6
                            $0.type = ExamCode.types[row.7] ?? ""
                            $0.completedAtUs = row.8.microseconds
                            $0.enrolledGrade = row.9
                            $0.completeness = row.10.flatMap { ExamCode.completenesses[$0] } ?? ""
                            $0.condition = row.11.flatMap { ExamCode.conditions[$0] } ?? ""
                            $0.scaleScoreMilli = score
                            $0.level = Int32(level)
                            $0.elas = row.14.flatMap(ExamCodes.elas.code) ?? ""
                            $0.language = row.15
                            $0.military = row.16.flatMap(ExamCodes.military.code) ?? ""
                            $0.lep = Stated(row.17)
                            $0.iep = Stated(row.18)
                            $0.section504 = Stated(row.19)
                            $0.migrant = Stated(row.20)
                            $0.economicDisadvantage = Stated(row.21)
                            $0.claimLevels = row.22.map { Int32($0 ?? 0) }
                            if let targets = row.23 { Self.add(try ExamPacking.targets(targets), to: &$0) }
                        }
                    )
                }
            }
        }
        return .with {
            $0.page = page
            $0.rows = rows
        }
    }
}

extension ExamChanges {
    /// Residuals of a target are told where both are known (aggregates §1.2). They lie between -1 and 1; what is far outside is
    /// no residual.
    private static func add(_ scores: [ExamDraft.TargetScore], to exam: inout ExamChange) {
        func millionths(_ residual: Double?) -> Int32? {
            guard let residual, (-1_000...1_000).contains(residual) else { return nil }
            return Int32((residual * 1_000_000).rounded())
        }
        for score in scores {
            guard let student = millionths(score.studentRelative), let standard = millionths(score.standardMet) else {
                continue
            }
            exam.targetIDs.append(score.targetID)
            exam.studentResiduals.append(student)
            exam.standardResiduals.append(standard)
        }
    }
}

extension Stated {
    init(_ answer: Bool?) { self = answer.map { $0 ? .yes : .no } ?? .nothing }
}
