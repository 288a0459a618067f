import Contracts
import Foundation
import Logging
import Metrics
import Postgres

/// `ers verify`: recomputes what the suite derives and says what differs. Changes nothing.
///
/// Copies follow their owners within seconds, so a difference counts only when it is still there at the third look. Settings:
/// `ERS_VERIFY_DATABASE_URL` of a role that may read all schemas, or `ERS_VERIFY_<SCHEMA>_DATABASE_URL` where a service has
/// a server of its own.
struct VerifyDerived {
    struct NoDatabase: Error, CustomStringConvertible {
        let schema: Derivation.Schema
        var description: String {
            "ERS_VERIFY_DATABASE_URL or ERS_VERIFY_\(schema.rawValue.uppercased())_DATABASE_URL must name a database"
        }
    }

    /// Keys that are told of one derivation; how many differ is told in any case.
    static let toldKeys = 20
    private static let looks = 3
    private static let pause: Duration = .seconds(2)
    /// Of one query over all facts of a state.
    private static let budget: Duration = .seconds(600)
    /// Rows are compared by the sums of their hashes in so many parts; only parts that differ are read.
    private static let parts = 256

    let databases: [Derivation.Schema: Database]

    /// - Throws: `NoDatabase`.
    init(_ environment: [String: String]) throws {
        var opened: [String: Database] = [:]
        var databases: [Derivation.Schema: Database] = [:]
        for schema in Derivation.Schema.allCases {
            let own = environment["ERS_VERIFY_\(schema.rawValue.uppercased())_DATABASE_URL"]
            guard let url = own ?? environment["ERS_VERIFY_DATABASE_URL"], !url.isEmpty else {
                throw NoDatabase(schema: schema)
            }
            let database =
                opened[url]
                ?? Database(
                    DatabaseConfig(url, connections: 2, statementTimeout: Self.budget, applicationName: "ers verify"),
                    metrics: Metrics(service: "ers"), log: Logger(label: "ers"))
            opened[url] = database
            databases[schema] = database
        }
        self.databases = databases
    }

    /// - Parameter say: told a line for each derivation.
    /// - Returns: whether everything is as it should be.
    func callAsFunction(_ say: @Sendable (String) -> Void) async throws -> Bool {
        var doubtful = Derivation.all
        for look in 1...Self.looks where !doubtful.isEmpty {
            if look > 1 { try await Task.sleep(for: Self.pause) }
            var differing: [Derivation] = []
            for derivation in doubtful {
                let found = try await compare(derivation)
                if found.differing.isEmpty {
                    say("\(derivation.name): \(found.rows) rows, as they should be")
                    continue
                }
                differing.append(derivation)
                if look == Self.looks {
                    let keys = found.differing.prefix(Self.toldKeys).joined(separator: ", ")
                    say("\(derivation.name): \(found.differing.count) of \(found.rows) rows differ: \(keys)")
                }
            }
            doubtful = differing
        }
        return doubtful.isEmpty
    }

    private func compare(_ derivation: Derivation) async throws -> (rows: Int64, differing: [String]) {
        let truth = try await sums(derivation.truth), kept = try await sums(derivation.kept)
        let rows = truth.values.reduce(0) { $0 + $1.count }
        let parts = Set(truth.keys).union(kept.keys).filter { truth[$0] != kept[$0] }.sorted()
        if parts.isEmpty { return (rows, []) }
        let wanted = try await content(derivation.truth, parts), there = try await content(derivation.kept, parts)
        let differing = Set(wanted.keys).union(there.keys).filter { wanted[$0] != there[$0] }
        return (rows, differing.sorted())
    }

    private struct PartSum: Equatable { var count: Int64; var sum: String }

    private func sums(_ side: (schema: Derivation.Schema, rows: String)) async throws -> [Int64: PartSum] {
        let rows = try await read(side.schema) { session in
            try session.rows(
                """
                SELECT hashtextextended(q.key, 0) & \(Int64(Self.parts - 1)), count(*),
                       sum(hashtextextended(q.key || '=' || q.content, 1)::numeric)::text
                  FROM (\(raw: side.rows)) AS q(key, content) GROUP BY 1
                """, as: (Int64, Int64, String).self)
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, PartSum(count: $0.1, sum: $0.2)) })
    }

    private func content(
        _ side: (schema: Derivation.Schema, rows: String), _ parts: [Int64]
    ) async throws -> [String: [String]] {
        let rows = try await read(side.schema) { session in
            try session.rows(
                """
                SELECT q.key, q.content FROM (\(raw: side.rows)) AS q(key, content)
                 WHERE hashtextextended(q.key, 0) & \(Int64(Self.parts - 1)) = ANY(\(parts)) ORDER BY 1, 2
                """, as: (String, String).self)
        }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }

    private func read<Answer: Sendable>(
        _ schema: Derivation.Schema, _ body: @escaping @Sendable (borrowing Session) throws -> Answer
    ) async throws -> Answer {
        guard let database = databases[schema] else { throw NoDatabase(schema: schema) }
        return try await database.read(.starting(budget: Self.budget), body)
    }
}
