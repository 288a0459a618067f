/// What a report compares (aggregates §2); the wire name.
enum ReportType: String, CaseIterable, Sendable {
    /// Chosen school years.
    case yearly = "CustomAggregate"
    /// One population of students up the grades.
    case longitudinal = "Longitudinal"
    /// Claims or domains, without scores.
    case claim = "Claim"
    /// Residuals of targets, of one organization, subject, grade and year.
    case target = "Target"

    /// Case does not matter on the way in.
    init?(named name: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            return nil
        }
        self = found
    }

    /// For which assessment types it can be had.
    func takes(_ assessmentType: String) -> Bool {
        switch self {
        case .yearly: true
        case .longitudinal, .target: assessmentType == TypeCodes.summative
        case .claim: assessmentType != TypeCodes.block
        }
    }
}
