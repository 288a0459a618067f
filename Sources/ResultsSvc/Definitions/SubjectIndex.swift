/// A stored subject as packages look things up in it.
struct SubjectIndex: Sendable {
    /// The id in the database, which one message shows.
    let id: Int32
    let definition: SubjectDefinition
    private let claims: CodeIndex
    private let targets: [String: CodeIndex]
    private let standards: CodeIndex

    init(id: Int32, definition: SubjectDefinition) {
        self.id = id
        self.definition = definition
        let organizational = definition.claims.filter(\.organizational)
        claims = CodeIndex(organizational.map(\.code))
        targets = Dictionary(
            organizational.map { ($0.code, CodeIndex($0.targets.map(\.code))) }, uniquingKeysWith: { one, _ in one })
        standards = CodeIndex(definition.standards.map(\.code))
    }

    /// The code of an organizational claim as the definition writes it.
    func claim(_ code: String) -> String? { claims[code] }

    func target(_ code: String, of claim: String) -> String? { targets[claim]?[code] }

    func standard(_ code: String) -> String? { standards[code] }

    func hasDepthOfKnowledge(_ level: Int16) -> Bool {
        definition.depthsOfKnowledge.contains { $0.level == level }
    }
}

/// Codes, found exactly or else without regard to case, as the reference's database compares them.
struct CodeIndex: Sendable {
    private let exact: Set<String>
    private let folded: [String: String]

    init(_ codes: [String]) {
        exact = Set(codes)
        folded = Dictionary(codes.map { ($0.lowercased(), $0) }, uniquingKeysWith: { one, _ in one })
    }

    subscript(code: String) -> String? { exact.contains(code) ? code : folded[code.lowercased()] }
}
