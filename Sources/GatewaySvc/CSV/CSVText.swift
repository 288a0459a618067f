import NIOCore

/// CSV as a browser saves it: UTF-8 with a mark, every cell quoted, lines ended by CR LF (results §5).
enum CSVText {
    static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// Quoted; what a spreadsheet would take for a formula is made a text by an apostrophe (results §5).
    static func cell(_ text: String) -> String {
        let harmless = isFormula(text) ? "'" + text : text
        return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
    }

    /// A negative number is none.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@"), 0x09, 0x0D: return true
        case UInt8(ascii: "-"):
            let rest = text.utf8.dropFirst()
            let digits = rest.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == 0x2E }
            return !rest.isEmpty && !digits
        default: return false
        }
    }

    /// The name of a file made of some words: letters, digits and a few marks, whatever the words hold.
    static func filename(_ words: [String]) -> String {
        let name = words.joined(separator: "-").unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "A"..."Z", "a"..."z", "0"..."9", "-", ".", "_": Character(scalar)
            default: "_"
            }
        }
        return String(name.prefix(120)) + ".csv"
    }
}
