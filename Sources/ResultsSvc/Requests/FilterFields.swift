import Access
import Contracts
import Postgres

/// Which exams of a page are counted and listed, as a condition over the tables of `ExamRow` (results §4.3).
///
/// A field that the caller may not see cannot be filtered by either: its counts would tell what it hides (access §2.11).
enum FilterFields {
    /// Stands for "not stated": the delivery did not say.
    static let notStated = "none"

    /// - Throws: `Fault` `.malformed` for a value, field or code that is none, or a field that is not visible.
    static func condition(
        _ filter: ExamFilter?, _ session: borrowing Session, _ view: Gate.View
    ) throws -> SQL {
        guard let filter else { return "true" }
        var parts: [SQL] = []
        if filter.hideOffGrade { parts.append("e.enrolled_grade = a.grade") }
        if let manner = try number(filter.manner, of: ["SD", "NS"], in: ExamCodes.conditions, "manner") {
            parts.append("(e.type = 3 OR e.condition = \(manner))")
        }
        if let validity = try number(filter.validity, of: ["Valid", "IN"], in: ExamCodes.conditions, "validity") {
            parts.append("(e.type <> 3 OR e.condition = \(validity))")
        }
        let completeness = try number(
            filter.completeness, of: ExamCodes.completenesses.codes, in: ExamCodes.completenesses, "completeness")
        if let completeness { parts.append("e.completeness = \(completeness)") }

        guard Set(filter.fields.map(\.field)).count == filter.fields.count else {
            throw refusal("field", "names a field twice")
        }
        for asked in filter.fields {
            guard let field = StudentField(rawValue: asked.field), try view.sees(field, session) else {
                throw refusal("field", "is not one that you may filter by")
            }
            let allowed = Set(field.codes)
            guard !asked.codes.isEmpty, asked.codes.allSatisfy(allowed.contains) else {
                throw refusal(field.rawValue, "has an unknown code")
            }
            parts.append(field.condition(asked.codes))
        }
        return parts.isEmpty ? "true" : parts.joined(separator: " AND ")
    }

    private static func number(
        _ code: String, of allowed: [String], in list: CodeList, _ name: String
    ) throws -> Int16? {
        if code.isEmpty { return nil }
        guard allowed.contains(code), let number = list.number(code) else { throw refusal(name, "is unknown") }
        return number
    }

    private static func refusal(_ field: String, _ problem: String) -> Fault {
        Fault(.malformed, "\(field) \(problem)", violations: [.init(field: field, problem: problem)])
    }
}

extension StudentField {
    private static let yesAndNo = ["yes", "no"]

    /// What can be chosen, in the order in which screens show it (results §1.13.2).
    var codes: [String] {
        switch self {
        case .ethnicity: ExamCodes.ethnicities.codes
        case .gender: ExamCodes.genders.codes + [FilterFields.notStated]
        case .military: ExamCodes.military.codes
        case .elas: ["EO", "IFEP", "EL", "RFEP", "TBD", FilterFields.notStated]
        case .language: ExamCodes.languageList + [FilterFields.notStated]
        case .migrant, .section504, .iep, .economicDisadvantage, .englishLearner: Self.yesAndNo
        }
    }

    /// Any of the codes fits. What is not known is neither yes nor no (results trap 13).
    fileprivate func condition(_ codes: [String]) -> SQL {
        let known = codes.filter { $0 != FilterFields.notStated }
        let missing = known.count < codes.count
        switch self {
        case .ethnicity:
            let mask = known.compactMap(ExamCodes.ethnicities.number).reduce(Int16(0)) { $0 | 1 << ($1 - 1) }
            return "(s.ethnicities & \(mask)) <> 0"
        case .gender:
            return anyOf(known.compactMap(ExamCodes.genders.number), "s.gender", orMissing: missing)
        case .military:
            return anyOf(known.compactMap(ExamCodes.military.number), "e.military", orMissing: missing)
        case .elas:
            return anyOf(known.compactMap(ExamCodes.elas.number), "e.elas", orMissing: missing)
        case .language: return anyOf(known, "e.language", orMissing: missing)
        case .migrant: return flag("e.migrant", known)
        case .section504: return flag("e.section504", known)
        case .iep: return flag("e.iep", known)
        case .economicDisadvantage: return flag("e.economic_disadvantage", known)
        case .englishLearner: return flag("e.lep", known)
        }
    }

    private func anyOf<Value: ArrayElement & Column>(_ values: [Value], _ column: String, orMissing: Bool) -> SQL {
        "(\(raw: column) = ANY(\(values))\(raw: orMissing ? " OR \(column) IS NULL" : ""))"
    }

    private func flag(_ column: String, _ codes: [String]) -> SQL {
        let words = codes.map { $0 == "yes" ? "\(column) IS TRUE" : "\(column) IS FALSE" }
        return "(\(raw: words.joined(separator: " OR ")))"
    }
}

extension Gate.View {
    /// May this caller filter by a field, and take it away in a file?
    func sees(_ field: StudentField, _ session: borrowing Session) throws -> Bool {
        let setting = try session.row("SELECT value FROM setting WHERE key = \(field.settingKey)", as: String.self)
        return field.isVisible(to: caller, setting: setting)
    }

    /// In the order of files and screens.
    func fields(_ session: borrowing Session) throws -> [StudentField] {
        try StudentField.allCases.filter { try sees($0, session) }
    }
}

/// The fields that this caller may filter by. No student is looked at, so no record is made.
struct ListFilters: Sendable {
    let database: Database

    func callAsFunction(_ call: Call) async throws -> FilterFieldList {
        let caller = try call.person()
        let settings = try await database.read(call) { session in
            try session.rows("SELECT key, value FROM setting", as: (String, String).self)
        }
        let values = Dictionary(settings, uniquingKeysWith: { first, _ in first })
        return .with {
            $0.fields = StudentField.allCases.filter { $0.isVisible(to: caller, setting: values[$0.settingKey]) }
                .map { field in
                    .with {
                        $0.field = field.rawValue
                        $0.codes = field.codes
                    }
                }
        }
    }
}
