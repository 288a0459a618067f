import Foundation

/// A folder of a test's own for sockets and certificates, with a path short enough for a Unix socket.
final class BusFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/ers-bus-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func ipc(_ name: String = "bus") -> String { "ipc://\(path)/\(name).sock" }
}

/// A name that no other test in this process uses.
func inproc() -> String { "inproc://test-\(UInt64.random(in: .min ... .max))" }
