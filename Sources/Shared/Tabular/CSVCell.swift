/// Cells of the comma-separated files that leave the suite (results §5).
public enum CSVCell {
    /// Quoted, quotes doubled (RFC 4180).
    public static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// Text that people wrote: what a spreadsheet would take for a formula is made a text by an apostrophe (access §8.3).
    public static func harmless(_ text: String) -> String { isFormula(text) ? "'" + text : text }

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
}
