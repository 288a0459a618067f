import Calendar
import Ledger

/// A percentile table that may be stored. Rank `ranks[i]` begins at `scores[i]`, the first at `minimum`.
struct NormsDraft: Sendable, Equatable {
    var assessmentID: Int32
    var start: CalendarDay
    var end: CalendarDay
    var count: Int32
    var mean: Double
    var deviation: Double?
    var minimum: Double
    var maximum: Double
    var ranks: [Int16]
    var scores: [Double]
}

/// What the tables of a file refer to, and what they must not overlap.
struct NormsLookups: Sendable {
    struct Assessment: Sendable, Equatable {
        var id: Int32
        /// Least and greatest score.
        var range: ClosedRange<Double>
        /// The dates of the tables that are stored.
        var stored: [ClosedRange<CalendarDay>] = []
    }

    /// By natural id.
    var assessments: [String: Assessment]
}

/// Judges percentile tables and collects what is wrong with them, in the order of the file.
///
/// Rule: ingest §8. Any error: nothing of the file is taken. Beside the published rules, a table that ends before it
/// begins is refused, as it would never apply, and so is one whose dates another one of the same file has.
struct NormsRules {
    private var lookups: NormsLookups
    private var messages = ImportMessages()
    /// Dates that tables of this file have taken, by assessment.
    private var taken: [String: [ClosedRange<CalendarDay>]] = [:]

    static let rankMinimum = 3
    /// Of a rank, which is a percentage of those with a lower score.
    static let ranks = Int16(0)...100

    private init(_ lookups: NormsLookups) { self.lookups = lookups }

    /// - Throws: `ImportRefusal` `BAD_DATA` with the collected errors.
    static func check(_ tables: [NormsRows], _ lookups: NormsLookups) throws(ImportRefusal) -> [NormsDraft] {
        var rules = NormsRules(lookups)
        let drafts = tables.compactMap { rules.check($0) }
        guard rules.messages.isEmpty else { throw ImportRefusal(.badData, rules.messages.collectedText()) }
        return drafts
    }

    /// - Returns: nil when something was wrong.
    private mutating func check(_ table: NormsRows) -> NormsDraft? {
        let assessment = assessment(table)
        let start = date("start_date", table.start, table)
        let end = date("end_date", table.end, table)
        let count = required("count", table.count, table, table.row).flatMap {
            whole("count", $0, Int32(0)...Int32.max, table, table.row)
        }
        // What is blank is that of the assessment.
        let minimum = decimal("min_score", table.minimum, table, table.row) ?? assessment?.range.lowerBound
        let maximum = decimal("max_score", table.maximum, table, table.row) ?? assessment?.range.upperBound
        var range: ClosedRange<Double>?
        if let minimum, let maximum {
            if minimum < maximum {
                range = minimum...maximum
            } else {
                refuse(
                    "min/max_score", minimum.plainText,
                    "min score \(minimum.plainText) must be less than max score \(maximum.plainText)", table, table.row)
            }
        }
        let mean = required("mean", table.mean, table, table.row).flatMap {
            decimal("mean", $0, within: range, table, table.row)
        }
        let deviation = decimal(
            "standard_deviation", table.deviation, within: 0...Numbers.scoreLimit, table, table.row)
        let (ranks, scores) = self.ranks(table, range)
        checkPlace(table, start, end, assessment)
        guard let assessment, let start, let end, start <= end, let count, let mean, let range,
            ranks.count == table.ranks.count, scores.count == ranks.count
        else { return nil }
        return NormsDraft(
            assessmentID: assessment.id, start: start, end: end, count: count, mean: mean, deviation: deviation,
            minimum: range.lowerBound, maximum: range.upperBound, ranks: ranks, scores: scores)
    }

    private mutating func assessment(_ table: NormsRows) -> NormsLookups.Assessment? {
        guard required("assessment_id", table.assessment, table, table.row) != nil else { return nil }
        let found = lookups.assessments[table.assessment]
        if found == nil {
            refuse(
                "assessment_id", table.assessment, "Missing assessment with natural id of \(table.assessment)", table,
                table.row)
        }
        return found
    }

    /// Ranks and their scores that are good; fewer than the table has rows when one is not.
    private mutating func ranks(_ table: NormsRows, _ range: ClosedRange<Double>?) -> ([Int16], [Double]) {
        var ranks: [Int16] = []
        var scores: [Double] = []
        for entry in table.ranks {
            let rank = required("percentile_rank", entry.rank, table, entry.row).flatMap {
                whole("percentile_rank", $0, Self.ranks, table, entry.row)
            }
            let score = required("score", entry.score, table, entry.row).flatMap {
                decimal("score", $0, within: range, table, entry.row)
            }
            if let rank, let previous = ranks.last, rank <= previous {
                refuse(
                    "min/max_score", entry.rank, "rank \(rank) must be greater than previous rank \(previous)", table,
                    entry.row)
            }
            if let score, let previous = scores.last, score < previous {
                refuse(
                    "min/max_score", entry.score,
                    "score \(score.plainText) must not be less than previous score \(previous.plainText)", table,
                    entry.row)
            }
            if let rank { ranks.append(rank) }
            if let score { scores.append(score) }
        }
        return (ranks, scores)
    }

    /// Enough ranks, and dates that no other table of the assessment has.
    private mutating func checkPlace(
        _ table: NormsRows, _ start: CalendarDay?, _ end: CalendarDay?, _ assessment: NormsLookups.Assessment?
    ) {
        if table.ranks.count < Self.rankMinimum {
            refuse(
                "assessment_id", table.assessment,
                "\(table.ranks.count)-rank(s) provided not equal to or greater than \(Self.rankMinimum)", table,
                table.row)
        }
        guard let start, let end else { return }
        guard start <= end else {
            refuse("end_date", table.end, "end_date must not be before start_date", table, table.row)
            return
        }
        let dates = start...end
        let others =
            (assessment?.stored ?? []).filter { $0 != dates && $0.overlaps(dates) }
            + taken[table.assessment, default: []].filter { $0.overlaps(dates) }
        if !others.isEmpty {
            refuse(
                "assessment_id", table.assessment,
                "start_date and end_date overlap \(Set(others).count) existing percentile(s) for the same assessment",
                table, table.row)
        }
        taken[table.assessment, default: []].append(dates)
    }

    // MARK: Cells

    private mutating func refuse(_ column: String, _ value: String, _ error: String, _ table: NormsRows, _ row: Int) {
        messages.add("[row:\(row)][\(table.assessment),\(table.start),\(table.end)], \(column)", value, error)
    }

    /// Nil and an entry when the cell is blank.
    private mutating func required(_ column: String, _ text: String, _ table: NormsRows, _ row: Int) -> String? {
        guard text.isEmpty else { return text }
        refuse(column, text, ValueCheck.noText, table, row)
        return nil
    }

    private mutating func date(_ column: String, _ text: String, _ table: NormsRows) -> CalendarDay? {
        guard required(column, text, table, table.row) != nil else { return nil }
        let day = CalendarDay(parsing: text)
        if day == nil { refuse(column, text, ValueCheck.badDate(text), table, table.row) }
        return day
    }

    private mutating func whole<Number: FixedWidthInteger & SignedInteger>(
        _ column: String, _ text: String, _ range: ClosedRange<Number>, _ table: NormsRows, _ row: Int
    ) -> Number? {
        guard let number = Numbers.integer(text) else {
            refuse(column, text, ValueCheck.unreadable(text), table, row)
            return nil
        }
        guard let number = Number(exactly: number), range.contains(number) else {
            refuse(column, text, "value must be in range \(range.lowerBound) - \(range.upperBound)", table, row)
            return nil
        }
        return number
    }

    /// Nil for a blank cell.
    private mutating func decimal(
        _ column: String, _ text: String, within range: ClosedRange<Double>? = nil, _ table: NormsRows, _ row: Int
    ) -> Double? {
        if text.isEmpty { return nil }
        guard let number = Numbers.decimal(text), abs(number) <= Numbers.scoreLimit else {
            refuse(column, text, ValueCheck.unreadable(text), table, row)
            return nil
        }
        if let range, !range.contains(number) {
            let bounds = "\(range.lowerBound.plainText) - \(range.upperBound.plainText)"
            refuse(column, text, "value must be in range \(bounds)", table, row)
            return nil
        }
        return number
    }
}
