import Foundation

@testable import ResultsSvc

/// The public results with their definitions, as lookups in memory.
struct ExamCorpus: ExamLookups {
    private let templates: [String: ExamTemplate]
    private let schools: [String: Int64]
    private let accommodations: [String: Int32]
    /// Target codes, trait codes and accommodation codes by their number here.
    let names: [Int32: String]

    /// The results in an archive by their names in it, in that order.
    static func transmissions(_ archive: String) throws -> [(name: String, bytes: [UInt8])] {
        try files(in: archive) { $0.hasSuffix(".xml") }
    }

    static func manifest(_ archive: String) throws -> [UInt8] {
        try files(in: archive) { $0.hasSuffix("manifest.json") }.first?.bytes ?? []
    }

    private static func files(in archive: String, _ isWanted: (String) -> Bool) throws -> [(
        name: String, bytes: [UInt8]
    )] {
        struct Failed: Error {}
        guard let folder = DefinitionCorpus.folder else { throw Failed() }
        let target = FileManager.default.temporaryDirectory.appendingPathComponent("corpus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: target) }
        let unzip = Process()
        unzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        unzip.arguments = ["unzip", "-q", "\(folder)/\(archive)", "-d", target.path]
        try unzip.run()
        unzip.waitUntilExit()
        guard unzip.terminationStatus == 0 else { throw Failed() }
        let names = try FileManager.default.subpathsOfDirectory(atPath: target.path).filter(isWanted).sorted()
        return try names.map { ($0, Array(try Data(contentsOf: target.appendingPathComponent($0)))) }
    }

    init() throws {
        var names: [Int32: String] = [:]
        func id(_ name: String) -> Int32 {
            let id = Int32(names.count + 1)
            names[id] = name
            return id
        }
        let subjects = try ["ELA", "Math", "ELPAC"].map {
            SubjectIndex(
                id: id($0), definition: try SubjectFile.read(try DefinitionCorpus.bytes("subjects/\($0)_subject.xml")))
        }
        var templates: [String: ExamTemplate] = [:]
        for package in [
            "2017.demo.interim", "2017.demo.summative", "2018.demo.interim", "2018.demo.summative",
            "2018.summative.ELPAC",
            "2019.demo.interim", "2019.demo.summative",
        ] {
            for draft in try PackageRules.check(
                try PackageFile.read(try DefinitionCorpus.bytes("packages/\(package).csv")), subjects)
            {
                guard let subject = subjects.first(where: { $0.definition.code == draft.subject }) else { continue }
                let definition = subject.definition
                let type = definition.type(draft.type)
                var targets: [String: Int32] = [:]
                func target(_ code: TargetCode) -> ExamTemplate.Target {
                    let name = "\(code.claim)|\(code.target)"
                    let number = targets[name] ?? id(name)
                    targets[name] = number
                    return ExamTemplate.Target(id: number, code: name)
                }
                templates[draft.naturalID] = ExamTemplate(
                    assessmentID: id(draft.naturalID), naturalID: draft.naturalID, subjectID: subject.id,
                    subjectCode: definition.code,
                    grade: draft.grade, type: draft.type.rawValue, overall: draft.minimum...draft.maximum,
                    claims: type?.claim == nil
                        ? []
                        : definition.claims.filter(\.scorable).sorted { ($0.dataOrder ?? 0) < ($1.dataOrder ?? 0) }.map(
                            \.code),
                    alternates: type?.alternate == nil
                        ? []
                        : zip(definition.alternates.sorted { $0.dataOrder < $1.dataOrder }, draft.alternates).map {
                            ExamTemplate.Alternate(code: $0.code, range: ($1.first?.low ?? 0)...($1.last?.high ?? 0))
                        },
                    traits: definition.traits.map {
                        ExamTemplate.Trait(id: id($0.code), code: $0.code, maximum: $0.maxScore)
                    },
                    items: draft.items.enumerated().map { number, item in
                        ExamTemplate.Item(
                            naturalID: item.naturalID, ordinal: Int16(number),
                            targets: ([item.target] + item.otherTargets).map(target))
                    })
            }
        }
        self.templates = templates
        schools = ["88100110110001": 1, "88100110110002": 2, "88100110110003": 3, "88100220220001": 4]
        var accommodations: [String: Int32] = [:]
        let file = try AccommodationsFile.read(try DefinitionCorpus.bytes("accommodations.2019.xml"))
        for accommodation in file.accommodations {
            accommodations[accommodation.code.lowercased()] = id(accommodation.code)
        }
        self.accommodations = accommodations
        self.names = names
    }

    var rules: ExamRules<ExamCorpus> {
        ExamRules(settings: ExamSettings(schoolYears: [2017, 2018, 2019]), lookups: self)
    }

    var assessments: [(id: Int32, naturalID: String)] { templates.values.map { ($0.assessmentID, $0.naturalID) } }

    func schoolID(_ naturalID: String) -> Int64? { schools[naturalID] }
    func template(_ naturalID: String) -> ExamTemplate? { templates[naturalID] }
    func accommodationID(_ code: String) -> Int32? { accommodations[code] }
}
