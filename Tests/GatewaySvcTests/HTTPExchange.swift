import Foundation
import Glibc

/// An answer as it came over the socket.
struct HTTPReply: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Plain sockets, so that a test can also send what no decent client would.
struct HTTPClient: Sendable {
    let port: Int

    struct Trouble: Error { let what: String }

    func send(
        _ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> HTTPReply {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: reports.test:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return try parse(try await raw(Array((head + "\r\n").utf8) + (body ?? [])), hasBody: method != "HEAD")
    }

    /// Sends the head, then chunk after chunk until `next` gives nil or the server takes no more; reads to the end.
    func stream(_ head: String, _ next: @escaping @Sendable (Int) -> [UInt8]?) async throws -> HTTPReply {
        try parse(try await exchange { $0 == 0 ? Array(head.utf8) : next($0 - 1) }, hasBody: true)
    }

    /// Whatever comes back for these bytes, until the server closes.
    func raw(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await exchange { $0 == 0 ? bytes : nil }
    }

    private func exchange(_ next: @escaping @Sendable (Int) -> [UInt8]?) async throws -> [UInt8] {
        let port = self.port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.talk(port, next) })
            }
        }
    }

    private static func talk(_ port: Int, _ next: (Int) -> [UInt8]?) throws -> [UInt8] {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard fd >= 0 else { throw Trouble(what: "socket") }
        defer { close(fd) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Trouble(what: "connect: \(errno)") }
        var index = 0
        while let bytes = next(index), sendAll(fd, bytes) { index += 1 }

        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(fd, &buffer, buffer.count, 0)
            if count <= 0 { return out }
            out += buffer[..<count]
        }
    }

    private static func sendAll(_ fd: CInt, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    private func parse(_ bytes: [UInt8], hasBody: Bool) throws -> HTTPReply {
        var rest = bytes[...]
        while true {
            guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else {
                throw Trouble(what: "no head in \(bytes.count) bytes")
            }
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            guard let status = Int(lines[0].split(separator: " ")[1]) else { throw Trouble(what: lines[0]) }
            let headers = lines.dropFirst().map { line -> (name: String, value: String) in
                let sides = line.split(separator: ":", maxSplits: 1)
                return (String(sides[0]), sides.count == 2 ? sides[1].trimmingCharacters(in: .whitespaces) : "")
            }
            rest = rest[end.upperBound...]
            if status < 200 { continue }
            var reply = HTTPReply(status: status, headers: headers, body: Array(rest))
            if reply.header("Transfer-Encoding") == "chunked", hasBody { reply.body = try dechunk(rest) }
            if let length = reply.header("Content-Length").flatMap(Int.init), hasBody, length != reply.body.count {
                throw Trouble(what: "\(reply.body.count) bytes instead of \(length)")
            }
            return reply
        }
    }

    private func dechunk(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
        var (rest, out) = (bytes, [UInt8]())
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            guard let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16) else { break }
            if size == 0 { return out }
            guard rest.endIndex - line.upperBound >= size + 2 else { break }
            out += rest[line.upperBound..<line.upperBound + size]
            rest = rest[(line.upperBound + size + 2)...]
        }
        throw Trouble(what: "a chunk is missing")
    }
}
