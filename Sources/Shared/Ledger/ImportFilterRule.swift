import Calendar
import Contracts
import Postgres

/// The filters of an import list, read from a URL (ingest §2.5).
public struct ImportFilterRule: Sendable {
    let content: ImportContent
    public var status: ImportStatus?
    var batch: String?
    var creator: String?
    var after: Timestamp?
    var before: Timestamp?
    public var limit: Int64?

    /// - Parameter now: microseconds since 1970, for `now` and durations.
    /// - Throws: `Fault` `.malformed` naming the parameter that cannot be read.
    public init(_ filter: ImportFilter, now: Int64) throws {
        guard let content = ImportContent(name: filter.content) else {
            throw Fault(.malformed, "unknown content [\(filter.content)]")
        }
        self.content = content
        // The path says which content; what is given beside it must still make sense.
        guard filter.givenContent.isEmpty || ImportContent.isNameOrNumber(filter.givenContent) else {
            throw Self.unreadable("content")
        }
        if !filter.status.isEmpty {
            guard let status = ImportStatus(text: filter.status) else { throw Self.unreadable("status") }
            self.status = status
        }
        batch = filter.batch.isEmpty ? nil : filter.batch
        creator = filter.creator.isEmpty ? nil : filter.creator
        after = try Self.instant(filter.after, "after", now: now)
        before = try Self.instant(filter.before, "before", now: now)
        if !filter.limit.isEmpty {
            guard let limit = Int64(filter.limit), (0...1_000_000).contains(limit) else {
                throw Self.unreadable("limit")
            }
            self.limit = limit
        }
    }

    /// The condition on table `i`.
    public func condition(afterID: Int64) -> SQL {
        var condition: SQL = "i.content = \(content.rawValue) AND i.id > \(afterID)"
        if let status { condition = "\(condition) AND i.status = \(status.rawValue)" }
        if let batch { condition = "\(condition) AND i.batch = \(batch)" }
        if let creator { condition = "\(condition) AND i.creator = \(creator)" }
        if let after { condition = "\(condition) AND i.updated > \(after)" }
        if let before { condition = "\(condition) AND i.updated < \(before)" }
        return condition
    }

    private static func unreadable(_ name: String) -> Fault {
        Fault(.malformed, "unable to read parameter \(name)", violations: [.init(field: name, problem: "unreadable")])
    }

    /// An instant `2020-01-31T08:00:00Z`, `now`, or a duration added to now such as `-PT1H`.
    private static func instant(_ text: String, _ name: String, now: Int64) throws -> Timestamp? {
        if text.isEmpty { return nil }
        if text.lowercased() == "now" { return Timestamp(microseconds: now) }
        if let seconds = ISODuration.seconds(text) {
            return Timestamp(microseconds: now + seconds * 1_000_000)
        }
        guard let moment = Moment(parsing: text) else { throw unreadable(name) }
        return Timestamp(microseconds: moment.microseconds)
    }
}

/// `-PT1H`, `P2D`, `PT1H30M`, `PT-1.5S`: days, hours, minutes and seconds in this order, each with a sign of its own, in
/// either case, of at most ten years. A fraction of a second is left out.
enum ISODuration {
    private static let limit: Int64 = 3_660 * 86_400
    /// In the order in which they may stand; the days before the `T`.
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("D", 86_400), ("H", 3_600), ("M", 60), ("S", 1),
    ]

    static func seconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 64 else { return nil }
        var rest = Substring(text.uppercased())
        let isNegative = sign(&rest)
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var total: Int64 = 0
        var next = 0
        var isTime = false
        while !rest.isEmpty {
            if rest.first == "T" {
                guard !isTime else { return nil }
                isTime = true
                next = max(next, 1)
                rest.removeFirst()
                guard !rest.isEmpty else { return nil }
            }
            let isMinus = sign(&rest)
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(digits.count), let number = Int64(digits) else { return nil }
            rest.removeFirst(digits.count)
            let hasFraction = rest.first == "." || rest.first == ","
            if hasFraction {
                rest.removeFirst()
                rest = rest.drop { $0.isASCII && $0.isNumber }
            }
            guard let letter = rest.popFirst(), let unit = units.firstIndex(where: { $0.letter == letter }),
                unit >= next, (unit > 0) == isTime, !hasFraction || letter == "S"
            else { return nil }
            next = unit + 1
            total += (isMinus ? -number : number) * units[unit].seconds
        }
        guard abs(total) <= limit else { return nil }
        return isNegative ? -total : total
    }

    /// Takes a sign away. - Returns: whether it was a minus.
    private static func sign(_ text: inout Substring) -> Bool {
        guard text.first == "-" || text.first == "+" else { return false }
        return text.removeFirst() == "-"
    }
}
