/// The dialect of a table file and the bounds a reader holds it to.
public struct TableFormat: Sendable {
    /// What stands between two cells: one ASCII character.
    public var separator: UInt8
    /// Whether a cell may stand in double quotes, doubled inside (RFC 4180). Without, a quote is a character like any.
    public var quoted: Bool
    /// Whether a line that begins with `#` is left out.
    public var comments: Bool
    /// The longest record in bytes. The longest seen in a real file has 1.5 KB; one of 1 MB is an attack or an error.
    public var recordLimit: Int
    /// The largest number of cells in a record. The widest real file has 96.
    public var columnLimit: Int

    public init(
        separator: UInt8, quoted: Bool = true, comments: Bool = true, recordLimit: Int = 1 << 20,
        columnLimit: Int = 1_000
    ) {
        self.separator = separator
        self.quoted = quoted
        self.comments = comments
        self.recordLimit = recordLimit
        self.columnLimit = columnLimit
    }

    /// RFC 4180 with `#` comments: packages, norms, groups.
    public static let commas = TableFormat(separator: UInt8(ascii: ","))
    /// The same with `^` between the cells: the state's student and school extracts.
    public static let carets = TableFormat(separator: UInt8(ascii: "^"))
}

/// Why a file is no table, and in which line that shows.
public struct TableError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        case invalidUTF8
        /// U+0000, which a database cannot hold.
        case nul
        /// The file ends inside quotes.
        case openQuote
        /// Something other than blanks between a closing quote and the separator.
        case textAfterQuote
        case recordTooLong(limit: Int)
        case tooManyColumns(limit: Int)
        case duplicateHeading(String)
    }

    /// Counted from 1, as an editor shows it.
    public var line: Int
    public var problem: Problem

    public init(line: Int, problem: Problem) {
        self.line = line
        self.problem = problem
    }

    public var description: String {
        let text =
            switch problem {
            case .invalidUTF8: "the text is not UTF-8"
            case .nul: "the text has a character U+0000"
            case .openQuote: "a quoted cell does not end"
            case .textAfterQuote: "text after the closing quote of a cell"
            case .recordTooLong(let limit): "a row is longer than \(limit) bytes"
            case .tooManyColumns(let limit): "a row has more than \(limit) cells"
            case .duplicateHeading(let name): "the heading [\(name)] occurs twice"
            }
        return "line \(line): \(text)"
    }
}
