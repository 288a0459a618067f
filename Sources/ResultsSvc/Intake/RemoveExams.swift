import Calendar
import Contracts
import Crypto
import Foundation
import Ledger
import Postgres

/// Removes many results at once: those of an operator's choice, as if each had been reset now (ingest §11.4).
///
/// They are marked as deleted and stay for the audit; what they were is in the history; students take their data and
/// school from what they have left. An import of its own records the choice and who made it. The number is checked before:
/// it must be what the operator saw; and after: nothing of the choice may be left. A later transmission brings a result
/// back, an earlier one does not.
///
/// - Throws: `Fault` `.malformed`, also for more than `limit` results; `.conflict` when the number is another one.
struct RemoveExams: Sendable {
    let database: Database
    let trail: IntakeTrail
    let nowMicroseconds: @Sendable () -> Int64

    /// They are removed in one transaction, all or none.
    static let limit = 5_000
    private static let reasonLimit = 250

    func count(_ choice: ExamChoice, _ call: Call) async throws -> ExamCount {
        let found = try await database.read(call) { session in
            let rule = try ExamChoiceRule(choice, time: try StateTime.read(session))
            return try session.row(
                "SELECT count(*), count(DISTINCT e.student_id) FROM \(rule.source)", as: (Int64, Int64).self)
        }
        return .with {
            $0.results = found?.0 ?? 0
            $0.students = found?.1 ?? 0
            $0.limit = Int64(Self.limit)
        }
    }

    func callAsFunction(_ ask: RemoveExamsRequest, by caller: CallerClaims, _ call: Call) async throws -> RemovedExams {
        let choice = ask.choice ?? ExamChoice()
        guard ask.reason.unicodeScalars.count <= Self.reasonLimit else {
            throw Fault(.malformed, "the reason is too long")
        }
        let now = Moment(microseconds: nowMicroseconds())
        return try await database.transaction(call) { session in
            let rule = try ExamChoiceRule(choice, time: try StateTime.read(session))
            let chosen = try Self.lock(rule, expected: ask.expected, session)
            let importID = try Self.record(ask, choice, removed: chosen.count, by: caller, at: now, session)
            let drafts = try StoredExams.drafts(chosen.map { ($0.id, $0.schoolYear) }, session)
            let works = drafts.values.map { draft in
                var reset = draft
                reset.status = ExamCodes.statusReset
                reset.statusDate = now
                return ExamWork(importID: importID, result: ExamResult(exam: reset, groupNames: []))
            }
            let outcomes = try ExamBatchWriter.write(works, session)
            let left = try session.row("SELECT count(*) FROM \(rule.source)", as: Int64.self)
            guard outcomes.count == chosen.count, outcomes.allSatisfy({ $0.status == .processed }), left == 0 else {
                throw Fault(.conflict, "Results of this choice arrived meanwhile. Look at the number again.")
            }
            try trail.removed(importID, students: Set(chosen.map(\.studentID)).sorted(), call, session)
            return .with {
                $0.importID = importID
                $0.removed = Int64(chosen.count)
            }
        }
    }

    /// The chosen results, whose keys nobody else changes from here on.
    private static func lock(
        _ rule: ExamChoiceRule, expected: Int64, _ session: borrowing Session
    ) throws -> [(id: Int64, schoolYear: Int32, studentID: Int64)] {
        func choose(_ session: borrowing Session) throws -> [(Int64, Int32, Int64, Int32, String)] {
            try session.rows(
                """
                SELECT e.id, e.school_year, e.student_id, e.assessment_id, e.opportunity_id FROM \(rule.source)
                 ORDER BY e.id LIMIT \(Int64(limit + 1))
                """, as: (Int64, Int32, Int64, Int32, String).self)
        }
        let first = try choose(session)
        guard first.count <= limit else {
            throw Fault(.malformed, "These are more than \(limit) results. Choose fewer at once.")
        }
        // In the order in which whoever stores results locks them.
        _ = try session.rows(
            """
            SELECT k.exam_id
              FROM exam_key k JOIN unnest(\(first.map(\.3)), \(first.map(\.4))) AS u(assessment, opportunity)
                ON k.assessment_id = u.assessment AND k.opportunity_id = u.opportunity
             ORDER BY k.assessment_id, k.opportunity_id COLLATE "C" FOR UPDATE OF k
            """, as: Int64.self)
        let chosen = try choose(session)
        guard chosen.count == Int(expected), chosen.map(\.0) == first.map(\.0) else {
            throw Fault(.conflict, "These are \(chosen.count) results now. Look at the number again.")
        }
        return chosen.map { ($0.0, $0.1, $0.2) }
    }

    /// The import that stands for the removal; its payload is the choice.
    private static func record(
        _ ask: RemoveExamsRequest, _ choice: ExamChoice, removed: Int, by caller: CallerClaims, at now: Moment,
        _ session: borrowing Session
    ) throws -> Int64 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let said = [
            "schoolYear": choice.schoolYear == 0 ? "" : String(choice.schoolYear), "assessment": choice.assessment,
            "school": choice.school, "district": choice.district, "condition": choice.condition,
            "completedFrom": choice.completedFrom, "completedTo": choice.completedTo, "reason": ask.reason,
            "removed": String(removed), "at": now.description,
        ].filter { !$0.value.isEmpty }
        let payload = Array(try encoder.encode(said))
        let properties = try ImportArchive.json(
            [], contentType: "application/json", length: payload.count, username: caller.login)
        let archived = try ArchivedPayload(payload)
        let id = try archived.number(.results, session)
        try session.run(
            """
            INSERT INTO import (id, content, status, digest, content_type, batch, creator, properties, message)
            VALUES (\(id), \(ImportContent.exam.rawValue), \(ImportStatus.processed.rawValue),
                    \(Array(Insecure.MD5.hash(data: payload))), 'application/json', 'removal', \(caller.login), \(properties),
                    \("Results removed: \(removed)"))
            """)
        try archived.store(as: id, session)
        return id
    }
}
