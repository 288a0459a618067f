import Contracts
import Logging
import Postgres
import ServiceLifecycle

/// Lets go of the content of reports that are older than it is kept (DESIGN §5).
public struct ReportExpiry: Service {
    private let store: ReportStore
    private let database: Database
    private let age: Duration
    private let log: Logger

    public init(store: ReportStore, database: Database, after age: Duration, log: Logger) {
        self.store = store
        self.database = database
        self.age = age
        self.log = log
    }

    public func run() async throws {
        let (store, age) = (store, age)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let expired = try await database.transaction(.starting(budget: .seconds(30))) {
                        try store.expire(olderThan: age, $0)
                    }
                    if expired == 100 { continue }
                } catch {
                    log.info("old reports wait", metadata: ["cause": "\(String(describing: error).prefix(300))"])
                }
                try? await Task.sleep(for: .seconds(600))
            }
        }
    }
}
