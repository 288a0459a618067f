import Postgres

/// The configuration of a tenant that decides what a result must hold. Rule: ingest §3.2.
struct ExamSettings: Sendable, Equatable {
    /// Names of elements that must be there; see `optionalNames`.
    var required: Set<String> = [
        "FirstName", "LastOrSurname", "Birthdate", "Sex", "EconomicDisadvantageStatus", "IDEAIndicator", "Completeness",
        "AdministrationCondition",
    ]
    /// Years that are configured.
    var schoolYears: Set<Int32>
    /// Points of an item.
    var itemScores: ClosedRange<Double> = -1...20

    /// Every name that may stand in `required`; another one is only logged.
    static let optionalNames: Set<String> = [
        "FirstName", "LastOrSurname", "MiddleName", "AliasName", "Birthdate", "Sex", "FirstEntryDateIntoUSSchool",
        "LimitedEnglishProficiencyEntryDate", "LEPExitDate", "Ethnicity", "IDEAIndicator", "EconomicDisadvantageStatus",
        "LEPStatus", "Section504Status", "MigrantStatus", "EnglishLanguageAcquisitionStatus",
        "EnglishLanguageAcquisitionStatusStartDate", "LanguageCode", "EnglishLanguageProficiencyLevel",
        "TitleIIILanguageInstructionProgramType", "PrimaryDisabilityType", "MilitaryConnectedStudentIndicator",
        "SessionId",
        "Completeness", "AdministrationCondition", "ExamItems",
    ]
}

extension ExamSettings {
    /// The setting that names the required elements, separated by blanks or commas; absent: the default list.
    static let requiredKey = "results.required_elements"

    /// As they are now in this service's copy.
    static func read(_ session: borrowing Session) throws -> ExamSettings {
        let years = try session.rows("SELECT year FROM school_year", as: (Int32).self)
        var settings = ExamSettings(schoolYears: Set(years))
        let names = try session.row("SELECT value FROM setting WHERE key = \(requiredKey)", as: (String).self)
        if let names { settings.required = Set(names.split { $0 == "," || $0.isWhitespace }.map(String.init)) }
        return settings
    }
}

/// Where the rules look things up; one answer per call, from memory.
protocol ExamLookups {
    /// The id of the school with this natural id.
    func schoolID(_ naturalID: String) -> Int64?
    func template(_ naturalID: String) -> ExamTemplate?
    /// The id of an accommodation by its code in lower case without blanks around it.
    func accommodationID(_ code: String) -> Int32?
}
