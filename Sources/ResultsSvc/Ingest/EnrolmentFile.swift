import Ledger
import Tabular

/// One row of an enrolment update, nothing judged yet. Empty texts are blank cells.
struct EnrolmentRow: Sendable, Equatable {
    /// Counted among the rows of data from 1.
    var row: Int
    var ssid: String
    var school: String
    var updated: String
}

/// Reads the state's student extract: who goes to which school. Its other columns are not used.
///
/// Rule: ingest §9.
enum EnrolmentFile {
    private static let student = "SSID"
    private static let school = "ResponsibleSchoolIdentifier"
    private static let updated = "InfoUpdate"

    /// A state's students in four files; a row is as short as 40 bytes.
    static let rowLimit = 2_000_000

    /// - Throws: `ImportRefusal` `BAD_FORMAT` for what is no table, `BAD_DATA` for missing columns and for no rows.
    static func read(_ payload: [UInt8]) throws(ImportRefusal) -> [EnrolmentRow] {
        let rows: [EnrolmentRow]
        do {
            rows = try parse(payload)
        } catch let refusal as ImportRefusal {
            throw refusal
        } catch {
            throw ImportRefusal(.badFormat, "Unable to read students: \(error)")
        }
        guard !rows.isEmpty else { throw ImportRefusal(.badData, "Empty payload") }
        return rows
    }

    private static func parse(_ payload: [UInt8]) throws -> [EnrolmentRow] {
        var reader = TableReader(.carets, payload)
        let headings = try reader.headings([student, school])
        let columns = (student: headings[student], school: headings[school], updated: headings[updated])
        var rows: [EnrolmentRow] = []
        while let row = try reader.next() {
            if row.isBlank { continue }
            guard row.record <= rowLimit else {
                throw ImportRefusal(.badFormat, "Unable to read students: more than \(rowLimit) rows")
            }
            rows.append(
                EnrolmentRow(
                    row: row.record, ssid: row[columns.student], school: row[columns.school],
                    updated: row[columns.updated]))
        }
        return rows
    }
}
