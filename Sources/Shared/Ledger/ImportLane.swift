import Contracts
import Postgres

/// One queued payload in the hands of a worker.
public struct QueuedImport: Sendable {
    public let id: Int64
    public let content: ImportContent
    public let creator: String
    public let body: [UInt8]
}

/// What became of one payload. `message` is nil when there is nothing to say.
public struct ImportOutcome: Sendable, Equatable {
    public let status: ImportStatus
    public let message: String?
    /// The status promises an effect elsewhere: until everybody has followed to this change of the owner's feeds the
    /// import is told as accepted (DESIGN §3, read your writes).
    public let promises: Int64?

    public init(_ status: ImportStatus, _ message: String? = nil, promises: Int64? = nil) {
        self.status = status
        self.message = message
        self.promises = promises
    }

    /// What the ledger shows when the outcome is stored.
    var toldStatus: ImportStatus { promises == nil ? status : .accepted }
}

/// Thrown by a lane's `process` when something is unknown that a neighbour may have told in the meantime: the worker
/// rolls back, has the copies refreshed and asks once more with `copiesAreFresh`.
public struct NeedsFreshCopies: Error {
    public init() {}
}

/// The way of some contents through the queue: how many at once, and what is done with them.
public struct ImportLane: Sendable {
    public let contents: [ImportContent]
    /// Workers of this process. 1 with `exclusive` means: one after the other, over all replicas (ingest §12).
    public let workers: Int
    public let exclusive: Bool
    /// Payloads in one transaction.
    public let batchLimit: Int
    /// A longer payload ends `BAD_FORMAT` without being read.
    public let payloadLimit: Int
    /// Everything a payload changes, within the transaction that also takes it from the queue and stores its outcome.
    /// Answers one outcome for each payload, in order. May run again, so it has no effect outside the database.
    public let process: @Sendable (borrowing Session, [QueuedImport], _ copiesAreFresh: Bool) throws -> [ImportOutcome]
    /// Pulls the copies that `process` looks things up in.
    public let refreshCopies: @Sendable (Call) async throws -> Void
    /// To which change of the owner's feeds everybody has followed; only for lanes whose outcomes promise one.
    public let followed: (@Sendable (borrowing Session) throws -> Int64)?
    /// Runs after a batch that changed something has been committed, to wake whoever follows.
    public let committed: @Sendable () -> Void

    public init(
        contents: [ImportContent], workers: Int, exclusive: Bool = false, batchLimit: Int, payloadLimit: Int,
        refreshCopies: @escaping @Sendable (Call) async throws -> Void = { _ in },
        followed: (@Sendable (borrowing Session) throws -> Int64)? = nil,
        committed: @escaping @Sendable () -> Void = {},
        process: @escaping @Sendable (borrowing Session, [QueuedImport], Bool) throws -> [ImportOutcome]
    ) {
        precondition(workers >= 1 && batchLimit >= 1)
        self.contents = contents
        self.workers = workers
        self.exclusive = exclusive
        self.batchLimit = batchLimit
        self.payloadLimit = payloadLimit
        self.refreshCopies = refreshCopies
        self.followed = followed
        self.committed = committed
        self.process = process
    }
}
