import Clocks
import Contracts
import Credentials
import Logging
import Metrics
import ServiceLifecycle

/// Finds out which scopes an access token of a program outside the suite has.
///
/// - Throws: `Fault` `.unauthenticated` for a token that is unknown or has expired.
public typealias ClientScopes = @Sendable (_ accessToken: String, _ call: Call) async throws -> Set<String>

/// Answers what a service is asked over the bus.
///
/// Each request must come from a process that its method names, with the token of a person where the method demands one,
/// and has the time that its sender gave it: then its task is cancelled. At most `workers` are in service at once; who
/// would wait for longer than a quarter of its time is refused with `tooMany` instead.
public final class ReplyServer: Service, Sendable {
    /// What channels dial: as asked for, with a free port in the place of port 0.
    public var urls: [String] { socket.urls }

    private let socket: ReplySocket
    private let reception: Reception
    private let stopping: AsyncStream<Void>
    private let stopper: AsyncStream<Void>.Continuation
    private let grace: Duration

    /// Listens at once; requests are answered from `run` on.
    ///
    /// - Parameters:
    ///   - service: the name that tokens must be made out to is the verifier's; this one is for the log.
    ///   - clients: for methods that programs outside the suite call; they are refused without it.
    ///   - grace: how long a stopping server waits for what it has begun.
    /// - Throws: `BusProblem` for a URL or certificate that cannot work, or an address in use.
    public init(
        service: String, listeningOn urls: [String], tables: [RPCServiceTable], verifier: TokenVerifier,
        clients: ClientScopes? = nil, tls: BusTLS? = nil, workers: Int = 32, grace: Duration = .seconds(5),
        clocks: Clocks = .system,
        metrics: Metrics, log: Logger
    ) throws {
        guard !urls.isEmpty else { throw BusProblem("\(service): no URL to listen on is given") }
        // Taken in and waiting here, where the time they wait is known, rather than in the kernel.
        let queue = min(max(128, workers * 4), 1024)
        let reception = Reception(
            service, tables: tables, verifier: verifier, clients: clients, workers: workers, queue: queue,
            watch: DeadlineWatch(), clocks: clocks, metrics: metrics, log: log)
        self.reception = reception
        self.grace = grace
        (stopping, stopper) = AsyncStream.makeStream()
        socket = try ReplySocket(urls.map { try BusURL($0) }, tls: tls, contexts: workers + queue) { slot, message in
            reception.take(slot, message)
        }
        log.info("listening", metadata: ["service": "\(service)", "urls": "\(socket.urls)"])
    }

    /// Answers until the process is asked to stop, then lets what has begun come to its end, up to the grace.
    public func run() async throws {
        socket.start()
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                for await _ in stopping {}
            } onCancel: {
                self.stop()
            }
        } onGracefulShutdown: {
            self.stop()
        }
        reception.stop()
        if await !reception.allEnded(within: grace) {
            reception.cancelAll()
            _ = await reception.allEnded(within: .milliseconds(500))
        }
        // The last answers are with NNG; closing would drop what the kernel has not taken yet.
        await Task { try? await Task.sleep(for: .milliseconds(20)) }.value
        socket.close()
    }

    /// Makes `run` come to its end.
    public func stop() { stopper.finish() }
}
