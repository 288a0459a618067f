@testable import ResultsSvc

/// A small world in memory: one comprehensive assessment, one summative, one block, one school.
struct SeedLookups: ExamLookups {
    static let ica = template(id: 1, "(SEED)ica-3", type: 1)
    static let summative = template(id: 2, "(SEED)sum-3", type: 3)
    /// Without claims: the subject defines none for blocks.
    static let block = template(id: 3, "(SEED)iab-3", type: 2, claims: [])

    func schoolID(_ naturalID: String) -> Int64? { ["school-1": 11, "school-2": 12][naturalID] }

    func template(_ naturalID: String) -> ExamTemplate? {
        [Self.ica, Self.summative, Self.block].first { $0.naturalID == naturalID }
    }

    func accommodationID(_ code: String) -> Int32? { ["tds_asl1": 31, "nea_calc": 32][code] }

    private static func template(id: Int32, _ naturalID: String, type: Int16, claims: [String] = ["SOCK_R", "2-W"])
        -> ExamTemplate
    {
        ExamTemplate(
            assessmentID: id, naturalID: naturalID, subjectID: 5, subjectCode: "ELA", grade: "03", type: type,
            overall: 2114...2623,
            claims: claims, alternates: [ExamTemplate.Alternate(code: "A1", range: 1150...1700)],
            traits: [
                ExamTemplate.Trait(id: 41, code: "SOCK_ARGU_ORG", maximum: 4),
                ExamTemplate.Trait(id: 42, code: "SOCK_ARGU_CON", maximum: 2),
            ],
            items: [
                ExamTemplate.Item(
                    naturalID: "200-100", ordinal: 0,
                    targets: [
                        ExamTemplate.Target(id: 51, code: "1-LT|4-3"), ExamTemplate.Target(id: 52, code: "3|NF|C"),
                    ]),
                ExamTemplate.Item(
                    naturalID: "200-101", ordinal: 1, targets: [ExamTemplate.Target(id: 51, code: "1-LT|4-3")]),
                ExamTemplate.Item(naturalID: "200-102", ordinal: 2, targets: []),
            ])
    }
}

extension ExamRules where Lookups == SeedLookups {
    static func seed(_ change: (inout ExamSettings) -> Void = { _ in }) -> ExamRules {
        var settings = ExamSettings(schoolYears: [2018, 2019])
        change(&settings)
        return ExamRules(settings: settings, lookups: SeedLookups())
    }
}

extension ExamRules.Verdict {
    var result: ExamResult? {
        if case .accepted(let result) = self { result } else { nil }
    }

    /// Status and message of a refusal.
    var refusal: (status: String, message: String?)? {
        if case .refused(let outcome) = self { (outcome.status.name, outcome.message) } else { nil }
    }
}
