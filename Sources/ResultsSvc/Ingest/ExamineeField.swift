/// The names under which an examinee's attributes and relationships are known. Case matters. Rule: ingest §3.1.2.
enum ExamineeField: Int, CaseIterable, Sendable {
    case studentIdentifier, ssid
    case firstName, lastOrSurname, middleName, aliasName
    case birthdate, sex, firstEntryDate
    case lepEntryDate, elIdentificationDate, lepExitDate, reclassifiedDate
    case hispanic, americanIndian, asian, black, white, pacificIslander, twoOrMoreRaces, filipino
    case gradeWhenAssessed, grade
    case idea, economicDisadvantage, lepStatus, section504, migrant
    case elas, elasStartDate, language, englishLevel, titleIIIProgram, primaryDisability, military
    case schoolID, responsibleInstitution, schoolName, districtID, districtName

    static let groupName = "StudentGroupName"

    var name: String {
        switch self {
        case .studentIdentifier: "StudentIdentifier"
        case .ssid: "SSID"
        case .firstName: "FirstName"
        case .lastOrSurname: "LastOrSurname"
        case .middleName: "MiddleName"
        case .aliasName: "AliasName"
        case .birthdate: "Birthdate"
        case .sex: "Sex"
        case .firstEntryDate: "FirstEntryDateIntoUSSchool"
        case .lepEntryDate: "LimitedEnglishProficiencyEntryDate"
        case .elIdentificationDate: "EnglishLearnerIdentificationDate"
        case .lepExitDate: "LEPExitDate"
        case .reclassifiedDate: "ReclassifiedFluentEnglishProficientDate"
        case .hispanic: "HispanicOrLatinoEthnicity"
        case .americanIndian: "AmericanIndianOrAlaskaNative"
        case .asian: "Asian"
        case .black: "BlackOrAfricanAmerican"
        case .white: "White"
        case .pacificIslander: "NativeHawaiianOrOtherPacificIslander"
        case .twoOrMoreRaces: "DemographicRaceTwoOrMoreRaces"
        case .filipino: "Filipino"
        case .gradeWhenAssessed: "GradeLevelWhenAssessed"
        case .grade: "Grade"
        case .idea: "IDEAIndicator"
        case .economicDisadvantage: "EconomicDisadvantageStatus"
        case .lepStatus: "LEPStatus"
        case .section504: "Section504Status"
        case .migrant: "MigrantStatus"
        case .elas: "EnglishLanguageAcquisitionStatus"
        case .elasStartDate: "EnglishLanguageAcquisitionStatusStartDate"
        case .language: "LanguageCode"
        case .englishLevel: "EnglishLanguageProficiencyLevel"
        case .titleIIIProgram: "TitleIIILanguageInstructionProgramType"
        case .primaryDisability: "PrimaryDisabilityType"
        case .military: "MilitaryConnectedStudentIndicator"
        case .schoolID: "SchoolId"
        case .responsibleInstitution: "ResponsibleInstitutionIdentifier"
        case .schoolName: "SchoolName"
        case .districtID: "DistrictId"
        case .districtName: "DistrictName"
        }
    }

    /// An `ExamineeRelationship`; the others are attributes.
    var isRelationship: Bool {
        switch self {
        case .schoolID, .responsibleInstitution, .schoolName, .districtID, .districtName: true
        default: false
        }
    }

    /// The name that is tried when no element of this one exists.
    var alternate: ExamineeField? {
        switch self {
        case .studentIdentifier: .ssid
        case .gradeWhenAssessed: .grade
        case .schoolID: .responsibleInstitution
        case .lepEntryDate: .elIdentificationDate
        case .lepExitDate: .reclassifiedDate
        default: nil
        }
    }

    static let attributes = NameTable(allCases.filter { !$0.isRelationship }.map { ($0.name, $0) })
    static let relationships = NameTable(allCases.filter { $0.isRelationship }.map { ($0.name, $0) })
    /// In the order of the ethnicity list, with the number of each in `ExamCodes.ethnicities`.
    static let ethnicities: [(field: ExamineeField, number: Int16)] = allCases.compactMap { field in
        ExamCodes.ethnicities.number(field.name).map { (field, $0) }
    }.sorted { $0.1 < $1.1 }
}
