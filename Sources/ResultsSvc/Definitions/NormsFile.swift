import Ledger
import Tabular

/// One percentile table as the rows of a file say it, nothing judged yet. Empty texts are blank cells.
struct NormsRows: Sendable, Equatable {
    /// Of the first row, counted among the rows of data from 1.
    var row: Int
    var assessment: String
    var start: String
    var end: String
    var count: String
    var mean: String
    var deviation: String
    var minimum: String
    var maximum: String
    var ranks: [Rank] = []

    struct Rank: Sendable, Equatable {
        var row: Int
        var rank: String
        var score: String
    }
}

/// Reads percentile tables: rows of one assessment and its dates that stand together form one table.
///
/// Rule: ingest §8.
enum NormsFile {
    static let columns = [
        "assessment_id", "start_date", "end_date", "count", "mean", "standard_deviation", "min_score", "max_score",
        "percentile_rank", "score",
    ]
    /// Ten years of every assessment with 99 ranks each are half of it.
    static let rowLimit = 200_000

    /// - Throws: `ImportRefusal` `BAD_FORMAT` for what is no table, `BAD_DATA` for missing columns and for no rows.
    static func read(_ payload: [UInt8]) throws(ImportRefusal) -> [NormsRows] {
        let tables: [NormsRows]
        do {
            tables = try parse(payload)
        } catch let refusal as ImportRefusal {
            throw refusal
        } catch {
            throw ImportRefusal(.badFormat, "Unable to read norms: \(error)")
        }
        guard !tables.isEmpty else { throw ImportRefusal(.badData, "Empty payload") }
        return tables
    }

    private static func parse(_ payload: [UInt8]) throws -> [NormsRows] {
        var reader = TableReader(.commas, payload)
        let headings = try reader.headings(columns)
        var tables: [NormsRows] = []
        while let row = try reader.next() {
            if row.isBlank { continue }
            guard row.record <= rowLimit else {
                throw ImportRefusal(.badFormat, "Unable to read norms: more than \(rowLimit) rows")
            }
            func cell(_ name: String) -> String { row[headings[name]] }
            let (assessment, start, end) = (cell("assessment_id"), cell("start_date"), cell("end_date"))
            let rank = NormsRows.Rank(row: row.record, rank: cell("percentile_rank"), score: cell("score"))
            let isRank = !rank.rank.isEmpty || !rank.score.isEmpty
            if let last = tables.last, (last.assessment, last.start, last.end) == (assessment, start, end) {
                if isRank { tables[tables.count - 1].ranks.append(rank) }
                continue
            }
            tables.append(
                NormsRows(
                    row: row.record, assessment: assessment, start: start, end: end, count: cell("count"),
                    mean: cell("mean"), deviation: cell("standard_deviation"), minimum: cell("min_score"),
                    maximum: cell("max_score"), ranks: isRank ? [rank] : []))
        }
        return tables
    }
}

extension TableReader {
    /// The headings of a file, behind whatever blank rows it begins with.
    ///
    /// - Throws: `ImportRefusal` `BAD_DATA` that names those of `columns` which are missing.
    mutating func headings(_ columns: [String]) throws -> TableHeadings {
        var first = try next()
        while let row = first, row.isBlank { first = try next() }
        let headings = try first.map { try TableHeadings($0) }
        let missing = headings?.missing(columns) ?? columns
        guard let headings, missing.isEmpty else {
            throw ImportRefusal(.badData, "Missing required columns: [\(missing.joined(separator: ", "))]")
        }
        return headings
    }
}
