/// Codes that definitions may use, from the published formats. They are data of the interface, not of a subject.
enum CodeLists {
    /// Grades in order. Rule: ingest §3.2.
    static let grades = [
        "UG", "IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12",
        "13", "PS",
    ]

    /// The grade that a text means: one digit is padded, case is ignored.
    static func grade(_ text: String) -> String? {
        let padded = text.count == 1 ? "0" + text : text.uppercased()
        return grades.contains(padded) ? padded : nil
    }

    /// The palette of performance levels. Rule: ingest §5.1.
    static let colors: Set<String> = [
        "blue-dark", "denim", "blue", "teal", "aqua", "cerulean", "blue-bright", "sky", "pine", "green-dark",
        "emerald", "green", "cyan", "moss", "fern", "green-bright", "yellow-gold", "yellow", "yellow-mustard",
        "maroon", "purple-dark", "red-dark", "purple", "orange", "cobalt", "red", "pink-dark", "pink", "red-apple",
        "red-bright", "black", "gray-darkest", "gray-darker", "gray-dark", "gray", "gray-light", "gray-lighter",
        "gray-lightest", "white", "sb-iab-red", "sb-iab-yellow", "sb-iab-green",
    ]

    /// The icon of a claim or alternate score whose file names none.
    static let icon = "fa-pencil-square-o"
}
