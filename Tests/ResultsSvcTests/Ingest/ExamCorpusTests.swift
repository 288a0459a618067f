import Foundation
import Testing

@testable import ResultsSvc

/// Every public result is taken, and what was read adds up to the published facts.
@Suite(.enabled(if: DefinitionCorpus.isThere, "the public corpus is not beside the checkout; set ERS_CORPUS"))
struct ExamCorpusTests {
    @Test func everyResultIsTakenAndTheSumsAreRight() throws {
        let corpus = try ExamCorpus()
        let rules = corpus.rules
        var exams: [ExamDraft] = []
        var groups: Set<String> = []
        for (name, bytes) in try ExamCorpus.transmissions("trt.zip") {
            guard let result = rules.judge(bytes).result else {
                Issue.record("\(name): \(rules.judge(bytes))")
                continue
            }
            exams.append(result.exam)
            for group in result.groupNames {
                groups.insert("\(result.exam.schoolID)|\(result.exam.schoolYear)|\(group)|\(result.exam.student.ssid)")
            }
            let packed = PackedExam(result.exam)
            #expect(
                try ExamPacking.items(packed.items, packed.responses, completed: result.exam.completed)
                    == result.exam.items)
        }
        let base = try Facts.read()
        #expect(exams.count == base.counts.exams)
        #expect(exams.reduce(0) { $0 + $1.items.count } == base.counts.items)
        #expect(Set(exams.map(\.student.ssid)).count == base.counts.students)
        #expect(groups.count == base.groups.reduce(0) { $0 + $1.students })
        var accommodations: [String: Int] = [:]
        for exam in exams {
            for id in exam.accommodationIDs { accommodations[corpus.names[id] ?? "?", default: 0] += 1 }
        }
        #expect(accommodations == base.accommodations)

        for (assessment, facts) in base.scores {
            let template = try #require(corpus.template(assessment))
            let own = exams.filter { $0.assessmentID == template.assessmentID }
            let scores = own.compactMap(\.overall.scaleMilli)
            #expect(own.count == facts.exams, "\(assessment)")
            #expect(scores.count == facts.scored, "\(assessment)")
            if let mean = facts.meanScaleScore {
                #expect(
                    abs(Double(scores.reduce(0, +)) / Double(max(1, scores.count)) / 1000 - mean) < 0.0001,
                    "\(assessment)")
            }
            #expect(
                Dictionary(grouping: own.compactMap(\.overall.level)) { String($0) }.mapValues(\.count) == facts.levels,
                "\(assessment)")
            for (code, claim) in base.claimsAndAlts[assessment] ?? [:] {
                let drafts: [ExamDraft.ScoreDraft]
                if let index = template.claims.firstIndex(of: code) {
                    drafts = own.map { $0.claims[index] }
                } else {
                    let index = try #require(template.alternates.firstIndex { $0.code == code })
                    drafts = own.map { $0.alternates[index] }
                }
                let given = drafts.compactMap(\.scaleMilli)
                if let mean = claim.meanScaleScore {
                    #expect(
                        abs(Double(given.reduce(0, +)) / Double(max(1, given.count)) / 1000 - mean) < 0.0001,
                        "\(assessment) \(code)")
                }
                #expect(
                    Dictionary(grouping: drafts.compactMap(\.level)) { String($0) }.mapValues(\.count) == claim.levels)
            }
            for (code, target) in base.targets[assessment] ?? [:] {
                let residuals = own.flatMap(\.targets).filter { corpus.names[$0.targetID] == code }
                #expect(residuals.count == target.exams, "\(assessment) \(code)")
                let mean = residuals.compactMap(\.studentRelative).reduce(0, +) / Double(max(1, residuals.count))
                #expect(abs(mean - target.meanStudentRelative) < 0.0001, "\(assessment) \(code)")
            }
            for (code, trait) in base.traits[assessment] ?? [:] {
                let given = own.flatMap(\.traits).filter { corpus.names[$0.traitID] == code }
                #expect(given.count == trait.exams, "\(assessment) \(code)")
                #expect(
                    Dictionary(grouping: given.compactMap(\.score)) { String($0) }.mapValues(\.count) == trait.scores)
            }
        }
    }

    @Test func everyChangeIsTaken() throws {
        let rules = try ExamCorpus().rules
        let changes = try ExamCorpus.transmissions("trt-changes.zip")
        #expect(changes.count == 47)
        for (name, bytes) in changes { #expect(rules.judge(bytes).result != nil, "\(name): \(rules.judge(bytes))") }
    }

    @Test func everyTruncationIsRefused() throws {
        let rules = try ExamCorpus().rules
        for (name, bytes) in try ExamCorpus.transmissions("trt.zip").prefix(40) {
            for end in stride(from: 0, to: bytes.count - 1, by: 97) {
                #expect(rules.judge(Array(bytes[..<end])).refusal?.status == "BAD_FORMAT", "\(name) \(end)")
            }
        }
    }
}

/// Of `expected.json`, state `base`.
private struct Facts: Decodable {
    struct Counts: Decodable { var exams, students, items: Int }
    struct Score: Decodable {
        var exams: Int
        var scored: Int
        var meanScaleScore: Double?
        var levels: [String: Int]
    }
    struct Claim: Decodable {
        var exams: Int
        var meanScaleScore: Double?
        var levels: [String: Int]
    }
    struct Target: Decodable {
        var exams: Int
        var meanStudentRelative: Double
    }
    struct Trait: Decodable {
        var exams: Int
        var scores: [String: Int]
    }
    struct Group: Decodable { var students: Int }
    var counts: Counts
    var scores: [String: Score]
    var claimsAndAlts: [String: [String: Claim]]
    var targets: [String: [String: Target]]
    var traits: [String: [String: Trait]]
    var accommodations: [String: Int]
    var groups: [Group]

    static func read() throws -> Facts {
        struct File: Decodable { var base: Facts }
        return try JSONDecoder().decode(File.self, from: Data(try DefinitionCorpus.bytes("expected.json"))).base
    }
}
