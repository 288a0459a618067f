import Clocks
import Contracts
import Feed
import Postgres

/// Every question this service answers; read it first.
struct EmbargoServer: EmbargoService {
    let list: ListEmbargoes
    let set: SetEmbargo
    let history: ListEmbargoHistory
    let historyFile: ReadEmbargoHistory
    let changes: EmbargoChanges
    let news: ReplayNotifications

    /// - Parameter announce: a hint that the settings have moved; nobody relies on it.
    init(
        database: Database, copies: IdentityCopies, trail: EmbargoTrail, clocks: Clocks,
        patience: Duration = .seconds(3), announce: @escaping @Sendable (Int64) -> Void
    ) {
        let holders = Holders(database: database, schema: "embargo")
        list = ListEmbargoes(database: database, copies: copies)
        set = SetEmbargo(
            database: database, copies: copies, holders: holders, trail: trail, clocks: clocks, patience: patience,
            announce: announce)
        history = ListEmbargoHistory(database: database)
        historyFile = ReadEmbargoHistory(database: database, trail: trail)
        changes = EmbargoChanges(database: database, holders: holders)
        news = ReplayNotifications(log: NotificationLog(database: database))
    }

    func listEmbargoes(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoList {
        try await list(ask, call)
    }
    func setEmbargo(_ ask: SetEmbargoRequest, _ call: Call) async throws -> SetEmbargoReply {
        try await set(ask, call)
    }
    func listEmbargoHistory(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoHistory {
        try await history(ask, call)
    }
    func readEmbargoHistory(_ ask: ReadEmbargoHistoryRequest, _ call: Call) async throws -> EmbargoHistory {
        try await historyFile(ask, call)
    }
    func embargoNews(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage {
        try await news(ask, call)
    }
    func embargoChanges(_ ask: ChangesRequest, _ call: Call) async throws -> EmbargoChangesPage {
        try await changes(ask, call)
    }
}
