import Access
import Contracts

/// The services that make reports: each keeps its own, told apart by the low 3 bits of an id (DESIGN §2).
struct ReportOwners: Sendable {
    struct Owner: Sendable {
        /// Of its ids.
        let bits: Int64
        let reports: ReportsClient
    }

    let all: [Owner]

    /// My Reports is open to whoever may report at all (aggregates §4.8).
    static let permissions: [Permission] = [.customAggregateRead, .individualPIIRead, .groupPIIRead]

    /// - Throws: `Fault` `.notFound` for an id that no service gives.
    func owner(of id: Int64) throws -> ReportsClient {
        guard let owner = all.first(where: { $0.bits == id & 7 }) else {
            throw Fault(.notFound, "there is no such report or query")
        }
        return owner.reports
    }

    /// Asks every owner. One that is down takes away only what is its own (DESIGN §4.7).
    ///
    /// - Returns: the answers, and whether one is missing.
    /// - Throws: the fault of an owner that is not down; or that of one that is when there is no other.
    func askAll<Part: Sendable>(
        _ ask: @escaping @Sendable (ReportsClient) async throws -> Part
    ) async throws -> (parts: [Part], isIncomplete: Bool) {
        let outcomes = await withTaskGroup(of: Result<Part, any Error>.self) { group in
            for owner in all {
                group.addTask {
                    do { return .success(try await ask(owner.reports)) } catch { return .failure(error) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var parts: [Part] = []
        var missing: (any Error)?
        for outcome in outcomes {
            switch outcome {
            case .success(let part): parts.append(part)
            case .failure(let fault as Fault) where [.unavailable, .deadlinePassed].contains(fault.code):
                missing = fault
            case .failure(let error): throw error
            }
        }
        if let missing, parts.isEmpty { throw missing }
        return (parts, missing != nil)
    }
}

extension Parameter {
    static let reportID = id("id", "Id of a report.")
    static let queryID = id("id", "Id of a saved query.")
}
