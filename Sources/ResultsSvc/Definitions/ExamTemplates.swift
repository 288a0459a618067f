import Postgres
import Synchronization

/// The templates of assessments by which results are judged, kept in memory until a definition changes.
///
/// Each use asks the database for the change numbers of the assessments at hand and of their subjects, so a reloaded
/// assessment or subject is seen by the next result (ingest §12). That question costs one look-up per batch of
/// results; the definitions themselves, a thousand rows each, are read only when they have changed.
final class ExamTemplates: Sendable {
    private struct Entry {
        var assessmentChange: Int64
        var subjectChange: Int64
        var template: ExamTemplate
    }

    private let entries = Mutex<[String: Entry]>([:])
    /// A state has some hundred assessments a year, each of about 100 KB here.
    private static let limit = 2_000

    /// The templates of these assessments by natural id; what is not loaded is left out.
    func templates(
        _ naturalIDs: Set<String>, _ session: borrowing Session
    ) throws -> [String: ExamTemplate] {
        let current = try session.rows(
            """
            SELECT a.natural_id, a.id, a.change, s.change FROM assessment a JOIN subject s ON s.id = a.subject_id
             WHERE a.natural_id = ANY (\(Array(naturalIDs)))
            """, as: (String, Int32, Int64, Int64).self)
        var found: [String: ExamTemplate] = [:]
        for (naturalID, id, assessmentChange, subjectChange) in current {
            let known = entries.withLock { $0[naturalID] }
            if let known, known.assessmentChange == assessmentChange, known.subjectChange == subjectChange {
                found[naturalID] = known.template
                continue
            }
            let template = try Self.read(id, session)
            found[naturalID] = template
            let entry = Entry(
                assessmentChange: assessmentChange, subjectChange: subjectChange, template: template)
            entries.withLock { entries in
                if entries.count >= Self.limit { entries.removeAll() }
                entries[naturalID] = entry
            }
        }
        return found
    }

    /// Nothing here knows a subject: which scores a type has is what its definition says.
    private static func read(_ id: Int32, _ session: borrowing Session) throws -> ExamTemplate {
        guard
            let row = try session.row(
                """
                SELECT a.natural_id, a.subject_id, s.code, a.grade, a.type, a.level_lows, a.level_highs,
                       a.alternate_lows, a.alternate_highs
                  FROM assessment a JOIN subject s ON s.id = a.subject_id WHERE a.id = \(id)
                """,
                as: (String, Int32, String, String, Int16, [Double], [Double], [Double], [Double]).self)
        else { throw BrokenDefinition(assessmentID: id) }
        let (naturalID, subjectID, subjectCode, grade, type, lows, highs, alternateLows, alternateHighs) = row

        let kinds = try session.rows(
            """
            SELECT kind, (SELECT count(*) FROM subject_level l
                           WHERE (l.subject_id, l.type, l.kind) = (s.subject_id, s.type, s.kind))
              FROM subject_scoring s WHERE subject_id = \(subjectID) AND type = \(type)
            """, as: (Int16, Int64).self)
        let levels = Dictionary(uniqueKeysWithValues: kinds.map { ($0.0, Int($0.1)) })
        var claims: [String] = []
        if levels[ScoreKind.claim.rawValue] != nil {
            claims = try session.rows(
                "SELECT code FROM claim WHERE subject_id = \(subjectID) AND scorable ORDER BY data_order",
                as: String.self)
        }
        var alternates: [ExamTemplate.Alternate] = []
        if let count = levels[ScoreKind.alternate.rawValue] {
            let codes = try session.rows(
                "SELECT code FROM alternate WHERE subject_id = \(subjectID) ORDER BY data_order", as: String.self)
            alternates = codes.enumerated().map { index, code in
                let range = Self.range(alternateLows, alternateHighs, from: index * count, count)
                return ExamTemplate.Alternate(code: code, range: range)
            }
        }
        let traits = try session.rows(
            "SELECT id, code, max_score FROM trait WHERE subject_id = \(subjectID)", as: (Int32, String, Int16).self)
        guard let overall = Self.range(lows, highs, from: 0, lows.count) else {
            throw BrokenDefinition(assessmentID: id)
        }
        return ExamTemplate(
            assessmentID: id, naturalID: naturalID, subjectID: subjectID, subjectCode: subjectCode, grade: grade,
            type: type, overall: overall, claims: claims, alternates: alternates,
            traits: traits.map { .init(id: $0.0, code: $0.1, maximum: $0.2) }, items: try items(of: id, session))
    }

    private static func items(of id: Int32, _ session: borrowing Session) throws -> [ExamTemplate.Item] {
        let items = try session.rows(
            """
            SELECT i.natural_id, i.ordinal, array_agg(t.id ORDER BY t.id), array_agg(c.code || '|' || t.code ORDER BY t.id)
              FROM item i
              LEFT JOIN target t ON t.id = i.target_id OR t.id = ANY (i.other_target_ids)
              LEFT JOIN claim c ON c.id = t.claim_id
             WHERE i.assessment_id = \(id)
             GROUP BY i.id, i.natural_id, i.ordinal ORDER BY i.ordinal
            """, as: (String, Int16, [Int32?], [String?]).self)
        return items.map { naturalID, ordinal, ids, codes in
            .init(
                naturalID: naturalID, ordinal: ordinal,
                targets: zip(ids, codes).compactMap { id, code in
                    guard let id, let code else { return nil }
                    return ExamTemplate.Target(id: id, code: code)
                })
        }
    }

    /// From the low of the first of some levels to the high of the last.
    private static func range(
        _ lows: [Double], _ highs: [Double], from first: Int, _ count: Int
    ) -> ClosedRange<Double>? {
        let last = first + count - 1
        guard count > 0, lows.indices.contains(first), highs.indices.contains(last), lows[first] <= highs[last] else {
            return nil
        }
        return lows[first]...highs[last]
    }
}

/// An assessment that is gone between two statements, or without a range: neither is ever written.
struct BrokenDefinition: Error {
    let assessmentID: Int32
}
