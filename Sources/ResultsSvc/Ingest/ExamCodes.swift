/// A closed list of codes as senders write them. Rule: ingest §3.2.
///
/// The number of a code, its place in the list counted from 1, is what is stored: append, never reorder.
struct CodeList: Sendable {
    let codes: [String]
    private let numbers: [String: Int16]
    private let spellings: NameTable<Int16>

    init(_ codes: [String]) {
        self.codes = codes
        spellings = NameTable(Array(zip(codes, Int16(1)...)))
        var numbers: [String: Int16] = [:]
        for (code, number) in zip(codes, Int16(1)...) { numbers[code.lowercased()] = number }
        self.numbers = numbers
    }

    /// The number of a code in any case and with any blanks around it; nil when it is not in the list.
    func number(_ text: String) -> Int16? {
        if let number = numbers[text] { return number }
        return numbers[text.trimmed.lowercased()]
    }

    /// The number of a code in this very spelling.
    func number(spelt text: UnsafeBufferPointer<UInt8>) -> Int16? { spellings.find(text) }

    /// Nil for a number that is none.
    func code(_ number: Int16) -> String? {
        codes.indices.contains(Int(number) - 1) ? codes[Int(number) - 1] : nil
    }
}

/// The code lists of a transmission. They are data of the interface, the same for all subjects. Rule: ingest §3.1, §3.2.
enum ExamCodes {
    static let genders = CodeList(["Male", "Female", "Nonbinary"])
    /// Number n is bit n - 1 of a student's ethnicities.
    static let ethnicities = CodeList([
        "HispanicOrLatinoEthnicity", "AmericanIndianOrAlaskaNative", "Asian", "BlackOrAfricanAmerican", "White",
        "NativeHawaiianOrOtherPacificIslander", "DemographicRaceTwoOrMoreRaces", "Filipino",
    ])
    static let elas = CodeList(["EO", "EL", "IFEP", "RFEP", "TBD"])
    static let military = CodeList(["NotMilitaryConnected", "ActiveDuty", "NationalGuardOrReserve"])
    static let conditions = CodeList(["Valid", "SD", "NS", "IN"])
    static let completenesses = CodeList(["Partial", "Complete"])
    static let grades = CodeList([
        "UG", "IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12",
        "13", "PS",
    ])
    static let itemTraits = CodeList(["Evidence/Elaboration", "Organization/Purpose", "Conventions"])
    static let statuses = CodeList([
        "appeal", "completed", "expired", "handscoring", "invalidated", "paused", "reported", "reset", "scored",
        "submitted", "pending",
    ])
    static let modes = CodeList(["online", "paper", "scanned"])
    static let itemScoreStatuses = CodeList([
        "NOTSCORED", "SCORED", "WAITINGFORMACHINESCORE", "SCORINGERROR", "APPEALED",
    ])
    static let subScoreStatuses = CodeList(["Scored", "NotScored", "WaitingForMachineScore", "ScoringError"])
    static let mimeTypes = CodeList(["text/plain", "text/xml", "text/html", "audio/ogg"])
    static let responseTypes = CodeList(["value", "reference"])

    static let conditionValid = number("Valid", in: conditions)
    static let conditionStandardized = number("SD", in: conditions)
    static let complete = number("Complete", in: completenesses)
    static let statusReset = number("reset", in: statuses)
    static let statusScored = number("scored", in: statuses)
    static let modeOnline = number("online", in: modes)

    /// The three-letter code of a language that is given by it or by its CALPADS number; nil for an unknown one.
    static func language(_ text: String) -> String? { languageCodes[text.trimmed.lowercased()] }

    /// The three-letter codes, in the order of their CALPADS numbers.
    static let languageList = languages.split(separator: " ").compactMap {
        $0.split(separator: "/").first.map(String.init)
    }

    /// The CALPADS number of a three-letter code.
    static func languageNumber(_ code: String) -> String? { languageNumbers[code] }

    private static let languageNumbers: [String: String] = {
        var numbers: [String: String] = [:]
        for pair in languages.split(separator: " ") {
            let parts = pair.split(separator: "/").map(String.init)
            numbers[parts[0]] = parts[1]
        }
        return numbers
    }()

    private static let languageCodes: [String: String] = {
        var codes: [String: String] = [:]
        for pair in languages.split(separator: " ") {
            let parts = pair.split(separator: "/").map(String.init)
            codes[parts[0]] = parts[0]
            codes[parts[1].lowercased()] = parts[0]
        }
        return codes
    }()

    /// Code and CALPADS number.
    private static let languages = """
        eng/00 spa/01 vie/02 chi/03 kor/04 fil/05 por/06 mnd/07 jpn/08 mkh/09 lao/10 ara/11 arm/12 bur/13 dut/15 per/16 fre/17 \
        ger/18 gre/19 cha/20 heb/21 hin/22 hmn/23 hun/24 ilo/25 ind/26 ita/27 pan/28 rus/29 smo/30 tha/32 tur/33 ton/34 urd/35 \
        ceb/36 sgn/37 ukr/38 chz/39 pus/40 pol/41 syr/42 guj/43 yao/44 rum/45 taw/46 lau/47 mah/48 oto/49 map/50 kur/51 bat/52 \
        toi/53 afa/54 alb/56 tir/57 som/60 ben/61 tel/62 tam/63 mar/64 kan/65 amh/66 bul/67 kik/68 kas/69 swe/70 zap/71 uzb/72 \
        mis/99 und/UU
        """

    private static func number(_ code: String, in list: CodeList) -> Int16 {
        guard let number = list.number(code) else { preconditionFailure("the code list lacks \(code)") }
        return number
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        guard let first = utf8.first, let last = utf8.last else { return self }
        // Most values have none; white space is a byte up to 32 or a character beyond ASCII.
        if first > 32 && first < 128 && last > 32 && last < 128 { return self }
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    /// Nil when there is nothing but white space.
    var nonBlank: String? {
        let text = trimmed
        return text.isEmpty ? nil : text
    }
}
