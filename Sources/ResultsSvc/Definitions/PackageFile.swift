import Ledger
import Tabular

/// Reads a package, the CSV of an assessment tabulator: from rows to assessments with their items.
///
/// What is structurally wrong ends the reading at once. Rule: ingest §4.1–4.3, the first table of §4.4.
struct PackageFile {
    /// In the order in which they first occur.
    private(set) var assessments: [PackageAssessment] = []

    /// The largest real package has 1,000 rows. The bound keeps what is built from 500 MB of short rows in memory.
    static let rowLimit = 100_000

    private let columns: PackageColumns
    private var indexByID: [String: Int] = [:]
    private var keys: [Set<String>] = []

    /// - Throws: `ImportRefusal` `BAD_FORMAT` for what is no table, `BAD_DATA` for the first structural error.
    static func read(_ payload: [UInt8]) throws(ImportRefusal) -> [PackageAssessment] {
        var reader = TableReader(.commas, payload)
        do {
            var first = try reader.next()
            while let row = first, row.isBlank { first = try reader.next() }
            var file = PackageFile(columns: try PackageColumns(first.map { try TableHeadings($0) }))
            while let row = try reader.next() {
                if row.isBlank { continue }
                guard row.record <= rowLimit else {
                    throw ImportRefusal(.badFormat, "Unable to read Assessment package: more than \(rowLimit) rows")
                }
                do {
                    try file.add(row)
                } catch let error as PackageProblem {
                    let place = "Error (record=\(row.record), line=\(row.line)): "
                    throw ImportRefusal(.badData, place + error.text)
                }
            }
            for assessment in file.assessments { try requireComplete(assessment) }
            return file.assessments
        } catch let refusal as ImportRefusal {
            throw refusal
        } catch {
            throw ImportRefusal(.badFormat, "Unable to read Assessment package: \(error)")
        }
    }

    private init(columns: PackageColumns) {
        self.columns = columns
    }

    private mutating func add(_ row: TableRow) throws {
        let read = try columns.assessment(row)
        let index: Int
        if let known = indexByID[read.id] {
            index = known
            try requireAgreement(assessments[known], read)
            assessments[known].overall = read.overall
            assessments[known].alternates = read.alternates
        } else {
            index = assessments.count
            indexByID[read.id] = index
            assessments.append(read)
            keys.append([])
        }
        guard let item = try columns.item(row) else { return }
        guard keys[index].insert(item.key).inserted else {
            throw PackageProblem("Duplicate item found for \(item.key)")
        }
        assessments[index].items.append(item)
    }

    private func requireAgreement(_ one: PackageAssessment, _ other: PackageAssessment) throws {
        let differences = [
            ("name", one.name != other.name), ("label", one.label != other.label),
            ("subject", one.subject.lowercased() != other.subject.lowercased()), ("type", one.type != other.type),
            ("grade", one.grade != other.grade), ("school year", one.schoolYear != other.schoolYear),
            ("version", one.version != other.version),
        ]
        if let (name, _) = differences.first(where: \.1) { throw PackageProblem("Mismatched \(name)") }
    }

    private static func requireComplete(_ assessment: PackageAssessment) throws(ImportRefusal) {
        let missing = [
            ("Name", assessment.name.isEmpty), ("Label", assessment.label.isEmpty),
            ("Subject", assessment.subject.isEmpty), ("Type", assessment.type.isEmpty),
            ("Grade", assessment.grade.isEmpty), ("SchoolYear", assessment.schoolYear == nil),
            ("OverallScoring", assessment.overall.isEmpty),
        ]
        if let (name, _) = missing.first(where: \.1) { throw ImportRefusal(.badData, "\(name) must be set") }
    }
}

/// A structural error in a row or in the headings.
struct PackageProblem: Error {
    var text: String
    init(_ text: String) { self.text = text }
}
