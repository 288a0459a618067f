import Contracts
import Postgres
import Synchronization

/// All subject definitions, kept in memory until one of them changes.
final class SubjectCatalogue: Sendable {
    struct Content: Sendable {
        let change: Int64
        let subjects: [Subject]
        /// By subject id and assessment type number.
        let scores: [ScoreKey: SubjectScores]
        let codes: [Int32: String]

        /// How many levels the overall score of an assessment has.
        func overallLevels(of assessment: Assessment) -> Int {
            subjects.first { $0.code == assessment.subject }?.types.first { $0.code == assessment.type }?
                .overall?.levels.count ?? 0
        }
    }

    struct ScoreKey: Hashable, Sendable {
        let subjectID: Int32
        let type: Int16
    }

    private let cache = Mutex<Content?>(nil)

    /// The definitions as of this transaction: a reloaded subject is seen by the next question.
    func content(_ session: borrowing Session) throws -> Content {
        let change = try session.row("SELECT coalesce(max(change), 0) FROM subject", as: (Int64).self) ?? 0
        if let cached = cache.withLock({ $0 }), cached.change == change { return cached }
        let content = try Self.load(session, change: change)
        cache.withLock { $0 = content }
        return content
    }

    private static func load(_ session: borrowing Session, change: Int64) throws -> Content {
        let rows = try session.rows(
            "SELECT id, code, name FROM subject ORDER BY lower(code)", as: (Int32, String, String).self)
        let types = try session.rows(
            """
            SELECT subject_id, type, name, long_name, target_report, printed_report, trait_report FROM subject_type
             ORDER BY subject_id, CASE type WHEN 3 THEN 0 ELSE type END
            """, as: (Int32, Int16, String, String, Bool, Bool, Bool).self)
        let scorings = try session.rows(
            "SELECT subject_id, type, kind, name, standard_cutoff FROM subject_scoring",
            as: (Int32, Int16, Int16, String, Int16?).self)
        let levels = try session.rows(
            "SELECT subject_id, type, kind, level, name, short_name, coalesce(suffix, ''), color FROM subject_level ORDER BY level",
            as: (Int32, Int16, Int16, Int16, String, String, String, String).self)
        let alternates = try session.rows(
            """
            SELECT subject_id, code, name, coalesce(icon, ''), data_order, display_order FROM alternate ORDER BY display_order
            """, as: (Int32, String, String, String, Int16, Int16).self)
        let claims = try session.rows(
            """
            SELECT subject_id, code, name, coalesce(icon, ''), data_order, display_order FROM claim
             WHERE scorable ORDER BY display_order
            """, as: (Int32, String, String, String, Int16, Int16).self)

        func definition(_ subject: Int32, _ type: Int16, _ kind: Int16) -> ScoreDefinition? {
            guard let scoring = scorings.first(where: { $0.0 == subject && $0.1 == type && $0.2 == kind }) else {
                return nil
            }
            return .with {
                $0.name = scoring.3
                $0.standardCutoff = scoring.4.map(Int32.init)
                $0.levels = levels.filter { $0.0 == subject && $0.1 == type && $0.2 == kind }.map { row in
                    .with {
                        $0.level = Int32(row.3)
                        $0.name = row.4
                        $0.shortName = row.5
                        $0.suffix = row.6
                        $0.color = row.7
                    }
                }
            }
        }
        func codes(_ rows: [(Int32, String, String, String, Int16, Int16)], of subject: Int32) -> [ScoreCode] {
            rows.filter { $0.0 == subject }.map { row in
                .with {
                    $0.code = row.1
                    $0.name = row.2
                    $0.icon = row.3
                    $0.displayOrder = Int32(row.5)
                    $0.position = Int32(row.4) - 1
                }
            }
        }

        var scores: [ScoreKey: SubjectScores] = [:]
        let subjects = rows.map { id, code, name in
            Subject.with {
                $0.id = Int64(id)
                $0.code = code
                $0.name = name
                $0.alternates = codes(alternates, of: id)
                $0.claims = codes(claims, of: id)
                $0.types = types.filter { $0.0 == id }.map { row in
                    let overall = definition(id, row.1, 0)
                    let alternate = definition(id, row.1, 1)
                    let claim = definition(id, row.1, 2)
                    scores[ScoreKey(subjectID: id, type: row.1)] = SubjectScores(
                        overallLevels: overall?.levels.count ?? 0, alternateLevels: alternate?.levels.count ?? 0,
                        claimLevels: claim?.levels.count ?? 0,
                        alternates: alternate == nil
                            ? [] : alternates.filter { $0.0 == id }.map { .init(code: $0.1, position: Int($0.4) - 1) },
                        claims: claim == nil
                            ? [] : claims.filter { $0.0 == id }.map { .init(code: $0.1, position: Int($0.4) - 1) })
                    return .with {
                        $0.code = ExamCode.types[row.1] ?? ""
                        $0.name = row.2
                        $0.longName = row.3
                        $0.overall = overall
                        $0.alternate = alternate
                        $0.claim = claim
                        $0.targetReport = row.4
                        $0.printedReport = row.5
                        $0.traitReport = row.6
                    }
                }
            }
        }
        return Content(
            change: change, subjects: subjects, scores: scores,
            codes: Dictionary(rows.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first }))
    }
}
