import Calendar
import XML

/// Reads a transmission and checks it against the published schema on the way; the first deviation ends the reading.
final class TRTReader: XMLHandler {
    private struct Frame {
        let element: TRTElement
        var rank = -1
        var children: UInt32 = 0
    }

    // Not checked at run time for overlapping accesses: a reader is used by one call on one thread, no method of it is
    // called from within another's access, and the checks cost a seventh of the reading.
    @exclusivity(unchecked) private var document = TRTDocument()
    @exclusivity(unchecked) private var frames: [Frame] = []
    /// Of elements inside one whose content is free.
    @exclusivity(unchecked) private var freeDepth = 0
    @exclusivity(unchecked) private var response: [UInt8] = []

    // The attributes of the current start tag, by attribute number; valid where `seen` has the bit.
    @exclusivity(unchecked) private var texts = [XMLText?](repeating: nil, count: TRTAttribute.allCases.count)
    @exclusivity(unchecked) private var numbers = [Int64](repeating: 0, count: TRTAttribute.allCases.count)
    @exclusivity(unchecked) private var seen: UInt128 = 0

    /// More than the longest test there is; a limit for the packed columns.
    static let itemLimit = 500
    static let scoreLimit = 2000
    private static let groupLimit = 200

    private init() { frames.reserveCapacity(32) }

    /// - Throws: `XMLError` for what is not well-formed or not of the schema: a `BAD_FORMAT` (ingest §3.3, step 1).
    static func read(_ payload: [UInt8]) throws(XMLError) -> TRTDocument {
        let reader = TRTReader()
        do {
            try XMLReader.read(payload, to: reader)
        } catch let error as XMLError {
            throw error
        } catch {
            throw XMLError(line: 1, problem: "the document could not be read")
        }
        return reader.document
    }

    // MARK: - Document

    func start(_ name: XMLText, _ attributes: XMLAttributes, line: Int) throws {
        if freeDepth > 0 {
            freeDepth += 1
            return
        }
        guard let element = TRTElement.names.find(name.bytes) else {
            throw XMLError(line: line, problem: "element \(Self.excerpt(name)) is not known")
        }
        try enter(element, line: line)
        let rule = TRTElement.rules[element.rawValue]
        if rule.isFree {
            freeDepth = 1
            return
        }
        try read(attributes, of: element, rule, line: line)
        try take(element, line: line)
    }

    func text(_ text: XMLText, line: Int) throws {
        if freeDepth > 0 { return }
        guard let frame = frames.last else { return }
        if frame.element == .response {
            response.append(contentsOf: text.bytes)
        } else if !TRTElement.rules[frame.element.rawValue].hasText, !text.bytes.allSatisfy({ $0 <= 32 }) {
            throw XMLError(line: line, problem: "element \(frame.element.name) cannot hold text")
        }
    }

    func end(_ name: XMLText, line: Int) throws {
        if freeDepth > 0 {
            freeDepth -= 1
            if freeDepth > 0 { return }
        }
        guard let frame = frames.popLast() else { return }
        let missing = TRTElement.rules[frame.element.rawValue].must & ~frame.children
        if missing != 0, let element = TRTElement(rawValue: missing.trailingZeroBitCount) {
            throw XMLError(line: line, problem: "element \(frame.element.name) lacks \(element.name)")
        }
        if frame.element == .response, !document.items.isEmpty {
            document.items[document.items.count - 1].response = String(decoding: response, as: UTF8.self)
            response.removeAll(keepingCapacity: true)
        }
    }

    private func enter(_ element: TRTElement, line: Int) throws {
        guard let parent = frames.indices.last else {
            guard element == .report else {
                throw XMLError(line: line, problem: "the document is a \(element.name), not a TDSReport")
            }
            frames.append(Frame(element: element))
            return
        }
        let frame = frames[parent]
        let rule = TRTElement.rules[frame.element.rawValue]
        guard let rank = rule.ranks[element.rawValue], rank >= frame.rank else {
            throw XMLError(
                line: line, problem: "element \(element.name) cannot stand at this place in \(frame.element.name)")
        }
        let bit: UInt32 = 1 << UInt32(element.rawValue)
        guard rule.once & frame.children & bit == 0 else {
            throw XMLError(
                line: line, problem: "element \(element.name) stands more than once in \(frame.element.name)")
        }
        frames[parent].rank = rank
        frames[parent].children |= bit
        frames.append(Frame(element: element))
    }

    private func read(_ attributes: XMLAttributes, of element: TRTElement, _ rule: TRTElementRule, line: Int) throws {
        seen = 0
        for index in 0..<attributes.count {
            let name = attributes.name(index)
            guard let attribute = TRTAttribute.names.find(name.bytes), let type = rule.types[attribute.rawValue] else {
                throw XMLError(line: line, problem: "element \(element.name) has no attribute \(Self.excerpt(name))")
            }
            let value = attributes.value(index)
            guard let number = type.read(value.bytes) else {
                throw XMLError(
                    line: line,
                    problem: "attribute \(attribute) of \(element.name): '\(Self.excerpt(value))' is not \(type.words)")
            }
            texts[attribute.rawValue] = value
            numbers[attribute.rawValue] = number
            seen |= Self.bit(of: attribute)
        }
        let missing = rule.requiredAttributes & ~seen
        if missing != 0, let attribute = TRTAttribute(rawValue: missing.trailingZeroBitCount) {
            throw XMLError(line: line, problem: "element \(element.name) lacks the attribute \(attribute)")
        }
    }

    // MARK: - Values

    private func has(_ attribute: TRTAttribute) -> Bool { seen & Self.bit(of: attribute) != 0 }

    /// Shifted without a look at whether that is too far: there are fewer attributes than bits.
    private static func bit(of attribute: TRTAttribute) -> UInt128 { 1 &<< UInt128(attribute.rawValue) }

    private func text(_ attribute: TRTAttribute) -> String? {
        has(attribute) ? texts[attribute.rawValue]?.string : nil
    }

    /// Nil when there is no such attribute or it is empty.
    private func number(_ attribute: TRTAttribute) -> Int64? {
        guard has(attribute), let text = texts[attribute.rawValue], !text.bytes.allSatisfy({ $0 <= 32 }) else {
            return nil
        }
        return numbers[attribute.rawValue]
    }

    private func moment(_ attribute: TRTAttribute) -> Moment? {
        number(attribute).map { Moment(microseconds: $0) }
    }

    private func code(_ attribute: TRTAttribute) -> Int16? {
        number(attribute).flatMap { Int16(exactly: $0) }
    }

    private func unsigned(_ attribute: TRTAttribute) -> UInt32 {
        number(attribute).flatMap { UInt32(exactly: $0) } ?? 0
    }

    private func take(_ element: TRTElement, line: Int) throws {
        switch element {
        case .test: takeTest()
        case .examinee:
            document.examinee = TRTDocument.Examinee()
            document.examinee?.key = number(.key)
            document.examinee?.isDemo = number(.isDemo) == 1
        case .examineeAttribute, .examineeRelationship: try takeExaminee(element, line: line)
        case .opportunity: takeOpportunity()
        case .accommodation: document.accommodationCodes.append(text(.code) ?? "")
        case .score:
            guard document.scores.count < Self.scoreLimit else {
                throw XMLError(line: line, problem: "more than \(Self.scoreLimit) scores")
            }
            document.scores.append(
                TRTDocument.Score(
                    measureOf: text(.measureOf) ?? "", measureLabel: text(.measureLabel) ?? "",
                    value: text(.value) ?? "",
                    standardError: text(.standardError) ?? "", conditionCode: text(.conditionCode)))
        case .item:
            guard document.items.count < Self.itemLimit else {
                throw XMLError(line: line, problem: "more than \(Self.itemLimit) items")
            }
            takeItem()
        case .response:
            guard let last = document.items.indices.last else { return }
            document.items[last].responded = moment(.date)
            document.items[last].responseType = code(.type)
        case .scoreInfo:
            guard let last = document.items.indices.last, document.items[last].subScores.count < Self.scoreLimit else {
                return
            }
            document.items[last].subScores.append(
                TRTDocument.Item.SubScore(
                    dimension: text(.scoreDimension) ?? "", scorePoint: text(.scorePoint) ?? "",
                    status: code(.scoreStatus) ?? 0))
        default: break
        }
    }

    private func takeTest() {
        document.test = TRTDocument.Test(
            name: text(.name) ?? "", subject: text(.subject) ?? "", grade: text(.grade) ?? "",
            academicYear: text(.academicYear)?.trimmed ?? "", assessmentVersion: text(.assessmentVersion),
            mode: code(.mode) ?? ExamCodes.modeOnline, contract: text(.contract),
            handScoreProject: number(.handScoreProject))
    }

    private func takeExaminee(_ element: TRTElement, line: Int) throws {
        guard let name = texts[TRTAttribute.name.rawValue] else { return }
        let isFinal =
            TRTElementRule.contexts.code(Int16(truncatingIfNeeded: numbers[TRTAttribute.context.rawValue])) == "FINAL"
        let fields = element == .examineeAttribute ? ExamineeField.attributes : ExamineeField.relationships
        if let field = fields.find(name.bytes) {
            document.examinee?.take(field, text(.value), isFinal: isFinal)
        } else if element == .examineeAttribute, name.string == ExamineeField.groupName {
            let count =
                (document.examinee?.finalGroupNames.count ?? 0) + (document.examinee?.initialGroupNames.count ?? 0)
            guard count < Self.groupLimit else {
                throw XMLError(line: line, problem: "more than \(Self.groupLimit) group names")
            }
            if isFinal {
                document.examinee?.finalGroupNames.append(text(.value))
            } else {
                document.examinee?.initialGroupNames.append(text(.value))
            }
        }
    }

    private func takeOpportunity() {
        var opportunity = TRTDocument.Opportunity()
        opportunity.oppID = text(.oppId)
        opportunity.completed = moment(.dateCompleted)
        opportunity.status = code(.status) ?? ExamCodes.statusScored
        opportunity.statusDate = moment(.statusDate)
        opportunity.started = moment(.startDate)
        opportunity.forceCompleted = moment(.dateForceCompleted)
        opportunity.effective = number(.effectiveDate).flatMap { Int32(exactly: $0) }.flatMap {
            CalendarDay(daysSince1970: $0)
        }
        opportunity.completeness = text(.completeness)
        opportunity.completeStatus = text(.completeStatus)
        opportunity.administrationCondition = text(.administrationCondition)
        opportunity.sessionID = text(.sessionId)
        opportunity.counts = [
            number(.opportunity), number(.itemCount), number(.ftCount), number(.pauseCount), number(.abnormalStarts),
            number(.gracePeriodRestarts),
        ]
        opportunity.texts = [
            text(.windowId), text(.windowOpportunity), text(.taId), text(.taName), text(.clientName), text(.server),
            text(.database),
            text(.testReason), text(.assessmentParticipantSessionPlatformUserAgent),
        ]
        document.opportunity = opportunity
    }

    private func takeItem() {
        document.items.append(
            TRTDocument.Item(
                bankKey: unsigned(.bankKey), key: unsigned(.key), position: unsigned(.position),
                score: text(.score) ?? "",
                scoreStatus: code(.scoreStatus), isSelected: number(.isSelected) == 1, administered: moment(.adminDate),
                visits: unsigned(.numberVisits), durationMicroseconds: number(.responseDuration) ?? 0,
                mimeType: code(.mimeType) ?? 0, pageNumber: unsigned(.pageNumber), pageVisits: unsigned(.pageVisits),
                pageMilliseconds: number(.pageTime).flatMap { Int32(exactly: $0) } ?? 0))
    }

    private static func excerpt(_ text: XMLText) -> String { String(text.string.prefix(60)) }
}
