import Calendar

/// The packed columns of an exam: `items`, `responses`, `traits`, `targets`, `extra`. Each begins with a version.
///
/// Items and responses are apart: statistics never read the texts. Times of items are kept as the distance from the
/// exam's completion. Rule: ingest-speed §3.
enum ExamPacking {
    private static let version: UInt8 = 1

    // MARK: - Items

    static func items(_ items: [ExamDraft.ItemScore], completed: Moment) -> [UInt8] {
        var writer = ByteWriter(capacity: 16 + items.count * 32)
        writer.unsigned(UInt64(version))
        writer.unsigned(UInt64(items.count))
        for item in items {
            writer.signed(item.ordinal)
            writer.unsigned(UInt64(item.position))
            writer.optional(item.scoreMilli)
            writer.optional(item.scoreStatus)
            writer.optional(item.isSelected)
            writer.optional(item.administered.map { $0.microseconds &- completed.microseconds })
            writer.optional(item.submitted.map { $0.microseconds &- completed.microseconds })
            writer.unsigned(UInt64(item.visits))
            writer.signed(item.durationMicroseconds)
            writer.signed(item.mimeType)
            writer.unsigned(UInt64(item.pageNumber))
            writer.unsigned(UInt64(item.pageVisits))
            writer.signed(item.pageMilliseconds)
            writer.optional(item.responseType)
            writer.unsigned(UInt64(item.traits.count))
            for score in item.traits {
                writer.signed(score.trait)
                writer.optional(score.pointsMilli)
                writer.signed(score.status)
            }
        }
        return writer.bytes
    }

    static func responses(_ items: [ExamDraft.ItemScore]) -> [UInt8] {
        var writer = ByteWriter(capacity: 16 + items.reduce(0) { $0 + $1.response.utf8.count + 2 })
        writer.unsigned(UInt64(version))
        for item in items { writer.text(item.response) }
        return writer.bytes
    }

    /// - Parameter responses: nil when the texts are not needed.
    static func items(_ items: [UInt8], _ responses: [UInt8]?, completed: Moment) throws -> [ExamDraft.ItemScore] {
        var reader = try open(items)
        var texts = try responses.map { try open($0) }
        let count = try reader.count(Int.self, limit: TRTReader.itemLimit)
        var unpacked: [ExamDraft.ItemScore] = []
        unpacked.reserveCapacity(count)
        for _ in 0..<count {
            let ordinal = try reader.whole(Int16.self)
            let position = try reader.count(UInt32.self)
            let score = try reader.optional(Int32.self)
            let scoreStatus = try reader.optional(Int16.self)
            let isSelected = try reader.optionalFlag() == true
            let administered = try reader.optional(Int64.self).map {
                Moment(microseconds: $0 &+ completed.microseconds)
            }
            let submitted = try reader.optional(Int64.self).map { Moment(microseconds: $0 &+ completed.microseconds) }
            let visits = try reader.count(UInt32.self)
            let duration = try reader.signed()
            let mimeType = try reader.whole(Int16.self)
            let pageNumber = try reader.count(UInt32.self)
            let pageVisits = try reader.count(UInt32.self)
            let pageMilliseconds = try reader.whole(Int32.self)
            let responseType = try reader.optional(Int16.self)
            let traitCount = try reader.count(Int.self, limit: ExamCodes.itemTraits.codes.count)
            var traits: [ExamDraft.ItemScore.SubScore] = []
            for _ in 0..<traitCount {
                traits.append(
                    ExamDraft.ItemScore.SubScore(
                        trait: try reader.whole(Int16.self), pointsMilli: try reader.optional(Int32.self),
                        status: try reader.whole(Int16.self)))
            }
            unpacked.append(
                ExamDraft.ItemScore(
                    ordinal: ordinal, position: position, scoreMilli: score, scoreStatus: scoreStatus,
                    isSelected: isSelected,
                    administered: administered, submitted: submitted, visits: visits, durationMicroseconds: duration,
                    mimeType: mimeType, pageNumber: pageNumber, pageVisits: pageVisits,
                    pageMilliseconds: pageMilliseconds,
                    responseType: responseType, response: try texts?.text() ?? "", traits: traits))
        }
        try reader.requireEnd()
        try texts?.requireEnd()
        return unpacked
    }

    // MARK: - Traits and targets

    static func traits(_ traits: [ExamDraft.TraitScore]) -> [UInt8] {
        var writer = ByteWriter(capacity: 64)
        writer.unsigned(UInt64(version))
        writer.unsigned(UInt64(traits.count))
        for trait in traits {
            writer.signed(trait.traitID)
            writer.optional(trait.score)
            writer.optional(trait.conditionCode)
        }
        return writer.bytes
    }

    static func traits(_ packed: [UInt8]) throws -> [ExamDraft.TraitScore] {
        var reader = try open(packed)
        let count = try reader.count(Int.self, limit: TRTReader.scoreLimit)
        let traits = try (0..<count).map { _ in
            ExamDraft.TraitScore(
                traitID: try reader.whole(Int32.self), score: try reader.optional(Int16.self),
                conditionCode: try reader.optionalText())
        }
        try reader.requireEnd()
        return traits
    }

    static func targets(_ targets: [ExamDraft.TargetScore]) -> [UInt8] {
        var writer = ByteWriter(capacity: 16 + targets.count * 24)
        writer.unsigned(UInt64(version))
        writer.unsigned(UInt64(targets.count))
        for target in targets {
            writer.signed(target.targetID)
            writer.optional(target.studentRelative)
            writer.optional(target.standardMet)
        }
        return writer.bytes
    }

    static func targets(_ packed: [UInt8]) throws -> [ExamDraft.TargetScore] {
        var reader = try open(packed)
        let count = try reader.count(Int.self, limit: TRTReader.scoreLimit)
        let targets = try (0..<count).map { _ in
            ExamDraft.TargetScore(
                targetID: try reader.whole(Int32.self), studentRelative: try reader.optionalDouble(),
                standardMet: try reader.optionalDouble())
        }
        try reader.requireEnd()
        return targets
    }

    // MARK: - Extra

    /// What is kept without a column of its own.
    struct Extra: Equatable {
        var delivery: ExamDraft.Delivery
        var student: StudentDraft
        /// Theta and its error of each claim, then of each alternate.
        var thetas: [Theta]

        struct Theta: Equatable {
            var theta: Double?
            var error: Double?
        }
    }

    static func extra(_ exam: ExamDraft) -> [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.unsigned(UInt64(version))
        let delivery = exam.delivery
        writer.optional(delivery.assessmentVersion)
        writer.signed(delivery.mode)
        writer.optional(delivery.contract)
        writer.optional(delivery.handScoreProject)
        writer.optional(delivery.examineeKey)
        writer.unsigned(UInt64(delivery.counts.count))
        for count in delivery.counts { writer.optional(count) }
        writer.unsigned(UInt64(delivery.texts.count))
        for text in delivery.texts { writer.optional(text) }
        student(exam.student, &writer)
        let scores = exam.claims + exam.alternates
        writer.unsigned(UInt64(scores.count))
        for score in scores {
            writer.optional(score.theta)
            writer.optional(score.thetaError)
        }
        return writer.bytes
    }

    static func extra(_ packed: [UInt8]) throws -> Extra {
        var reader = try open(packed)
        var delivery = ExamDraft.Delivery(
            assessmentVersion: try reader.optionalText(), mode: try reader.whole(Int16.self),
            contract: try reader.optionalText(),
            handScoreProject: try reader.optional(Int64.self), examineeKey: try reader.optional(Int64.self))
        let counts = try reader.count(Int.self, limit: 64)
        delivery.counts = try (0..<counts).map { _ in try reader.optional(Int64.self) }
        let texts = try reader.count(Int.self, limit: 64)
        delivery.texts = try (0..<texts).map { _ in try reader.optionalText() }
        let student = try student(&reader)
        let scores = try reader.count(Int.self, limit: 64)
        let thetas = try (0..<scores).map { _ in
            Extra.Theta(theta: try reader.optionalDouble(), error: try reader.optionalDouble())
        }
        try reader.requireEnd()
        return Extra(delivery: delivery, student: student, thetas: thetas)
    }

    private static func student(_ student: StudentDraft, _ writer: inout ByteWriter) {
        writer.text(student.ssid)
        for text in [student.firstName, student.lastName, student.middleName, student.aliasName] {
            writer.optional(text)
        }
        writer.optional(student.gender)
        for day in [student.birthday, student.usEntry, student.lepEntry, student.lepExit] {
            writer.optional(day?.daysSince1970)
        }
        writer.signed(student.ethnicities)
    }

    private static func student(_ reader: inout ByteReader) throws -> StudentDraft {
        var student = StudentDraft(ssid: try reader.text())
        student.firstName = try reader.optionalText()
        student.lastName = try reader.optionalText()
        student.middleName = try reader.optionalText()
        student.aliasName = try reader.optionalText()
        student.gender = try reader.optional(Int16.self)
        student.birthday = try day(&reader)
        student.usEntry = try day(&reader)
        student.lepEntry = try day(&reader)
        student.lepExit = try day(&reader)
        student.ethnicities = try reader.whole(Int16.self)
        return student
    }

    private static func day(_ reader: inout ByteReader) throws -> CalendarDay? {
        guard let days = try reader.optional(Int32.self) else { return nil }
        guard let day = CalendarDay(daysSince1970: days) else { throw PackingDamaged() }
        return day
    }

    private static func open(_ packed: [UInt8]) throws -> ByteReader {
        var reader = ByteReader(packed)
        guard try reader.unsigned() == UInt64(version) else { throw PackingDamaged() }
        return reader
    }
}
