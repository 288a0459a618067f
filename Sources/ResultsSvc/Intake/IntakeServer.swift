import Access
import Contracts
import Postgres

/// Every question that those who load data ask beside the import API.
struct IntakeServer: IntakeService {
    let waiting: ListWaiting
    let coverage: GetCoverage
    let reconciliation: MakeReconciliation
    let reconciliations: ReadReconciliations
    let removal: RemoveExams

    init(database: Database, trail: IntakeTrail, nowMicroseconds: @escaping @Sendable () -> Int64) {
        waiting = ListWaiting(database: database)
        coverage = GetCoverage(database: database)
        reconciliation = MakeReconciliation(database: database, nowMicroseconds: nowMicroseconds)
        reconciliations = ReadReconciliations(database: database, trail: trail)
        removal = RemoveExams(database: database, trail: trail, nowMicroseconds: nowMicroseconds)
    }

    func listWaiting(_ ask: Empty, _ call: Call) async throws -> WaitingList {
        try call.requireDataLoad()
        return try await waiting(call)
    }
    func getCoverage(_ ask: Empty, _ call: Call) async throws -> Coverage {
        try call.requireDataLoad()
        return try await coverage(call)
    }
    func makeReconciliation(_ ask: MakeReconciliationRequest, _ call: Call) async throws -> Reconciliation {
        let caller = try call.requireDataLoad()
        return try await reconciliation(ask, creator: caller.login, day: nil, call)
    }
    func listReconciliations(_ ask: Empty, _ call: Call) async throws -> ReconciliationList {
        try call.requireDataLoad()
        return try await reconciliations.list(call)
    }
    func readReconciliation(_ ask: ReadReconciliationRequest, _ call: Call) async throws -> ReconciliationPart {
        try call.requireDataLoad()
        return try await reconciliations.read(ask, call)
    }
    func countExams(_ ask: ExamChoice, _ call: Call) async throws -> ExamCount {
        try call.requireDataLoad()
        return try await removal.count(ask, call)
    }
    func removeExams(_ ask: RemoveExamsRequest, _ call: Call) async throws -> RemovedExams {
        let caller = try call.requireDataLoad()
        return try await removal(ask, by: caller, call)
    }
}

extension Call {
    /// The caller, who may load data in the whole state (access §3.5).
    ///
    /// - Throws: `Fault` `.unauthenticated`, `.forbidden`.
    @discardableResult
    func requireDataLoad() throws -> CallerClaims {
        guard let caller else { throw Fault(.unauthenticated, "a session is needed") }
        guard caller.scope(of: .dataWrite)?.statewide == true else {
            throw Fault(.forbidden, "the data load permission is needed")
        }
        return caller
    }
}
