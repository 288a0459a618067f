import Foundation

private let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
]

/// `250ms`, `10s`, `15m`, `8h`, `90d`; nil for anything else, also for more than a thousand years.
func parsedDuration(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), let unit = units.first(where: { $0.name == text[digits.endIndex...] }) else {
        return nil
    }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
    guard !overflow, milliseconds <= 1000 * 366 * 86_400_000 else { return nil }
    return .milliseconds(milliseconds)
}

/// A time as a setting would say it, in the largest unit that fits.
func settingText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000
    let unit = units.last { milliseconds % $0.milliseconds == 0 && milliseconds != 0 } ?? units[0]
    return "\(milliseconds / unit.milliseconds)\(unit.name)"
}

/// Secrets that stand in examples and manuals, and single characters repeated. Case and padding do not make them better.
func isWellKnown(_ secret: String) -> Bool {
    let plain = secret.lowercased().filter { $0.isLetter || $0.isNumber }
    let words = [
        "changeme", "changeit", "password", "passw0rd", "secret", "default", "example", "postgres", "admin", "letmein",
        "qwerty", "test", "demo", "0123456789abcdef", "1234567890", "12345678",
    ]
    if Set(plain).count < 4 { return true }
    return words.contains { word in
        var rest = plain[...]
        while rest.hasPrefix(word) { rest = rest.dropFirst(word.count) }
        // The word, repeated or with a few digits behind it.
        return rest.count < plain.count && rest.count <= 4 && rest.allSatisfy(\.isNumber)
    }
}

/// Whether a libpq connection string (either form) holds a password itself.
func hasPassword(_ text: String) -> Bool {
    if text.contains(/(^|\s|[?&])password\s*=/.ignoresCase()) { return true }
    guard let scheme = text.firstMatch(of: /^postgres(ql)?:\/\//) else { return false }
    let authority = text[scheme.range.upperBound...].prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@") else { return false }
    return authority[..<at].contains(":")
}
