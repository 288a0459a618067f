import Foundation
import Testing

@testable import Messaging

/// Other ends that die in the moment in which a connection begins (Sources/Shared/CNNGRepair).
@Suite(.timeLimit(.minutes(1)))
struct BrokenPipeTests {
    @Test func aListenerOutlivesThoseWhoHangUpAtOnce() async throws {
        let folder = try BusFolder()
        let server = try RawServer(folder.ipc()) { $0 }
        for _ in 0..<10 {
            for _ in 0..<100 { close(try UnixSocket.connected(to: "\(folder.path)/bus.sock")) }
            let client = try RequestSocket(dialing: server.url)
            #expect(try await client.ask([1], within: .seconds(5)) == [1])
        }
    }

    @Test func aDialerOutlivesThoseWhoHangUpAtOnce() async throws {
        let folder = try BusFolder()
        let listener = try UnixSocket.listening(at: "\(folder.path)/bus.sock")
        let clients = try (0..<20).map { _ in try RequestSocket(dialing: folder.ipc()) }
        // Each dials every 100 ms at the latest.
        for _ in 0..<200 {
            let file = accept(listener, nil, nil)
            try #require(file >= 0, "nobody dials any more")
            close(file)
        }
        close(listener)
        unlink("\(folder.path)/bus.sock")

        let server = try RawServer(folder.ipc()) { $0 }
        for client in clients { #expect(try await client.ask([1], within: .seconds(5)) == [1]) }
        server.close()
    }
}

/// Bare sockets of the operating system, for peers that libnng would not be.
private enum UnixSocket {
    static func connected(to path: String) throws -> Int32 { try made(path, connect) }

    static func listening(at path: String) throws -> Int32 {
        let file = try made(path, bind)
        // `accept` gives up, so that a test can fail.
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard listen(file, 128) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return file
    }

    private static func made(
        _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard file >= 0, status == 0 else {
            let code = POSIXErrorCode(rawValue: errno) ?? .EIO
            close(file)
            throw POSIXError(code)
        }
        return file
    }
}
