/// Cells of the comma-separated files that leave the suite (results §5).
public enum CSVCell {
    /// Quoted, quotes doubled (RFC 4180).
    public static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// Text that people wrote: what a spreadsheet would take for a formula is made a text by an apostrophe (access §8.3).
    ///
    /// - Parameter guardsNumbers: a plain negative number is no formula and stays one (results §5), except where all that
    ///   begins with a minus sign is guarded (aggregates §4.5).
    public static func harmless(_ text: String, guardsNumbers: Bool = false) -> String {
        isFormula(text, guardsNumbers) ? "'" + text : text
    }

    private static func isFormula(_ text: String, _ guardsNumbers: Bool) -> Bool {
        guard let first = text.utf8.first else { return false }
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@"), 0x09, 0x0D: return true
        case UInt8(ascii: "-"):
            let rest = text.utf8.dropFirst()
            let digits = rest.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == 0x2E }
            return guardsNumbers || !rest.isEmpty && !digits
        default: return false
        }
    }
}
