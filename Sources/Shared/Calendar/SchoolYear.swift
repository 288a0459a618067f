/// A school year, known by the calendar year in which it ends: 2018 is 2017-18 (results §1.1).
public struct SchoolYear: Sendable, Hashable, Comparable {
    /// The calendar year of its end.
    public let ending: Int32

    public init(ending: Int32) { self.ending = ending }

    /// As people read it: `2017-18`, `1999-00`.
    public var label: String {
        let end = Int(ending)
        return "\(end - 1)-\(Digits.padded(abs(end % 100), 2))"
    }

    public static func < (a: SchoolYear, b: SchoolYear) -> Bool { a.ending < b.ending }
}
