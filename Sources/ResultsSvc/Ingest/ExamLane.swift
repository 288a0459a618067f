import Contracts
import Ledger
import Postgres
import XML

/// Test results: many workers, each with batches of results that are judged one by one and stored set by set
/// (engineering/ingest-speed §2).
enum ExamLane {
    /// Beyond this the cost per result does not fall any more, but a result waits longer.
    static let batchLimit = 128
    static let payloadLimit = 4 << 20

    /// Plans are kept, and those made on empty tables would scan them for ever (engineering/ingest-speed §7): the
    /// statements that accept and claim as well as those that store. Everything here is looked up by key.
    static let sessionSettings = ["enable_seqscan": "off"]

    /// A zip of two gigabytes would be all results of a small state; sender and ledger are better served by several.
    static let zips = ZipRule(
        files: .exam, zip: .examZip, suffix: ".xml", contentType: "application/xml", fileLimit: payloadLimit,
        totalLimit: 2 << 30)

    static func lane(workers: Int, copies: Copies) -> ImportLane {
        let templates = ExamTemplates()
        return ImportLane(
            contents: [.exam], workers: workers, batchLimit: batchLimit, payloadLimit: payloadLimit,
            refreshCopies: { call in
                try await copies.state.organizations.pull(call)
                try await copies.state.settings.pull(call)
            }
        ) { session, batch, copiesAreFresh in
            try carryOut(session, batch, copiesAreFresh: copiesAreFresh, templates)
        }
    }

    static func carryOut(
        _ session: borrowing Session, _ batch: [QueuedImport], copiesAreFresh: Bool, _ templates: ExamTemplates
    ) throws -> [ImportOutcome] {
        let read = batch.map { queued in Result { () throws(XMLError) in try TRTReader.read(queued.body) } }
        let documents = read.compactMap { try? $0.get() }
        let lookups = try BatchLookups(documents, templates, session)
        let settings = try ExamSettings.read(session)
        let rules = ExamRules(settings: settings, lookups: lookups)

        var outcomes = [ImportOutcome?](repeating: nil, count: batch.count)
        var accepted: [(index: Int, work: ExamWork)] = []
        var waiting: [(importID: Int64, reason: ImportStatus, wanted: String)] = []
        for (index, document) in read.enumerated() {
            switch document {
            case .failure(let problem): outcomes[index] = ImportOutcome(.badFormat, problem.description)
            case .success(let document):
                switch rules.judge(document) {
                case .refused(let outcome):
                    // A school or a year may be news that is on its way here (DESIGN §3, read your writes).
                    if !copiesAreFresh,
                        outcome.status == .unknownSchool || lookups.isUnknownYear(document, settings.schoolYears)
                    {
                        throw NeedsFreshCopies()
                    }
                    outcomes[index] = outcome
                    if let wanted = document.wanted(by: outcome.status) {
                        waiting.append((batch[index].id, outcome.status, wanted))
                    }
                case .accepted(let result):
                    accepted.append((index, ExamWork(importID: batch[index].id, result: result)))
                }
            }
        }
        try WaitingResults.remember(batch, waiting: waiting, session)
        let written = try ExamBatchWriter.write(accepted.map { $0.work }, session)
        for (entry, outcome) in zip(accepted, written) { outcomes[entry.index] = outcome }
        return outcomes.map { $0 ?? ImportOutcome(.badData, "the result was not judged") }
    }
}

/// What the results of one batch refer to, looked up at once.
struct BatchLookups: ExamLookups {
    private let schools: [String: Int64]
    private let templates: [String: ExamTemplate]
    private let accommodations: [String: Int32]

    init(_ documents: [TRTDocument], _ templates: ExamTemplates, _ session: borrowing Session) throws {
        let naturalIDs = Set(documents.compactMap { $0.examinee?[.schoolID]?.nonBlank })
        let found = try session.rows(
            "SELECT natural_id, id FROM school WHERE natural_id = ANY(\(Array(naturalIDs)))", as: (String, Int64).self)
        schools = Dictionary(found, uniquingKeysWith: { first, _ in first })
        self.templates = try templates.templates(Set(documents.map(\.test.name)), session)
        let codes = Set(documents.flatMap(\.accommodationCodes).map { $0.trimmed.lowercased() })
        let known = try session.rows(
            "SELECT lower(code), id FROM accommodation WHERE lower(code) = ANY(\(Array(codes)))",
            as: (String, Int32).self)
        accommodations = Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    func schoolID(_ naturalID: String) -> Int64? { schools[naturalID] }
    func template(_ naturalID: String) -> ExamTemplate? { templates[naturalID] }
    func accommodationID(_ code: String) -> Int32? { accommodations[code] }

    func isUnknownYear(_ document: TRTDocument, _ years: Set<Int32>) -> Bool {
        guard let year = Int32(document.test.academicYear) else { return false }
        return !years.contains(year)
    }
}
