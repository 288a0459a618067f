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

/// `-PT1H`, `P2D`, `PT1H30M`, `-PT24H`: days, hours, minutes and whole seconds of at most ten years.
enum ISODuration {
    static func seconds(_ text: String) -> Int64? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var total: Int64 = 0
        var number = ""
        var isTime = false
        var units = 0
        for character in rest {
            switch character {
            case "0"..."9":
                number.append(character)
                if number.count > 9 { return nil }
            case "T" where !isTime && number.isEmpty: isTime = true
            default:
                guard let value = Int64(number), let unit = unitSeconds(character, isTime: isTime) else { return nil }
                total += value * unit
                units += 1
                number = ""
            }
        }
        guard units > 0, number.isEmpty, total <= 3_660 * 86_400 else { return nil }
        return isNegative ? -total : total
    }

    private static func unitSeconds(_ unit: Character, isTime: Bool) -> Int64? {
        switch (unit, isTime) {
        case ("D", false): 86_400
        case ("H", true): 3_600
        case ("M", true): 60
        case ("S", true): 1
        default: nil
        }
    }
}
