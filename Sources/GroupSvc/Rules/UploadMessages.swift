/// The lines that an upload shows: what is wrong with the file, or how many groups of which school were accepted
/// (access §4.5, §4.6).
///
/// A text that was said once is not said again, except that a row lacks a key value. After a hundred lines only the number
/// of the others is told.
struct UploadMessages: Sendable {
    static let limit = 100
    /// Of a value that a line repeats: no key, code or year is longer.
    static let valueLimit = 255
    private(set) var lines: [String] = []
    private var leftOut = 0
    /// Hashes, not texts: a file may be wrong in a million different ways.
    private var said: Set<Int> = []

    var isEmpty: Bool { lines.isEmpty }

    /// - Parameters:
    ///   - row: the data record, counted from 1; 0 is the file as a whole.
    ///   - always: said for every row.
    mutating func fail(_ row: Int, _ text: String, always: Bool = false) {
        if !always, !said.insert(text.hashValue).inserted { return }
        if lines.count < Self.limit { lines.append("Row: \(row) Failure: \(text)") } else { leftOut += 1 }
    }

    /// A value as a line repeats it.
    static func quoted(_ value: String) -> String {
        value.utf8.count <= valueLimit ? value : String(value.prefix(valueLimit)) + "…"
    }

    var text: String {
        (lines + (leftOut > 0 ? ["With \(leftOut) additional validation failures"] : [])).joined(separator: "\n")
    }

    /// - Parameter schools: natural id and number of groups, in the order of the file.
    static func accepted(_ schools: [(naturalID: String, groups: Int)]) -> String {
        var lines = schools.prefix(limit).map { school in
            "\(school.groups) \(school.groups == 1 ? "group" : "groups") accepted for \(school.naturalID)."
        }
        if schools.count > limit { lines.append("With \(schools.count - limit) additional schools") }
        return lines.joined(separator: "\n")
    }
}
