/// What a result of one assessment may hold: made of the assessment, its items and the subject's definition of its type.
struct ExamTemplate: Sendable {
    let assessmentID: Int32
    let naturalID: String
    let subjectID: Int32
    let subjectCode: String
    /// Code of two characters.
    let grade: String
    /// 1 ica, 2 iab, 3 sum.
    let type: Int16
    /// From the low of the first level to the high of the last.
    let overall: ClosedRange<Double>
    /// Scorable claims that the subject defines for this type, in data order.
    let claims: [String]
    /// Alternate scores that the subject defines for this type, in data order; nil: no range is known.
    let alternates: [Alternate]
    let items: [ItemKey: Item]
    /// What a `measureOf` stands for. Rule: the order of ingest §3.7.
    let measures: [String: Measure]

    static let summative: Int16 = 3

    struct Alternate: Sendable, Equatable {
        var code: String
        var range: ClosedRange<Double>?
    }

    struct Trait: Sendable, Equatable {
        var id: Int32
        var code: String
        var maximum: Int16
    }

    struct ItemKey: Sendable, Hashable {
        var bank: UInt32
        var key: UInt32

        init(bank: UInt32, key: UInt32) {
            self.bank = bank
            self.key = key
        }

        /// From `{bank}-{key}`; nil for an id of another form, which no transmission can name.
        init?(naturalID: String) {
            let parts = naturalID.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let bank = UInt32(parts[0]), let key = UInt32(parts[1]) else { return nil }
            self.init(bank: bank, key: key)
        }
    }

    struct Item: Sendable, Equatable {
        var naturalID: String
        /// The item's number in packed columns.
        var ordinal: Int16
        /// Of its claim and target, `{claim}|{target}`, its further ones included.
        var targets: [Target]
    }

    struct Target: Sendable, Equatable {
        var id: Int32
        /// `{claim}|{target}`.
        var code: String
    }

    enum Measure: Sendable, Equatable {
        case overall
        case claim(Int)
        case alternate(Int)
        case target(Int32)
        case trait(Trait)
    }

    init(
        assessmentID: Int32, naturalID: String, subjectID: Int32, subjectCode: String, grade: String, type: Int16,
        overall: ClosedRange<Double>, claims: [String], alternates: [Alternate], traits: [Trait], items: [Item]
    ) {
        self.assessmentID = assessmentID
        self.naturalID = naturalID
        self.subjectID = subjectID
        self.subjectCode = subjectCode
        self.grade = grade
        self.type = type
        self.overall = overall
        self.claims = claims
        self.alternates = alternates
        var byKey = [ItemKey: Item](minimumCapacity: items.count)
        var measures: [String: Measure] = ["Overall": .overall]
        for (index, code) in claims.enumerated() where measures[code] == nil { measures[code] = .claim(index) }
        for (index, alternate) in alternates.enumerated() where measures[alternate.code] == nil {
            measures[alternate.code] = .alternate(index)
        }
        for item in items {
            if let key = ItemKey(naturalID: item.naturalID) { byKey[key] = item }
            for target in item.targets where measures[target.code] == nil { measures[target.code] = .target(target.id) }
        }
        for trait in traits where measures[trait.code] == nil { measures[trait.code] = .trait(trait) }
        self.items = byKey
        self.measures = measures
    }
}
