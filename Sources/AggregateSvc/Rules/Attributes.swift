import Contracts

/// The attribute word of a fact: one bit for each code of each field, so that a filter is `word & mask <> 0` for each field
/// and a student of several ethnicities has several bits (aggregates §7.4).
enum Attributes {
    /// Set in no word, but added by queries: what every student matches.
    static let everybody: Int64 = 1 << 62

    private static func field(_ name: String) -> StudentField {
        guard let field = StudentField.named(name) else { preconditionFailure("no field \(name)") }
        return field
    }
    private static let gender = field("Gender")
    private static let ethnicity = field("Ethnicity")
    private static let lep = field("LEP")
    private static let elas = field("ELAS")
    private static let section504 = field("Section504")
    private static let iep = field("IEP")
    private static let migrant = field("MigrantStatus")
    private static let military = field("MilitaryConnectedCode")
    private static let economic = field("EconomicDisadvantage")

    /// The bits that follow the student as he is now (aggregates §1.4, T5).
    static let current = gender.mask | ethnicity.mask

    /// Those bits of one student. An ethnicity that is not in the list has no bit.
    static func ofStudent(gender code: String, ethnicities: [String]) -> Int64 {
        ethnicities.reduce(gender.bit(code)) { $0 | ethnicity.bit($1) }
    }

    /// Of a student of whom nothing has come yet.
    static let unknownStudent = ofStudent(gender: "", ethnicities: [])

    /// The bits that were recorded with a result. What is missing is "undefined", never a default (T4).
    static func ofExam(_ exam: ExamChange) -> Int64 {
        lep.bit(code(exam.lep)) | elas.bit(exam.elas) | section504.bit(code(exam.section504)) | iep.bit(code(exam.iep))
            | migrant.bit(code(exam.migrant)) | military.bit(exam.military)
            | economic.bit(code(exam.economicDisadvantage))
    }

    private static func code(_ stated: Stated) -> String {
        switch stated {
        case .yes: "yes"
        case .no: "no"
        default: StudentField.undefined
        }
    }
}

/// Completeness and condition of a result in one number, the unknown ones included (aggregates §1.3).
enum Context {
    static let completenesses = ["Complete", "Partial"]
    static let conditions = ["Valid", "IN", "SD", "NS"]
    static let interimConditions = ["SD", "NS"]
    static let summativeConditions = ["Valid", "IN"]

    static func number(completeness: String, condition: String) -> Int16 {
        Int16(place(completeness, completenesses) * 8 + place(condition, conditions))
    }

    /// The numbers that a query counts; nil: all of them, the unknown ones too. A code that is named never matches unknown.
    static func numbers(completenesses chosen: [String], conditions kinds: [String]) -> [Int16]? {
        if chosen.isEmpty && kinds.isEmpty { return nil }
        let first = chosen.isEmpty ? Array(0...completenesses.count) : chosen.map { place($0, completenesses) }
        let second = kinds.isEmpty ? Array(0...conditions.count) : kinds.map { place($0, conditions) }
        return first.flatMap { a in second.map { Int16(a * 8 + $0) } }
    }

    /// From 1; 0 for what is not in the list.
    private static func place(_ code: String, _ list: [String]) -> Int { (list.firstIndex(of: code) ?? -1) + 1 }
}

/// Assessment types by their number in the tables.
enum TypeCodes {
    static let numbers: [String: Int16] = ["ica": 1, "iab": 2, "sum": 3]
    static let codes: [Int16: String] = [1: "ica", 2: "iab", 3: "sum"]
    /// In the order in which they are offered (aggregates §4.6).
    static let offered = ["sum", "ica", "iab"]
    static let summative = "sum"
    static let block = "iab"
}

/// Assessment grades in their order (ingest §3.2).
enum Grades {
    static let all = [
        "UG", "IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12",
        "13",
        "PS",
    ]
    static func order(_ code: String) -> Int { all.firstIndex(of: code) ?? all.count }

    /// The grades that advance by one a year.
    static let numbers = 0...13

    /// Of a grade that advances by years; nil for others. `grade_number` of migration V0006 says the same.
    static func number(_ code: String) -> Int? {
        if code == "KG" { return 0 }
        guard code.utf8.count == 2, let number = Int(code), (1...13).contains(number) else { return nil }
        return number
    }
}
