/// One record of a table file: its cells, without the white space around them, and where it stands.
public struct TableRow: Sendable {
    /// Counted from 1 without the headings (which are 0), comments and empty lines, as messages to senders count.
    public let record: Int
    /// The line in which the record ends, counted from 1.
    public let line: Int
    /// The cells one after another.
    let text: [UInt8]
    /// Where each cell ends in `text`.
    let ends: [Int]

    public var count: Int { ends.count }

    /// True when no cell holds anything: such a row is passed over.
    public var isBlank: Bool { text.isEmpty }

    /// The cell in this column, empty when the row is shorter.
    public subscript(column: Int) -> String {
        guard column >= 0, column < ends.count else { return "" }
        let start = column == 0 ? 0 : ends[column - 1]
        // The reader refuses a record that is not UTF-8, so nothing is repaired here.
        return String(decoding: text[start..<ends[column]], as: UTF8.self)
    }

    /// The cell in this column, empty when there is no such column.
    public subscript(column: Int?) -> String {
        column.map { self[$0] } ?? ""
    }
}

/// The first record of a table file: which column carries which name. Case matters, order does not.
public struct TableHeadings: Sendable {
    public let names: [String]
    private let columns: [String: Int]

    /// - Throws: `TableError` `.duplicateHeading`. Columns without a name are left out.
    public init(_ row: TableRow) throws(TableError) {
        names = (0..<row.count).map { row[$0] }
        var columns: [String: Int] = [:]
        for (column, name) in names.enumerated() where !name.isEmpty {
            guard columns.updateValue(column, forKey: name) == nil else {
                throw TableError(line: row.line, problem: .duplicateHeading(name))
            }
        }
        self.columns = columns
    }

    public subscript(name: String) -> Int? { columns[name] }

    /// Those of `wanted` that are not there, in that order.
    public func missing(_ wanted: [String]) -> [String] {
        wanted.filter { columns[$0] == nil }
    }
}
