/// The published schema of a transmission as data: which element may stand where, with which attributes. Rule: ingest §3.1.
///
/// Where the schema would refuse what a rule has a text for, it is left to the rule: a missing `Examinee`, a blank item
/// score, unknown codes of completeness and condition.
enum TRTElement: Int, CaseIterable, Sendable {
    case report, test, examinee, examineeAttribute, examineeRelationship, opportunity, segment, accommodation, score
    case genericVariable, item, response, scoreInfo, scoreRationale, subScoreList, comment, toolUsage, toolPage

    static let names = NameTable(allCases.map { ($0.name, $0) })
    static let rules: [TRTElementRule] = allCases.map(\.rule)

    var name: String {
        switch self {
        case .report: "TDSReport"
        case .test: "Test"
        case .examinee: "Examinee"
        case .examineeAttribute: "ExamineeAttribute"
        case .examineeRelationship: "ExamineeRelationship"
        case .opportunity: "Opportunity"
        case .segment: "Segment"
        case .accommodation: "Accommodation"
        case .score: "Score"
        case .genericVariable: "GenericVariable"
        case .item: "Item"
        case .response: "Response"
        case .scoreInfo: "ScoreInfo"
        case .scoreRationale: "ScoreRationale"
        case .subScoreList: "SubScoreList"
        case .comment: "Comment"
        case .toolUsage: "ToolUsage"
        case .toolPage: "ToolPage"
        }
    }

    private var rule: TRTElementRule {
        switch self {
        case .report:
            TRTElementRule(
                [:], children: [.test, .examinee, .opportunity, .comment, .toolUsage],
                once: [.test, .examinee, .opportunity],
                must: [.test, .opportunity])
        case .test:
            TRTElementRule([
                .name: .required(.text), .testId: .required(.text), .subject: .required(.text),
                .grade: .required(.text),
                .assessmentType: .required(.text), .academicYear: .required(.digits),
                .assessmentVersion: .optional(.text),
                .mode: .optional(.code(ExamCodes.modes)), .contract: .optional(.text),
                .handScoreProject: .optional(.unsigned), .bankKey: .optional(.unsigned),
            ])
        case .examinee:
            TRTElementRule(
                [.key: .optional(.long), .isDemo: .optional(.boolean)],
                children: [.examineeAttribute, .examineeRelationship], inOrder: false)
        case .examineeAttribute:
            TRTElementRule([
                .context: .required(.code(TRTElementRule.contexts)), .name: .required(.text), .value: .optional(.text),
                .contextDate: .required(.dateTime),
            ])
        case .examineeRelationship:
            TRTElementRule([
                .context: .required(.code(TRTElementRule.contexts)), .name: .required(.text), .value: .optional(.text),
                .contextDate: .required(.dateTime), .entityKey: .optional(.text),
            ])
        case .opportunity:
            TRTElementRule(
                [
                    .oppId: .optional(.text), .dateCompleted: .required(.orEmpty(.dateTime)),
                    .status: .optional(.code(ExamCodes.statuses)), .statusDate: .optional(.dateTime),
                    .startDate: .optional(.orEmpty(.dateTime)), .dateForceCompleted: .optional(.orEmpty(.dateTime)),
                    .effectiveDate: .optional(.orEmpty(.date)), .completeness: .optional(.text),
                    .completeStatus: .optional(.text),
                    .administrationCondition: .optional(.text), .validity: .optional(.code(TRTElementRule.validities)),
                    .sessionId: .optional(.text), .opportunity: .optional(.unsigned), .itemCount: .optional(.unsigned),
                    .ftCount: .optional(.unsigned), .pauseCount: .optional(.unsigned),
                    .abnormalStarts: .optional(.unsigned),
                    .gracePeriodRestarts: .optional(.unsigned), .windowId: .optional(.text),
                    .windowOpportunity: .optional(.text),
                    .taId: .optional(.text), .taName: .optional(.text), .clientName: .optional(.text),
                    .server: .optional(.text),
                    .database: .optional(.text), .testReason: .optional(.text),
                    .assessmentParticipantSessionPlatformUserAgent: .optional(.text), .key: .optional(.text),
                    .qaLevel: .optional(.text), .reportingVersion: .optional(.text),
                ], children: [.segment, .accommodation, .score, .genericVariable, .item])
        case .segment:
            TRTElementRule([
                .id: .required(.text), .position: .required(.positive), .formId: .optional(.text),
                .formKey: .optional(.text),
                .algorithm: .optional(.text), .algorithmVersion: .optional(.text),
            ])
        case .accommodation:
            TRTElementRule([
                .type: .required(.text), .value: .required(.text), .code: .required(.text),
                .segment: .required(.unsigned),
            ])
        case .score:
            TRTElementRule([
                .measureOf: .required(.text), .measureLabel: .required(.text), .value: .required(.text),
                .standardError: .required(.orEmpty(.number)), .conditionCode: .optional(.text),
            ])
        case .genericVariable:
            TRTElementRule([.context: .required(.text), .name: .required(.text), .value: .required(.text)])
        case .item:
            TRTElementRule(
                [
                    .position: .required(.unsigned), .segmentId: .required(.text), .bankKey: .required(.unsigned),
                    .key: .required(.unsigned), .operational: .required(.bit), .isSelected: .required(.bit),
                    .format: .required(.text), .score: .required(.orEmpty(.points)),
                    .scoreStatus: .optional(.code(ExamCodes.itemScoreStatuses)), .adminDate: .required(.dateTime),
                    .numberVisits: .required(.unsigned), .responseDuration: .required(.seconds),
                    .mimeType: .required(.code(ExamCodes.mimeTypes)), .clientId: .optional(.text),
                    .strand: .optional(.text),
                    .contentLevel: .optional(.text), .pageNumber: .required(.unsigned),
                    .pageVisits: .required(.unsigned),
                    .pageTime: .required(.int), .dropped: .required(.bit),
                ], children: [.response, .scoreInfo], once: [.response, .scoreInfo])
        case .response:
            TRTElementRule(
                [
                    .date: .required(.dateTime), .type: .optional(.orEmpty(.code(ExamCodes.responseTypes))),
                    .key: .optional(.text),
                ], hasText: true)
        case .scoreInfo:
            TRTElementRule(
                [
                    .scorePoint: .required(.orEmpty(.points)), .maxScore: .required(.orEmpty(.points)),
                    .scoreDimension: .required(.text), .scoreStatus: .required(.code(ExamCodes.subScoreStatuses)),
                    .conditionCode: .optional(.text), .sequence: .optional(.positive),
                ], children: [.scoreRationale, .subScoreList], once: [.scoreRationale, .subScoreList])
        case .scoreRationale: TRTElementRule([:], hasText: true, isFree: true)
        case .subScoreList: TRTElementRule([:], children: [.scoreInfo])
        case .comment:
            TRTElementRule(
                [
                    .context: .required(.text), .itemPosition: .optional(.orEmpty(.unsigned)),
                    .date: .required(.dateTime),
                ], hasText: true)
        case .toolUsage:
            TRTElementRule(
                [.type: .required(.text), .code: .required(.text)], children: [.toolPage], must: [.toolPage])
        case .toolPage:
            TRTElementRule([.page: .required(.unsigned), .groupId: .required(.text), .count: .required(.unsigned)])
        }
    }
}

/// Every attribute name of a transmission; the case is the name.
enum TRTAttribute: Int, CaseIterable, Sendable {
    case name, testId, subject, grade, assessmentType, academicYear, assessmentVersion, mode, contract,
        handScoreProject, bankKey
    case key, isDemo, context, value, contextDate, entityKey
    case oppId, dateCompleted, status, statusDate, startDate, dateForceCompleted, effectiveDate, completeness,
        completeStatus
    case administrationCondition, validity, sessionId, opportunity, itemCount, ftCount, pauseCount, abnormalStarts
    case gracePeriodRestarts, windowId, windowOpportunity, taId, taName, clientName, server, database, testReason
    case assessmentParticipantSessionPlatformUserAgent, qaLevel, reportingVersion
    case id, position, formId, formKey, algorithm, algorithmVersion, type, code, segment
    case measureOf, measureLabel, standardError, conditionCode
    case segmentId, operational, isSelected, format, score, scoreStatus, adminDate, numberVisits, responseDuration,
        mimeType
    case clientId, strand, contentLevel, pageNumber, pageVisits, pageTime, dropped
    case date, scorePoint, maxScore, scoreDimension, sequence, itemPosition, page, groupId, count

    static let names = NameTable(allCases.map { (String(describing: $0), $0) })
}

/// What one element may hold. A class, as it is taken in hand at every tag.
final class TRTElementRule: Sendable {
    enum Presence: Sendable {
        case required(SchemaType)
        case optional(SchemaType)
    }

    static let contexts = CodeList(["INITIAL", "FINAL"])
    static let validities = CodeList(["valid", "invalid"])

    /// By attribute number; nil for one that the element does not have.
    let types: [SchemaType?]
    /// Bit n: attribute n must be there.
    let requiredAttributes: UInt128
    /// By element number: the place in the sequence; nil for one that cannot stand here.
    let ranks: [Int?]
    /// Bits of elements that may stand here at most once, and that must.
    let once: UInt32
    let must: UInt32
    let hasText: Bool
    /// Anything may stand inside; it is not read.
    let isFree: Bool

    init(
        _ attributes: [TRTAttribute: Presence], children: [TRTElement] = [], inOrder: Bool = true,
        once: [TRTElement] = [],
        must: [TRTElement] = [], hasText: Bool = false, isFree: Bool = false
    ) {
        var types = [SchemaType?](repeating: nil, count: TRTAttribute.allCases.count)
        var required: UInt128 = 0
        for (attribute, presence) in attributes {
            switch presence {
            case .required(let type):
                types[attribute.rawValue] = type
                required |= 1 << UInt128(attribute.rawValue)
            case .optional(let type): types[attribute.rawValue] = type
            }
        }
        var ranks = [Int?](repeating: nil, count: TRTElement.allCases.count)
        for (rank, child) in children.enumerated() { ranks[child.rawValue] = inOrder ? rank : 0 }
        self.types = types
        self.requiredAttributes = required
        self.ranks = ranks
        self.once = once.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
        self.must = must.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
        self.hasText = hasText
        self.isFree = isFree
    }
}
