/// The name of a copy (aggregates §4.8).
public enum QueryName {
    /// In code points, as the database counts.
    public static let longest = 255

    /// "Name" → "Name (1)" → "Name (2)": the first that is not in use.
    ///
    /// A number in parentheses is a suffix only below 1000, so that "Results (2022)" keeps its year. The stem is cut where the
    /// result would be too long.
    public static func next(after name: String, taken: Set<String>) -> String {
        var (stem, number) = split(name)
        while true {
            number += 1
            let suffix = " (\(number))"
            let candidate = String(stem.unicodeScalars.prefix(longest - suffix.utf8.count)) + suffix
            if !taken.contains(candidate) { return candidate }
        }
    }

    private static func split(_ name: String) -> (stem: String, number: Int) {
        guard name.last == ")", let open = name.lastIndex(of: "(") else { return (name, 0) }
        let digits = name[name.index(after: open)...].dropLast()
        guard (1...3).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits)
        else { return (name, 0) }
        var stem = name[..<open]
        while stem.last == " " { stem.removeLast() }
        return (String(stem), number)
    }
}
