import Foundation
import Glibc

/// Reads the settings of a process from its environment, and collects everything that is wrong with them.
///
/// A reader never stops at the first problem: it gives a harmless value back and goes on, and `finish` then names all
/// settings that are missing or wrong, at once. Secrets come from files alone; their values are never shown.
public struct SettingsReader: Sendable {
    /// A setting as `--check` shows it.
    struct Row: Sendable, Equatable {
        var name: String
        var value: String
        var meaning: String
    }

    private let environment: [String: String]
    private(set) var rows: [Row] = []
    private var problems: [(name: String, problem: String)] = []

    public init(_ environment: [String: String]) {
        self.environment = environment
    }

    // MARK: Values

    /// A text. Without a default it must be given; given but empty counts as not given.
    public mutating func string(_ name: String, default standard: String? = nil, _ meaning: String) -> String {
        guard let given = given(name) else { return missing(name, standard, standard ?? "", meaning) }
        show(name, given, meaning)
        return given
    }

    /// A text that may be left out.
    public mutating func optionalString(_ name: String, _ meaning: String) -> String? {
        let given = given(name)
        show(name, given ?? "(not set)", meaning)
        return given
    }

    /// A whole number in a range.
    public mutating func int(
        _ name: String, default standard: Int? = nil, in range: ClosedRange<Int>, _ meaning: String
    ) -> Int {
        guard let given = given(name) else {
            return missing(name, standard.map(String.init), standard ?? range.lowerBound, meaning)
        }
        show(name, given, meaning)
        guard let number = Int(given), range.contains(number) else {
            problem(name, "'\(given)' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            return standard ?? range.lowerBound
        }
        return number
    }

    /// `true` or `false`.
    public mutating func bool(_ name: String, default standard: Bool? = nil, _ meaning: String) -> Bool {
        guard let given = given(name) else {
            return missing(name, standard.map { "\($0)" }, standard ?? false, meaning)
        }
        show(name, given, meaning)
        guard let flag = Bool(given) else {
            problem(name, "'\(given)' is neither true nor false")
            return standard ?? false
        }
        return flag
    }

    /// A time with its unit: `250ms`, `10s`, `15m`, `8h`, `90d`.
    public mutating func duration(
        _ name: String, default standard: Duration? = nil,
        in range: ClosedRange<Duration> = .milliseconds(1) ... .seconds(366 * 86400), _ meaning: String
    ) -> Duration {
        guard let given = given(name) else {
            return missing(name, standard.map(settingText), standard ?? range.lowerBound, meaning)
        }
        show(name, given, meaning)
        guard let time = parsedDuration(given) else {
            problem(name, "'\(given)' is not a time like 250ms, 10s, 15m, 8h or 90d")
            return standard ?? range.lowerBound
        }
        guard range.contains(time) else {
            problem(
                name, "'\(given)' is not between \(settingText(range.lowerBound)) and \(settingText(range.upperBound))")
            return standard ?? range.lowerBound
        }
        return time
    }

    /// Texts separated by blanks. Without a default at least one must be given.
    public mutating func list(_ name: String, default standard: [String]? = nil, _ meaning: String) -> [String] {
        guard let given = given(name) else {
            return missing(name, standard?.joined(separator: " "), standard ?? [], meaning)
        }
        show(name, given, meaning)
        return given.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// One of the cases of an enum.
    public mutating func choice<T: RawRepresentable & CaseIterable & Sendable>(
        _ name: String, default standard: T? = nil, _ meaning: String
    ) -> T where T.RawValue == String {
        let cases = Array(T.allCases)
        guard let given = given(name) else { return missing(name, standard?.rawValue, standard ?? cases[0], meaning) }
        show(name, given, meaning)
        guard let known = T(rawValue: given) else {
            problem(name, "'\(given)' is none of \(cases.map(\.rawValue).joined(separator: ", "))")
            return standard ?? cases[0]
        }
        return known
    }

    // MARK: Files and secrets

    /// The secret in the file that `<name>_FILE` names, without the line end. The environment itself is refused: other
    /// processes and crash reports can see it.
    ///
    /// - Parameter shortest: in bytes; what is shorter can be guessed.
    public mutating func secret(_ name: String, shortest: Int = 16, _ meaning: String) -> String {
        guard let secret = readSecret(name, shortest, meaning) else {
            if environment["\(name)_FILE"]?.isEmpty ?? true { problem("\(name)_FILE", "is not set: \(meaning)") }
            return ""
        }
        return secret
    }

    /// Like `secret`; nil when `<name>_FILE` is not set.
    public mutating func optionalSecret(_ name: String, shortest: Int = 16, _ meaning: String) -> String? {
        readSecret(name, shortest, meaning)
    }

    /// The text of a file that is no secret, such as certificates or a list; nil when the setting is not there.
    public mutating func optionalFile(_ name: String, _ meaning: String) -> String? {
        guard let path = optionalString(name, meaning) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            problem(name, "the file \(path) cannot be read")
            return nil
        }
        guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
            problem(name, "the file \(path) is no text of at most 1 MiB")
            return nil
        }
        return text
    }

    /// How libpq reaches a database. A password belongs into a `passfile`.
    public mutating func database(_ name: String, default standard: String? = nil, _ meaning: String) -> String {
        let text = string(name, default: standard, meaning)
        if hasPassword(text) {
            rows[rows.count - 1].value = "(holds a password)"
            problem(name, "holds a password; write it into a file that passfile= names")
        }
        return text
    }

    /// The bus URLs of a neighbour's replicas: `ERS_RESULTS_URLS`.
    public mutating func urls(of service: String) -> [String] {
        list("ERS_\(service.uppercased())_URLS", "Where \(service) listens on the bus, one URL for each replica.")
    }

    // MARK: Problems

    /// Adds a problem that the reader cannot see, such as two settings that contradict each other.
    public mutating func problem(_ name: String, _ problem: String) {
        problems.append((name, problem))
    }

    /// - Throws: `SettingsProblems` with everything that was missing or wrong.
    public func finish() throws {
        guard problems.isEmpty else { throw SettingsProblems(problems: problems) }
    }

    /// Settings of this suite in the environment that nobody asked for: perhaps misspelled ones.
    var unread: [String] {
        let read = Set(rows.map(\.name))
        return environment.keys.filter { $0.hasPrefix("ERS_") && !read.contains($0) }.sorted()
    }

    /// What was read, a line for each setting, secrets masked.
    var table: String {
        let name = rows.map(\.name.count).max() ?? 0
        let value = min(rows.map(\.value.count).max() ?? 0, 60)
        return rows.map { row in
            let left = row.name.padded(to: name) + "  " + row.value.padded(to: value)
            return "\(left)  \(row.meaning)"
        }.joined(separator: "\n")
    }

    // MARK: Inside

    private func given(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func show(_ name: String, _ value: String, _ meaning: String) {
        rows.removeAll { $0.name == name }
        rows.append(Row(name: name, value: value, meaning: meaning))
    }

    private mutating func missing<T>(_ name: String, _ standard: String?, _ value: T, _ meaning: String) -> T {
        if let standard {
            show(name, "\(standard) (default)", meaning)
        } else {
            show(name, "(missing)", meaning)
            problem(name, "is not set: \(meaning)")
        }
        return value
    }

    private mutating func readSecret(_ name: String, _ shortest: Int, _ meaning: String) -> String? {
        let setting = "\(name)_FILE"
        if environment[name] != nil {
            problem(name, "a secret does not belong into the environment; write it into a file and set \(setting)")
        }
        guard let path = given(setting) else {
            show(setting, "(not set)", meaning)
            return nil
        }
        show(setting, "\(path) (secret)", meaning)
        var status = stat()
        guard stat(path, &status) == 0 else {
            problem(setting, "the file \(path) cannot be read")
            return ""
        }
        guard status.st_mode & 0o007 == 0 else {
            problem(setting, "everybody may read the secret: chmod o-rwx \(path)")
            return ""
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            problem(setting, "the file \(path) cannot be read")
            return ""
        }
        guard data.count <= 64 << 10, let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
            problem(setting, "the file \(path) is no text of at most 64 KiB")
            return ""
        }
        let secret = text.trimmingCharacters(in: .newlines)
        if secret.utf8.count < shortest {
            problem(setting, "the secret in \(path) has \(secret.utf8.count) bytes, fewer than \(shortest)")
        } else if isWellKnown(secret) {
            problem(setting, "the secret in \(path) is one from examples; draw a random one")
        }
        return secret
    }
}

/// Everything that is wrong with the settings of a process.
public struct SettingsProblems: Error, CustomStringConvertible, Sendable {
    public let problems: [(name: String, problem: String)]
    public var description: String { problems.map { "\($0.name): \($0.problem)" }.joined(separator: "\n") }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
