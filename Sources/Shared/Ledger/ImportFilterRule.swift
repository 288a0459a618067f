import Contracts
import Postgres

/// The filters of an import list, read from a URL (ingest §2.5).
struct ImportFilterRule: Sendable {
    let content: ImportContent
    var status: ImportStatus?
    var batch: String?
    var creator: String?
    var after: Timestamp?
    var before: Timestamp?
    var limit: Int64?

    /// - Parameter now: microseconds since 1970, for `now` and durations.
    /// - Throws: `Fault` `.malformed` naming the parameter that cannot be read.
    init(_ filter: ImportFilter, now: Int64) throws {
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
            guard let limit = Int64(filter.limit), (0...1_000_000).contains(limit) else { throw Self.unreadable("limit") }
            self.limit = limit
        }
    }

    /// The condition on table `i`.
    func condition(afterID: Int64) -> SQL {
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
        guard let instant = ISOInstant.microseconds(text) else { throw unreadable(name) }
        return Timestamp(microseconds: instant)
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

/// `2020-01-31T08:00:00Z`, with an optional fraction and `Z` or an offset; without a zone it is UTC.
enum ISOInstant {
    static func microseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes.count <= 40, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54,
            bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = number(bytes, 0, 4), let month = number(bytes, 5, 7), let day = number(bytes, 8, 10),
            let hour = number(bytes, 11, 13), let minute = number(bytes, 14, 16), let second = number(bytes, 17, 19),
            (1970...9_999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second < 60
        else { return nil }
        var position = 19
        var fraction: Int64 = 0
        if position < bytes.count, bytes[position] == 0x2E {
            position += 1
            var scale: Int64 = 100_000
            let start = position
            while position < bytes.count, let digit = number(bytes, position, position + 1) {
                fraction += digit * scale
                scale /= 10
                position += 1
            }
            if position == start { return nil }
        }
        var offset: Int64 = 0
        if position < bytes.count {
            if bytes[position] == 0x5A, position + 1 == bytes.count {
                offset = 0
            } else if bytes[position] == 0x2B || bytes[position] == 0x2D, position + 6 == bytes.count,
                bytes[position + 3] == 0x3A, let hours = number(bytes, position + 1, position + 3),
                let minutes = number(bytes, position + 4, position + 6), hours <= 18, minutes < 60
            {
                offset = (hours * 3_600 + minutes * 60) * (bytes[position] == 0x2D ? -1 : 1)
            } else {
                return nil
            }
        }
        let days = daysSince1970(year, month, day)
        return ((days * 86_400) + hour * 3_600 + minute * 60 + second - offset) * 1_000_000 + fraction
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int64? {
        guard end <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[start..<end] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
