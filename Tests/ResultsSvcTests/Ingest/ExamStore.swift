import Ledger
import Postgres
import Support

@testable import ResultsSvc

/// A database with the assessments of some lookups, into which transmissions go as the lane's workers put them.
struct ExamStore<Lookups: ExamLookups & Sendable>: Sendable {
    let database: Database
    let rules: ExamRules<Lookups>

    /// Lends a store with these assessments; it connects as the running service does.
    static func lend(
        _ rules: ExamRules<Lookups>, assessments: [(id: Int32, naturalID: String)], connections: Int = 3,
        _ body: (ExamStore) async throws -> Void
    ) async throws {
        try await withTemporaryServer([.results]) { server in
            let database = server.open(as: "results", connections: connections)
            try await database.transaction(.test()) { session in
                try session.run(
                    "INSERT INTO subject (id, code, name, import_id, change) VALUES (1, 'ELA', 'ELA', 1, -1)")
                try session.run(
                    """
                    INSERT INTO assessment (id, natural_id, name, label, subject_id, type, grade, school_year, level_lows, level_highs,
                                            import_id, change)
                    SELECT id, natural_id, natural_id, natural_id, 1, 1, '03', 2019, '{1}', '{2}', 1, -id
                      FROM unnest(\(assessments.map(\.id)), \(assessments.map(\.naturalID))) AS u(id, natural_id)
                    """)
            }
            do {
                try await body(ExamStore(database: database, rules: rules))
                await database.close()
            } catch {
                await database.close()
                throw error
            }
        }
    }

    /// In one batch; the import of the first is `importID`, of the next one more.
    func send(_ payloads: [[UInt8]], importID: Int64 = 1) async throws -> [ImportOutcome] {
        try await database.transaction(.test()) { session in
            try session.script("SET LOCAL enable_seqscan = off")
            var outcomes: [ImportOutcome?] = Array(repeating: nil, count: payloads.count)
            var works: [ExamWork] = []
            var places: [Int] = []
            for (index, payload) in payloads.enumerated() {
                switch rules.judge(payload) {
                case .refused(let outcome): outcomes[index] = outcome
                case .accepted(let result):
                    works.append(ExamWork(importID: importID + Int64(index), result: result))
                    places.append(index)
                }
            }
            for (index, outcome) in zip(places, try ExamBatchWriter.write(works, session)) { outcomes[index] = outcome }
            return outcomes.compactMap(\.self)
        }
    }

    /// Every stored value of the exams that are present, of their students and of the groups found; no ids that depend on
    /// the order of arrival.
    func dump() async throws -> [String] {
        try await database.read(.test()) { session in
            let exams = try session.rows(
                "SELECT id, school_year, ssid FROM exam JOIN (SELECT id AS sid, ssid FROM student) s ON sid = student_id WHERE NOT deleted",
                as: (Int64, Int32, String).self)
            let drafts = try StoredExams.drafts(exams.map { ($0.0, $0.1) }, session)
            let lines = exams.map { id, _, ssid in "exam \(ssid) \(drafts[id].map { "\($0)" } ?? "lost")" }
            let students = try session.rows(
                """
                SELECT 'student ' || (to_jsonb(s) - '{id,updated,change}'::text[])::text FROM student s
                 WHERE EXISTS (SELECT 1 FROM exam e WHERE e.student_id = s.id)
                """, as: (String).self)
            let groups = try session.rows(
                """
                SELECT 'group ' || concat_ws('|', g.school_id, g.school_year, group_name, ssid) FROM found_group_member g
                  JOIN student s ON s.id = g.student_id
                """, as: (String).self)
            return (lines + students + groups).sorted()
        }
    }

    /// The whole contents of the tables, change numbers and times included.
    func everything() async throws -> [String] {
        try await database.read(.test()) { session in
            try session.rows(
                """
                SELECT t FROM (SELECT 'e' || to_jsonb(e)::text AS t FROM exam e UNION ALL SELECT 's' || to_jsonb(s)::text FROM student s
                    UNION ALL SELECT 'g' || to_jsonb(g)::text FROM found_group_member g
                    UNION ALL SELECT 'h' || to_jsonb(h)::text FROM exam_history h
                    UNION ALL SELECT 't' || to_jsonb(h)::text FROM student_history h UNION ALL SELECT 'f' || change FROM feed_head) x
                 ORDER BY t
                """, as: (String).self)
        }
    }

    func number(_ sql: SQL) async throws -> Int64? {
        try await database.read(.test()) { session in try session.row(sql, as: (Int64?).self) ?? nil }
    }

    func text(_ sql: SQL) async throws -> String? {
        try await database.read(.test()) { session in try session.row(sql, as: (String?).self) ?? nil }
    }
}

extension ExamStore where Lookups == SeedLookups {
    static func seed(_ body: (ExamStore) async throws -> Void) async throws {
        let templates = [SeedLookups.ica, SeedLookups.summative, SeedLookups.block]
        try await lend(.seed(), assessments: templates.map { ($0.assessmentID, $0.naturalID) }, body)
    }

    func send(_ transmissions: Transmission..., importID: Int64 = 1) async throws -> [ImportOutcome] {
        try await send(transmissions.map(\.bytes), importID: importID)
    }
}

extension Transmission {
    /// A copy with another status date and something done to it.
    func later(_ statusDate: String?, _ change: (inout Transmission) -> Void = { _ in }) -> Transmission {
        var copy = self
        copy.opportunity["statusDate"] = statusDate
        change(&copy)
        return copy
    }

    static func opportunity(
        _ id: String, completed: String, ssid: String = "S1", _ change: (inout Transmission) -> Void = { _ in }
    ) -> Transmission {
        var transmission = Transmission(ssid: ssid)
        transmission.opportunity["oppId"] = id
        transmission.opportunity["dateCompleted"] = completed
        transmission.opportunity["statusDate"] = completed
        change(&transmission)
        return transmission
    }
}
