import Calendar
import Ledger
import Postgres
import XML

/// Carries out batches of test results: reads, judges and stores them. The process of the ledger's lane for `EXAM`.
struct ExamIngest: Sendable {
    let templates: ExamTemplates

    /// A transmission is 18 KB; what is larger than this ends `BAD_FORMAT` unread.
    static let payloadLimit = 4 << 20
    /// The knee of the curve: twice as many gain a tenth and wait twice as long (ingest-speed §5.2).
    static let batchLimit = 128

    /// - Throws: `NeedsFreshCopies` while a school or year is unknown that a neighbour may have told of.
    func process(
        _ session: borrowing Session, _ batch: [QueuedImport], copiesAreFresh: Bool
    ) throws -> [ImportOutcome] {
        var outcomes = [ImportOutcome?](repeating: nil, count: batch.count)
        var documents: [(index: Int, document: TRTDocument)] = []
        for (index, queued) in batch.enumerated() {
            do {
                documents.append((index, try TRTReader.read(queued.body)))
            } catch {
                outcomes[index] = ImportOutcome(.badFormat, error.description)
            }
        }
        if !documents.isEmpty {
            let (rules, missing) = try lookUp(documents.map(\.document), session)
            if missing && !copiesAreFresh { throw NeedsFreshCopies() }
            var works: [ExamWork] = []
            var places: [Int] = []
            for (index, document) in documents {
                switch rules.judge(document) {
                case .refused(let outcome): outcomes[index] = outcome
                case .accepted(let result):
                    works.append(ExamWork(importID: batch[index].id, result: result))
                    places.append(index)
                }
            }
            for (index, outcome) in zip(places, try ExamBatchWriter.write(works, session)) { outcomes[index] = outcome }
        }
        return outcomes.map { $0 ?? ImportOutcome(.badData) }
    }

    /// Everything the rules look up for these documents, in a few statements.
    private func lookUp(
        _ documents: [TRTDocument], _ session: borrowing Session
    ) throws -> (rules: ExamRules<ExamMemory>, missing: Bool) {
        let settings = try ExamSettings.read(session)
        let schoolNames = Set(documents.compactMap { $0.examinee?[.schoolID]?.nonBlank })
        let schools = try session.rows(
            "SELECT natural_id, id FROM school WHERE natural_id = ANY(\(schoolNames.sorted()))", as: (String, Int64).self)
        let codes = Set(documents.flatMap(\.accommodationCodes).map { $0.trimmed.lowercased() })
        let accommodations =
            codes.isEmpty
            ? []
            : try session.rows(
                "SELECT lower(code), id FROM accommodation WHERE lower(code) = ANY(\(codes.sorted()))", as: (String, Int32).self)
        let memory = ExamMemory(
            schools: Dictionary(schools, uniquingKeysWith: { first, _ in first }),
            templates: try templates.templates(Set(documents.map(\.test.name)), session),
            accommodations: Dictionary(accommodations, uniquingKeysWith: { first, _ in first }))
        let years = Set(documents.compactMap { Int32($0.test.academicYear) })
        let missing = memory.schools.count < schoolNames.count || !years.isSubset(of: settings.schoolYears)
        return (ExamRules(settings: settings, lookups: memory), missing)
    }
}

/// What a batch looks up, read once.
struct ExamMemory: ExamLookups, Sendable {
    var schools: [String: Int64]
    var templates: [String: ExamTemplate]
    /// By code in lower case.
    var accommodations: [String: Int32]

    func schoolID(_ naturalID: String) -> Int64? { schools[naturalID] }
    func template(_ naturalID: String) -> ExamTemplate? { templates[naturalID] }
    func accommodationID(_ code: String) -> Int32? { accommodations[code] }
}

extension ExamSettings {
    /// The setting that names the required elements, separated by blanks or commas; absent: the default list.
    static let requiredKey = "results.required_elements"

    static func read(_ session: borrowing Session) throws -> ExamSettings {
        let years = try session.rows("SELECT year FROM school_year", as: Int32.self)
        var settings = ExamSettings(schoolYears: Set(years))
        if let names = try session.row("SELECT value FROM setting WHERE key = \(requiredKey)", as: String.self) {
            settings.required = Set(names.split { $0 == "," || $0.isWhitespace }.map(String.init))
        }
        return settings
    }
}
