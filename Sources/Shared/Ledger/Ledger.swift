import Clocks
import Contracts
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Receiving payloads in one owner's schema and carrying them out: ledger, archive, queue and workers (ingest §2, §12).
///
/// The owner says what each content means by its lanes; everything else is the same for all owners.
public struct Ledger: Service {
    private let database: Database
    private let lanes: [ImportLane]
    private let clocks: Clocks
    private let log: Logger
    private let acceptor: Acceptor
    private let handOver = HandOver()
    private let blobs: BlobStore
    /// One for each worker, with the contents that it carries out and whether it is the first of its lane.
    private let wakeUps: [WakeUp]
    private let looked: ImportArchive.PayloadLook?
    private let zips: (rule: ZipRule, owner: ImportOwner, lane: ImportLane, signals: [LaneSignal])?
    private let processed: @Sendable (ImportContent, ImportStatus) -> Void

    /// How long a queued payload may wait for a worker that heard of it neither in memory nor from a neighbour.
    static let poll: Duration = .seconds(1)
    /// A batch that is not full waits this long for more: tiny batches cost three times the CPU (ingest-speed §5.3).
    static let linger: Duration = .milliseconds(20)

    public init(
        owner: ImportOwner, database: Database, lanes: [ImportLane], zips: ZipRule? = nil,
        looked: ImportArchive.PayloadLook? = nil, clocks: Clocks = .system, metrics: Metrics, log: Logger
    ) {
        self.looked = looked
        self.database = database
        self.lanes = lanes
        self.clocks = clocks
        self.log = log
        self.zips = zips.map { rule in
            guard let lane = lanes.first(where: { $0.contents.contains(rule.files) }) else {
                preconditionFailure("the files of a zip have a lane")
            }
            precondition(!lane.exclusive && lane.followed == nil, "files end with the transaction of their imports")
            precondition(rule.fileLimit <= lane.payloadLimit, "what is unpacked is read")
            return (rule, owner, lane, (0..<lane.workers).map { _ in LaneSignal() })
        }
        var wakeUps = lanes.flatMap { lane in
            (0..<lane.workers).map { WakeUp(contents: Set(lane.contents), isFirst: $0 == 0, signal: LaneSignal()) }
        }
        if let zips = self.zips {
            wakeUps += zips.signals.enumerated().map { number, signal in
                WakeUp(contents: [zips.rule.zip], isFirst: number == 0, signal: signal)
            }
        }
        self.wakeUps = wakeUps
        let wake = Self.waking(wakeUps)
        blobs = BlobStore(database: database, owner: owner)
        acceptor = Acceptor(database: database, owner: owner, handOver: handOver, accepted: wake)
        processed = { content, status in
            metrics.counter(
                "ers_imports_processed_total", "Imports carried out, by content and status.",
                [("content", content.name), ("status", status.name)]
            ).increment()
        }
    }

    private struct WakeUp: Sendable {
        let contents: Set<ImportContent>
        let isFirst: Bool
        let signal: LaneSignal
    }

    /// Wakes only those who have something to do: each that wakes asks the database. Of a lane's workers the first one; the
    /// others are called when its batch is full, or the batches of all would be small.
    private static func waking(_ wakeUps: [WakeUp]) -> @Sendable (Set<ImportContent>) -> Void {
        { contents in
            for one in wakeUps where one.isFirst && !one.contents.isDisjoint(with: contents) { one.signal.wake() }
        }
    }

    /// The rpc tables of this ledger, for the owner's `ReplyServer`.
    public var rpcTables: [RPCServiceTable] {
        let server = LedgerServer(
            database: database, acceptor: acceptor, blobs: blobs, contents: Set(lanes.flatMap(\.contents)),
            zips: zips?.rule, looked: looked, nowMicroseconds: clocks.wallMicroseconds, queued: Self.waking(wakeUps))
        return [server.rpcTable, SubmissionsServer(ledger: server).rpcTable, blobs.rpcTable]
    }

    /// Works until the process stops. A lost database is waited for.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                var signals = wakeUps[...]
                for lane in lanes {
                    let own = signals.prefix(lane.workers).map(\.signal)
                    signals = signals.dropFirst(lane.workers)
                    for (number, signal) in own.enumerated() {
                        let next = own[(number + 1) % own.count]
                        let worker = ImportWorker(
                            lane: lane, database: database, handOver: handOver, log: log,
                            callForHelp: { if next !== signal { next.wake() } }, processed: processed)
                        group.addTask {
                            await self.work(signal, lingers: lane.batchLimit > 1) { try await worker.drain() }
                        }
                    }
                }
                if let zips {
                    let wake = Self.waking(wakeUps)
                    for (number, signal) in zips.signals.enumerated() {
                        let next = zips.signals[(number + 1) % zips.signals.count]
                        let worker = ZipWorker(
                            rule: zips.rule, owner: zips.owner, lane: zips.lane, database: database,
                            handOver: handOver, log: log, accepted: { wake([zips.rule.files]) },
                            callForHelp: { if next !== signal { next.wake() } }, processed: processed)
                        group.addTask { await self.work(signal) { try await worker.drain() } }
                    }
                }
                group.addTask { await self.keepHouse() }
            }
        }
    }

    private func work(
        _ signal: LaneSignal, lingers: Bool = false, _ drain: @escaping @Sendable () async throws -> Void
    ) async {
        while !Task.isCancelled {
            do {
                try await drain()
            } catch is CancellationError {
                return
            } catch {
                log.warning("import worker waits", metadata: ["cause": "\(String(describing: error).prefix(300))"])
                try? await Task.sleep(for: Self.poll)
            }
            await signal.wait(atMost: Self.poll)
            if lingers { try? await Task.sleep(for: Self.linger) }
        }
    }

    private func keepHouse() async {
        while !Task.isCancelled {
            do {
                try await blobs.keepHouse(.starting(budget: .seconds(30)))
            } catch {
                log.info(
                    "the archive's housekeeping waits", metadata: ["cause": "\(String(describing: error).prefix(300))"])
            }
            try? await Task.sleep(for: .seconds(600))
        }
    }
}
