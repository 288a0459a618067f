import Access

/// A student attribute by which a report may filter or make rows, with its codes (aggregates §1.4–1.6).
///
/// They are data of the interface, as in ingest §3.2: no subject or level is among them. The place of a code is the place of
/// its bit, so codes are appended, never reordered.
struct StudentField: Sendable, Hashable {
    /// The wire name.
    let name: String
    /// The member of the query document that filters by it.
    let filterName: String
    /// In the stored-data CSV: as a subgroup, and among the attributes.
    let csvName: String
    let attributeName: String
    /// In the order in which they are shown.
    let codes: [String]
    /// Not shown unless the data hold it; a filter only where `filtersUndefined`.
    let hasUndefined: Bool
    let filtersUndefined: Bool
    /// The bit of the first code in the attribute word; nil for the language, which is a column of its own.
    let firstBit: Int?
    /// Which codes have a row even without students.
    let backfilled: [String]
    /// The field as the state's settings know it, which say who may use it.
    let field: Access.StudentField

    static let undefined = "undefined"

    static func == (a: StudentField, b: StudentField) -> Bool { a.name == b.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// In the order of subgroups.
    static let all: [StudentField] = {
        var next = 0
        func field(
            _ name: String, _ field: Access.StudentField, filter: String, csv: String, attribute: String,
            _ codes: [String], undefined: Bool = true, filtersUndefined: Bool = false, backfilled: [String]
        ) -> StudentField {
            defer { next += codes.count + (undefined ? 1 : 0) }
            return StudentField(
                name: name, filterName: filter, csvName: csv, attributeName: attribute, codes: codes,
                hasUndefined: undefined, filtersUndefined: filtersUndefined, firstBit: next, backfilled: backfilled,
                field: field)
        }
        let answers = ["yes", "no"]
        let genders = ["Male", "Female", "Nonbinary"]
        let ethnicities = [
            "HispanicOrLatinoEthnicity", "AmericanIndianOrAlaskaNative", "Asian", "BlackOrAfricanAmerican", "White",
            "NativeHawaiianOrOtherPacificIslander", "DemographicRaceTwoOrMoreRaces", "Filipino",
        ]
        let elas = ["EO", "EL", "IFEP", "RFEP", "TBD", "ADEL"]
        let military = ["NotMilitaryConnected", "ActiveDuty", "NationalGuardOrReserve"]
        return [
            field(
                "Gender", .gender, filter: "genderCodes", csv: "Sex", attribute: "Sex", genders, backfilled: genders),
            field(
                "Ethnicity", .ethnicity, filter: "ethnicityCodes", csv: "Ethnicity", attribute: "Ethnicity",
                ethnicities,
                undefined: false, backfilled: ethnicities),
            field(
                "LEP", .englishLearner, filter: "lepCodes", csv: "EnglishLearner", attribute: "EnglishLearner", answers,
                backfilled: answers),
            field(
                "ELAS", .elas, filter: "elasCodes", csv: "EnglishLanguageAcquisitionStatus", attribute: "ELAS", elas,
                backfilled: elas),
            StudentField(
                name: "Language", filterName: "languageCodes", csvName: "LanguageCode", attributeName: "LanguageCode",
                codes: Languages.codes, hasUndefined: true, filtersUndefined: false, firstBit: nil, backfilled: [],
                field: .language),
            field(
                "Section504", .section504, filter: "section504Codes", csv: "Section504Status",
                attribute: "Section504Status",
                answers,
                filtersUndefined: true, backfilled: answers + [undefined]),
            field(
                "IEP", .iep, filter: "iepCodes", csv: "IDEAIndicator", attribute: "IDEAIndicator", answers,
                backfilled: answers),
            field(
                "MigrantStatus", .migrant, filter: "migrantStatusCodes", csv: "MigrantStatus",
                attribute: "MigrantStatus",
                answers,
                filtersUndefined: true, backfilled: answers + [undefined]),
            field(
                "MilitaryConnectedCode", .military, filter: "militaryConnectedCodes", csv: "MilitaryConnectedCode",
                attribute: "MilitaryConnectedCode", military, backfilled: military),
            field(
                "EconomicDisadvantage", .economicDisadvantage, filter: "economicDisadvantageCodes",
                csv: "EconomicDisadvantageStatus",
                attribute: "EconomicDisadvantageStatus", answers, backfilled: answers),
        ]
    }()

    static func named(_ name: String) -> StudentField? {
        all.first { $0.name.lowercased() == name.lowercased() }
    }

    /// All codes that rows may have, in order: the undefined one last.
    var rowCodes: [String] { codes + (hasUndefined ? [Self.undefined] : []) }

    /// The codes that a query may filter by.
    var filterCodes: [String] { codes + (filtersUndefined ? [Self.undefined] : []) }

    /// The canonical form of a code that a query may filter by.
    func filterCode(_ text: String) -> String? {
        filterCodes.first { $0.lowercased() == text.lowercased() }
    }

    /// The bit of a code; of the undefined one, for what is not a code. 0 for the language.
    func bit(_ code: String) -> Int64 {
        guard let firstBit else { return 0 }
        if let place = codes.firstIndex(of: code) { return 1 << Int64(firstBit + place) }
        return hasUndefined ? 1 << Int64(firstBit + codes.count) : 0
    }

    /// All bits of the field.
    var mask: Int64 { rowCodes.reduce(0) { $0 | bit($1) } }
}

/// Primary languages in the order of lists: English first, what is not known last, the others by name (aggregates §1.6).
enum Languages {
    /// The number of a language is its place in this list from 1 on; 0 is not stated. Append only: numbers are stored.
    static let codes = """
        eng alb amh ara arm syr bat ben bul bur chi ceb afa cha chz dut per fil fre ger gre guj heb hin hmn hun ilo \
        ind ita jpn kan kas map kik kor kur lau lao mnd mar mah yao oto mkh pus pol por pan rum rus smo sgn som spa \
        swe taw tam tel tha tir toi ton tur ukr urd uzb vie zap mis und
        """.split(separator: " ").map(String.init)

    private static let numbers: [String: Int16] = Dictionary(
        zip(codes, 1...), uniquingKeysWith: { first, _ in first })

    /// 0 for an empty or unknown code.
    static func number(_ code: String) -> Int16 { numbers[code] ?? 0 }
    static func code(_ number: Int16) -> String {
        codes.indices.contains(Int(number) - 1) ? codes[Int(number) - 1] : StudentField.undefined
    }
}
