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
        "TitleIIILanguageInstructionProgramType", "PrimaryDisabilityType", "MilitaryConnectedStudentIndicator", "SessionId",
        "Completeness", "AdministrationCondition", "ExamItems",
    ]
}

/// Where the rules look things up; one answer per call, from memory.
protocol ExamLookups {
    /// The id of the school with this natural id.
    func schoolID(_ naturalID: String) -> Int64?
    func template(_ naturalID: String) -> ExamTemplate?
    /// The id of an accommodation by its code in lower case without blanks around it.
    func accommodationID(_ code: String) -> Int32?
}
