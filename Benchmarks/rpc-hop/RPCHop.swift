import Clocks
import Contracts
import Credentials
import Foundation
import Logging
import Messaging
import Metrics

/// What one call over the bus costs: CPU time of both sides, calls per second and latency.
///
/// `rpc-hop [SECONDS]` starts itself a second time as the server, because the two sides of a hop are two processes, and
/// asks it with 256 bytes over ipc, 1, 16 and 128 calls at a time. Envelope, tokens, checks and metrics included.
@main
enum RPCHop {
    static let method = RPCMethodInfo(
        service: "bench.Echo", method: "Echo", idempotent: true, callers: ["gateway"], person: false)

    static func main() async throws {
        var arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "--serve" {
            arguments = arguments.dropFirst()
            guard arguments.count == 2, let url = arguments.first, let key = arguments.last else { exit(2) }
            return try await serve(url, publicKey: key)
        }
        try await measure(seconds: arguments.first.flatMap { Double($0) } ?? 3)
    }

    static func serve(_ url: String, publicKey: String) async throws {
        guard let key = Data(base64Encoded: publicKey) else { exit(2) }
        let echo = RPCMethod(method) { (ask: AppendBlobRequest, _: Call) in ask }
        let server = try ReplyServer(
            service: "results", listeningOn: [url], tables: [RPCServiceTable("bench.Echo", [echo])],
            verifier: TokenVerifier(
                Keyring(publicKeys: ["service-gateway": [UInt8](key)]), service: "results", clocks: .system),
            workers: 128, metrics: Metrics(service: "results"), log: quiet)
        try await server.run()
    }

    static var quiet: Logger {
        var log = Logger(label: "bench")
        log.logLevel = .error
        return log
    }

    static func measure(seconds: Double) async throws {
        let url = "ipc:///tmp/ers-rpc-hop-\(getpid()).sock"
        let key = SigningKey.generate(id: "service-gateway")
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        server.arguments = ["--serve", url, Data(key.publicKey).base64EncodedString()]
        try server.run()
        defer { server.terminate() }

        let channel = try Channel(
            to: "results", urls: [url],
            identity: ProcessIdentity(service: "gateway", key: key, clocks: .system),
            metrics: Metrics(service: "gateway"), log: quiet)
        let ask = AppendBlobRequest.with { $0.bytes = [UInt8](repeating: 7, count: 256) }

        print("in flight   calls/s   p50 ms   p99 ms   client cpu us   server cpu us   both")
        for inFlight in [1, 16, 128] {
            _ = try await run(channel, ask, inFlight, for: 0.5)
            let before = (client: try cpu(getpid()), server: try cpu(server.processIdentifier))
            let began = ContinuousClock.now
            var times = try await run(channel, ask, inFlight, for: seconds)
            let took = began.duration(to: .now) / .seconds(1)
            let client = (try cpu(getpid()) - before.client) / Double(times.count)
            let serverCPU = (try cpu(server.processIdentifier) - before.server) / Double(times.count)
            times.sort()
            print(
                String(
                    format: "%9d %9.0f %8.3f %8.3f %15.1f %15.1f %6.1f", inFlight, Double(times.count) / took,
                    times[times.count / 2] * 1000, times[times.count * 99 / 100] * 1000, client, serverCPU,
                    client + serverCPU))
        }
        await channel.close()
    }

    /// - Returns: the time of each call, in seconds.
    static func run(_ channel: Channel, _ ask: AppendBlobRequest, _ inFlight: Int, for seconds: Double) async throws
        -> [Double]
    {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    var times: [Double] = []
                    while ContinuousClock.now < end {
                        let began = ContinuousClock.now
                        let answer: AppendBlobRequest = try await channel.ask(
                            method, ask, Call.starting(budget: .seconds(10)))
                        precondition(answer == ask)
                        times.append(began.duration(to: .now) / .seconds(1))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Microseconds of processor time that a process has used, with its threads.
    static func cpu(_ process: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The name in parentheses may hold blanks; the fields are counted from behind it.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) * 1_000_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
