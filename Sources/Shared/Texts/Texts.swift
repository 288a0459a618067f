import Foundation

/// Every text that a person sees, by key: the catalogue shipped with the suite, with an operator's wording in place of it
/// where one is given.
///
/// A text may hold `{name}`, filled in when it is looked up. Code lists are texts too: `grade.03.short`, `condition.SD.name`.
public struct Texts: Sendable {
    /// Key to text, every key of the shipped catalogue.
    public let all: [String: String]

    /// The shipped catalogue as the bytes of its file: one JSON object, key to text.
    public static var english: [UInt8] { PackageResources.catalogue_en_json }

    /// The shipped catalogue.
    public init() throws {
        all = try Self.decode(Self.english, from: "the shipped catalogue")
    }

    /// The shipped catalogue with the texts of an operator's file over it.
    ///
    /// - Throws: `TextsError` when the file cannot be read, is no flat JSON object of texts, or names a key that does not
    ///   exist: a misspelt key would otherwise change nothing and nobody would know.
    public init(overriddenBy path: String) throws {
        let shipped = try Self().all
        guard let data = FileManager.default.contents(atPath: path) else { throw TextsError.unreadable(file: path) }
        let own = try Self.decode([UInt8](data), from: path)
        let unknown = own.keys.filter { shipped[$0] == nil }.sorted()
        guard unknown.isEmpty else { throw TextsError.unknownKeys(unknown, file: path) }
        all = shipped.merging(own) { _, theirs in theirs }
    }

    /// The text of a key with its values filled in.
    ///
    /// A key that does not exist is a mistake of ours and returns the key itself; `TextsTests` keeps that from happening.
    /// A `{name}` without a value stays as it is.
    public func callAsFunction(_ key: String, _ values: [String: String] = [:]) -> String {
        guard let text = all[key] else { return key }
        return values.isEmpty ? text : Self.fill(text, values)
    }

    /// The label of a code of a list that data may extend, such as `grade` or `condition`; the code itself where the
    /// catalogue does not know it.
    public func label(_ list: String, _ code: String, form: String = "name") -> String {
        all["\(list).\(code).\(form)"] ?? code
    }

    /// A school year by its last calendar year: 2018 is "2017-18", 2000 is "1999-00". Years outside 1…9999 are printed as
    /// they are.
    public func schoolYear(_ year: Int) -> String {
        guard (1...9999).contains(year) else { return String(year) }
        let end = year % 100
        return self("schoolYear.pattern", ["start": String(year - 1), "end": (end < 10 ? "0" : "") + String(end)])
    }

    /// The catalogue as the JSON object that the web app reads, keys in order so that equal texts give equal bytes.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(all))
    }

    /// Replaces each `{name}` once, from left to right: a value that holds braces is not looked at again.
    private static func fill(_ text: String, _ values: [String: String]) -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            filled += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { return filled + rest[open...] }
            let name = String(rest[rest.index(after: open)..<close])
            filled += values[name] ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }

    private static func decode(_ bytes: [UInt8], from source: String) throws -> [String: String] {
        do {
            return try JSONDecoder().decode([String: String].self, from: Data(bytes))
        } catch {
            throw TextsError.malformed(file: source)
        }
    }
}

/// Why a catalogue cannot be used; the process that reads it stops at its start.
public enum TextsError: Error, Equatable, CustomStringConvertible {
    case unreadable(file: String)
    case malformed(file: String)
    case unknownKeys([String], file: String)

    public var description: String {
        switch self {
        case .unreadable(let file): "\(file) cannot be read"
        case .malformed(let file): "\(file) is not one JSON object of texts, {\"key\": \"text\", …}"
        case .unknownKeys(let keys, let file): "\(file) names texts that do not exist: \(keys.joined(separator: ", "))"
        }
    }
}
