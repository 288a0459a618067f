import Foundation
import Ledger
import Support
import Testing

@testable import ResultsSvc

/// All public results and then the changes, through the writer into a database, against the published facts.
@Suite(.enabled(if: DefinitionCorpus.isThere, "the public corpus is not beside the checkout; set ERS_CORPUS"))
struct ExamCorpusLoadTests {
    private struct Change: Decodable {
        var file: String
        var kind: String
        var status: String
        var message: String?
    }

    private struct Facts: Decodable {
        struct Counts: Decodable { var exams, students: Int }
        struct State: Decodable {
            var counts: Counts
            var inferredSchool: [String: Int]
            var byCondition: [String: Int]
        }
        var base: State
        var afterChanges: State
    }

    @Test("ingest §16.2, §16.3, §16.4: loaded in a random order, again, and changed", arguments: [1])
    func loads(seed: Int) async throws {
        let corpus = try ExamCorpus()
        let facts = try JSONDecoder().decode(Facts.self, from: Data(try DefinitionCorpus.bytes("expected.json")))
        var files = try ExamCorpus.transmissions("trt.zip")
        var random = SeededGenerator(seed: seed)
        files.shuffle(using: &random)
        let payloads = files.map(\.bytes)
        try await ExamStore.lend(corpus.rules, assessments: corpus.assessments) { (store) async throws in
            // Two workers, as in the service.
            let half = payloads.count / 2
            async let one = load(Array(payloads[..<half]), store)
            async let two = load(Array(payloads[half...]), store)
            let outcomes = try await one + two
            #expect(outcomes.allSatisfy { $0 == ImportOutcome(.processed) })
            try await expect(facts.base, store)

            let before = try await store.everything()
            let again = try await load(payloads.map { $0 + Array("\n".utf8) }, store)
            #expect(again.allSatisfy { $0.status == .noUpdate && $0.message == ExamBatchWriter.duplicate })
            #expect(try await store.everything() == before)

            let changes = try ExamCorpus.transmissions("trt-changes.zip")
            let manifest = try JSONDecoder().decode(
                [Change].self, from: Data(try ExamCorpus.manifest("trt-changes.zip")))
            for change in manifest where change.kind != "byte-duplicate" {
                let payload = try #require(changes.first { $0.name == change.file }).bytes
                let outcome = try await store.send([payload])[0]
                #expect(outcome.status.name == change.status, "\(change.file)")
                #expect(outcome.message == change.message, "\(change.file)")
            }
            try await expect(facts.afterChanges, store)
        }
    }

    private func load(_ payloads: [[UInt8]], _ store: ExamStore<ExamCorpus>) async throws -> [ImportOutcome] {
        var outcomes: [ImportOutcome] = []
        for start in stride(from: 0, to: payloads.count, by: 128) {
            outcomes += try await store.send(Array(payloads[start..<min(payloads.count, start + 128)]))
        }
        return outcomes
    }

    private func expect(_ facts: Facts.State, _ store: ExamStore<ExamCorpus>) async throws {
        #expect(try await store.number("SELECT count(*) FROM exam WHERE NOT deleted") == Int64(facts.counts.exams))
        #expect(
            try await store.number("SELECT count(DISTINCT student_id) FROM exam WHERE NOT deleted")
                == Int64(facts.counts.students))
        for (naturalID, students) in facts.inferredSchool {
            let id = try #require(store.rules.lookups.schoolID(naturalID))
            #expect(
                try await store.number("SELECT count(*) FROM student WHERE school_id = \(id)") == Int64(students),
                "\(naturalID)")
        }
        for (key, exams) in facts.byCondition {
            let parts = key.split(separator: "/").map(String.init)
            let type = try #require(AssessmentType(code: parts[0])).rawValue
            let condition = try #require(ExamCodes.conditions.number(parts[1]))
            let stored = try await store.number(
                "SELECT count(*) FROM exam WHERE NOT deleted AND type = \(type) AND condition = \(condition)")
            #expect(stored == Int64(exams), "\(key)")
        }
    }
}
