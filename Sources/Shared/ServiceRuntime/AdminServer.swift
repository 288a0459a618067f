import Dispatch
import Foundation
import Glibc
import ServiceLifecycle
import Synchronization

/// What the port for operators answers to one path.
struct AdminAnswer: Sendable {
    var status: Int
    var type: String
    var body: String
}

/// A small HTTP listener on threads of its own: it answers also while Swift's threads are all busy, and says so.
///
/// `GET` and `HEAD` only, one request a connection, no body. Every connection has a few seconds and a few kilobytes, and
/// there are only so many at once.
final class AdminServer: Service {
    static let connectionLimit = 16
    static let headerLimit = 8 << 10

    /// Where it listens; the port that was found when 0 was asked for.
    let port: Int

    private let socket: CInt
    /// Closing the writing end wakes the thread that accepts.
    private let wake: (read: CInt, write: CInt)
    private let answer: @Sendable (_ path: String) async -> AdminAnswer?
    private let patience: Duration
    private let open = Atomic<Int>(0)

    /// Listens at once; `run` answers.
    ///
    /// - Parameters:
    ///   - patience: for one connection, from accept to close.
    ///   - answer: nil for a path that does not exist.
    init(
        host: String, port: Int, patience: Duration = .seconds(3),
        answer: @escaping @Sendable (_ path: String) async -> AdminAnswer?
    ) throws {
        self.answer = answer
        self.patience = patience
        socket = try listen(host: host, port: port)
        self.port = localPort(of: socket)
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else {
            close(socket)
            throw AdminProblem("no pipe: \(errorText())")
        }
        wake = (ends[0], ends[1])
    }

    deinit {
        close(socket)
        close(wake.read)
    }

    func run() async throws {
        let ended = AsyncStream<Void>.makeStream()
        Thread.detachNewThread { [self] in
            Thread.current.name = "admin"
            acceptAll()
            ended.continuation.finish()
        }
        // Ends by graceful shutdown or by cancellation, which mean the same here.
        try? await gracefulShutdown()
        close(wake.write)
        for await _ in ended.stream {}
    }

    private func acceptAll() {
        while true {
            var waiting = [
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&waiting, 2, -1)
            if waiting[1].revents != 0 { return }
            guard ready > 0 else { continue }
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else {
                // Out of descriptors, most likely: without a pause this would spin.
                if errno != EINTR && errno != ECONNABORTED { usleep(50_000) }
                continue
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            guard open.add(1, ordering: .relaxed).newValue <= Self.connectionLimit else {
                open.subtract(1, ordering: .relaxed)
                close(connection)
                continue
            }
            Thread.detachNewThread { [self] in
                serve(connection)
                close(connection)
                open.subtract(1, ordering: .relaxed)
            }
        }
    }

    private func serve(_ connection: CInt) {
        let deadline = ContinuousClock.now + patience
        setTimeouts(connection, patience)
        let head: [UInt8]
        switch readHead(connection, deadline) {
        case .head(let bytes): head = bytes
        case .tooLarge: return send(connection, plain(431, "the header is too large"), body: true, deadline)
        case .nothing: return
        }
        let line = String(decoding: head.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self).split(separator: " ")
        guard line.count == 3, line[2].hasPrefix("HTTP/1."), line[1].hasPrefix("/") else {
            return send(connection, plain(400, "not an HTTP request"), body: true, deadline)
        }
        guard line[0] == "GET" || line[0] == "HEAD" else {
            return send(connection, plain(405, "only GET"), body: true, deadline)
        }
        let path = String(line[1].prefix { $0 != "?" })
        let answer =
            blocking(until: deadline) { [answer] in await answer(path) ?? plain(404, "no such page") }
            ?? plain(503, "no answer in time")
        send(connection, answer, body: line[0] == "GET", deadline)
    }

    private enum Head { case head([UInt8]), tooLarge, nothing }

    private func readHead(_ connection: CInt, _ deadline: ContinuousClock.Instant) -> Head {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while ContinuousClock.now < deadline {
            let n = recv(connection, &buffer, buffer.count, 0)
            if n < 0 && errno == EINTR { continue }
            guard n > 0 else { return .nothing }
            bytes += buffer[..<n]
            if bytes.count > Self.headerLimit { return .tooLarge }
            if String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") { return .head(bytes) }
        }
        return .nothing
    }

    private func send(_ connection: CInt, _ answer: AdminAnswer, body: Bool, _ deadline: ContinuousClock.Instant) {
        let content = Array(answer.body.utf8)
        let head =
            "HTTP/1.1 \(answer.status) \(reason(answer.status))\r\nContent-Type: \(answer.type)\r\n"
            + "Content-Length: \(content.count)\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        sendAll(connection, Array(head.utf8) + (body ? content : []))
        // What the client still sends would otherwise turn our answer into a reset.
        shutdown(connection, CInt(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 2048)
        while ContinuousClock.now < deadline, recv(connection, &rest, rest.count, 0) > 0 {}
    }
}

struct AdminProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

private func plain(_ status: Int, _ text: String) -> AdminAnswer {
    AdminAnswer(status: status, type: "text/plain; charset=utf-8", body: text + "\n")
}

private func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 431: "Request Header Fields Too Large"
    default: "Service Unavailable"
    }
}

private final class Box<T: Sendable>: Sendable { let value = Mutex<T?>(nil) }

/// Waits on this thread, which is not one of Swift's, for what runs on those.
private func blocking<T: Sendable>(
    until deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async -> T
) -> T? {
    let box = Box<T>()
    let done = DispatchSemaphore(value: 0)
    Task {
        let value = await body()
        box.value.withLock { $0 = value }
        done.signal()
    }
    let (seconds, attoseconds) = max(.zero, ContinuousClock.now.duration(to: deadline)).components
    let left = DispatchTimeInterval.milliseconds(Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    _ = done.wait(timeout: .now() + left)
    return box.value.withLock { $0 }
}
