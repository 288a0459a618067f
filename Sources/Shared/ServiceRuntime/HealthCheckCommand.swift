import Glibc

/// `--healthcheck`: asks the running process of the same settings whether it is ready, so that no image needs curl.
struct HealthCheckCommand {
    let host: String
    let port: Int

    /// - Returns: whether it is ready, and what it said.
    func callAsFunction() -> (ready: Bool, text: String) {
        // An address to listen on everywhere is none to connect to.
        let target = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        guard let connection = try? connect(host: target, port: port, patience: .seconds(5)) else {
            return (false, "nothing listens on \(target) port \(port)")
        }
        defer { close(connection) }
        sendAll(connection, Array("GET /readyz HTTP/1.1\r\nHost: \(target)\r\nConnection: close\r\n\r\n".utf8))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.count < 1 << 20 {
            let n = recv(connection, &buffer, buffer.count, 0)
            guard n > 0 else { break }
            answer += buffer[..<n]
        }
        let text = String(decoding: answer, as: UTF8.self)
        let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
        return (text.hasPrefix("HTTP/1.1 200 "), body.isEmpty ? "no answer" : body)
    }
}
