import Ledger

/// One line of the reconciliation report: what became of one import of a result.
///
/// Rule: ingest §13; the texts are part of the contract.
struct ReconciliationLine: Sendable, Equatable {
    /// The exam that the import made, or was the last to change.
    struct Exam: Sendable, Equatable {
        var ssid: String
        var assessment: String
        var schoolYear: Int32
        var opportunityID: String
    }

    enum Kind: Sendable, Equatable {
        case made(Exam)
        case changed(Exam)
        case superseded
        case unchanged(String?)
        case refused(String?)
        /// Received, not carried out yet.
        case waiting
    }

    var importID: Int64
    var batch: String?
    var status: ImportStatus
    var kind: Kind

    static let columns = [
        "student_id", "asmt_guid", "school_year", "opp_id", "batch", "import_id", "status", "result", "message",
    ]
    static let heading = row(columns)
    private static let messageLimit = 250

    /// - Parameters:
    ///   - made: the exam that the import made, if it did.
    ///   - changed: the exam that the import was the last to change.
    init(importID: Int64, batch: String?, status: ImportStatus, message: String?, made: Exam?, changed: Exam?) {
        self.importID = importID
        self.batch = batch
        self.status = status
        switch status {
        case .accepted: kind = .waiting
        case .noUpdate: kind = .unchanged(message)
        case .processed:
            if let made {
                kind = .made(made)
            } else if let changed {
                kind = .changed(changed)
            } else {
                kind = .superseded
            }
        default: kind = .refused(message)
        }
    }

    /// As a line of the file, with its end.
    var text: String {
        var exam: Exam?
        var result: String
        var message: String?
        switch kind {
        case .made(let made): (exam, result) = (made, "New exam imported")
        case .changed(let changed): (exam, result) = (changed, "Existing exam updated")
        case .superseded: result = "Superseded by another update"
        case .unchanged(let text): (result, message) = ("Existing exam NOT updated", text)
        case .refused(let text): (result, message) = ("Error: \(status.name)", text)
        case .waiting: result = "Not processed yet"
        }
        return Self.row([
            exam?.ssid ?? "", exam?.assessment ?? "", exam.map { String($0.schoolYear) } ?? "",
            exam?.opportunityID ?? "", batch ?? "", String(importID), String(status.rawValue), result,
            message.map(Self.shortened) ?? "",
        ])
    }

    private static func shortened(_ message: String) -> String {
        let scalars = message.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        return String(String.UnicodeScalarView(scalars.prefix(messageLimit)))
    }

    /// RFC 4180. What a spreadsheet would take for a formula is a text.
    private static func row(_ cells: [String]) -> String {
        cells.map { cell in
            var cell = cell
            if let first = cell.unicodeScalars.first, "=+@\t\r".unicodeScalars.contains(first) { cell = "'" + cell }
            guard cell.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return cell }
            return "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }
}
