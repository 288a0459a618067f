import Credentials
import Foundation
import Glibc
import Testing

/// A folder with keys and a secret, and the probe service started on it as a process.
final class ProbeProcess {
    let folder: String
    var environment: [String: String]
    private var running: [Process] = []

    init() throws {
        // Short: a Unix socket's path may have 107 bytes.
        folder = "/tmp/probe-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for id in ["service-results", "service-identity"] {
            let key = SigningKey.generate(id: id)
            try key.savePrivateKey(to: "\(folder)/\(id).key")
            try key.savePublicKey(to: "\(folder)/\(id).pub")
        }
        try #require(
            FileManager.default.createFile(
                atPath: "\(folder)/secret", contents: Data("very hidden words 93\n".utf8),
                attributes: [.posixPermissions: 0o600]))
        environment = [
            "ERS_KEYS_DIR": folder, "ERS_ADMIN_PORT": "\(try freePort())", "ERS_LISTEN": "ipc://\(folder)/r.sock",
            "ERS_IDENTITY_URLS": "ipc://\(folder)/i.sock", "ERS_PROBE_SECRET_FILE": "\(folder)/secret",
            "ERS_DATABASE_URL": ProcessInfo.processInfo.environment["TEST_DATABASE_URL"] ?? "dbname=nothing",
        ]
    }

    deinit {
        for process in running where process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Begins it; its standard error goes to a file.
    func start(_ arguments: String..., log: String = "log") throws -> Process {
        let process = Process()
        let runner = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = runner.appendingPathComponent("probe-service")
        process.arguments = arguments
        process.environment = environment
        let path = "\(folder)/\(log)"
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        process.standardError = file
        process.standardOutput = file
        try process.run()
        running.append(process)
        return process
    }

    /// Runs it to its end.
    func run(_ arguments: String...) throws -> (status: Int32, text: String) {
        let process = Process()
        let runner = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = runner.appendingPathComponent("probe-service")
        process.arguments = arguments
        process.environment = environment
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    func log(_ name: String = "log") -> String {
        String(decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
    }

    /// Asks `--healthcheck` until it says what is waited for.
    func wait(until words: String, seconds: Double = 20) throws {
        let deadline = Date().addingTimeInterval(seconds)
        var last = ""
        while Date() < deadline {
            last = try run("--healthcheck").text
            if last.contains(words) { return }
        }
        Issue.record("never said '\(words)', last: \(last), log: \(log())")
    }
}

private func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return try withUnsafeMutablePointer(to: &address) { pointer in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
            try #require(bind(descriptor, general, length) == 0 && getsockname(descriptor, general, &length) == 0)
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
}
