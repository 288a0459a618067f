import Calendar
import Ledger
import Postgres

/// Takes percentile tables into the database: a table of the same assessment and dates is replaced with all its ranks.
///
/// Rule: ingest §8.
enum NormsStore {
    static func load(_ payload: [UInt8], importID: Int64, _ session: borrowing Session) throws -> ImportOutcome {
        let drafts: [NormsDraft]
        let lookups: NormsLookups
        do {
            let tables = try NormsFile.read(payload)
            lookups = try NormsLookups(Set(tables.map(\.assessment)), session)
            drafts = try NormsRules.check(tables, lookups)
        } catch let refusal as ImportRefusal {
            return ImportOutcome(refusal.status, refusal.message)
        }
        try store(drafts, importID: importID, session)
        let stored = Dictionary(
            lookups.assessments.values.map { ($0.id, Set($0.stored)) }, uniquingKeysWith: { one, _ in one })
        let updated = drafts.count { stored[$0.assessmentID]?.contains($0.start...$0.end) == true }
        return ImportOutcome(.processed, "Percentiles created: \(drafts.count - updated) updated: \(updated)")
    }

    private static func store(_ drafts: [NormsDraft], importID: Int64, _ session: borrowing Session) throws {
        try session.run(
            """
            INSERT INTO percentile_table (assessment_id, start_date, end_date, count, mean, standard_deviation, min_score,
                                          max_score, ranks, scores, import_id)
            SELECT assessment_id, start_date, end_date, count, mean, deviation, min_score, max_score, ranks::smallint[],
                   scores::double precision[], \(importID)
              FROM unnest(\(drafts.map(\.assessmentID)), \(drafts.map { Day($0.start) }), \(drafts.map { Day($0.end) }),
                          \(drafts.map(\.count)), \(drafts.map(\.mean)), \(drafts.map(\.deviation)),
                          \(drafts.map(\.minimum)), \(drafts.map(\.maximum)), \(drafts.map { literal($0.ranks) }),
                          \(drafts.map { literal($0.scores) }))
                AS new (assessment_id, start_date, end_date, count, mean, deviation, min_score, max_score, ranks, scores)
            ON CONFLICT (assessment_id, start_date, end_date) DO UPDATE SET
                   count = excluded.count, mean = excluded.mean, standard_deviation = excluded.standard_deviation,
                   min_score = excluded.min_score, max_score = excluded.max_score, ranks = excluded.ranks,
                   scores = excluded.scores, import_id = excluded.import_id, updated = now()
            """)
    }

    /// An array literal of PostgreSQL.
    private static func literal(_ numbers: [some CustomStringConvertible]) -> String {
        "{" + numbers.map(\.description).joined(separator: ",") + "}"
    }
}

extension NormsLookups {
    /// The assessments with these natural ids, as they are stored.
    init(_ naturalIDs: Set<String>, _ session: borrowing Session) throws {
        let rows = try session.rows(
            """
            SELECT natural_id, id, level_lows[1], level_highs[cardinality(level_highs)] FROM assessment
             WHERE natural_id = ANY(\(naturalIDs.sorted()))
            """, as: (String, Int32, Double, Double).self)
        var assessments: [String: Assessment] = [:]
        var naturalIDOf: [Int32: String] = [:]
        for (naturalID, id, minimum, maximum) in rows where minimum <= maximum {
            assessments[naturalID] = Assessment(id: id, range: minimum...maximum)
            naturalIDOf[id] = naturalID
        }
        let stored = try session.rows(
            """
            SELECT assessment_id, start_date, end_date FROM percentile_table
             WHERE assessment_id = ANY(\(Array(naturalIDOf.keys))) ORDER BY start_date
            """, as: (Int32, Day, Day).self)
        for (id, start, end) in stored {
            guard let naturalID = naturalIDOf[id], let start = CalendarDay(start), let end = CalendarDay(end) else {
                continue
            }
            assessments[naturalID]?.stored.append(start...end)
        }
        self.init(assessments: assessments)
    }
}
