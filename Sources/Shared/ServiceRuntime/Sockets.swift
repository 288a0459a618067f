import Glibc

/// The few socket calls of the port for operators and of `--healthcheck`.

func errorText() -> String { String(cString: strerror(errno)) }

/// Resolves a host and tries `use` on each address until one works.
private func withAddresses(
    host: String, port: Int, listening: Bool, _ use: (CInt, UnsafePointer<addrinfo>) -> Bool
) throws -> CInt {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = listening ? AI_PASSIVE : 0
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &found) == 0 else { throw AdminProblem("no address \(host)") }
    defer { freeaddrinfo(found) }
    var problem = "no address"
    var next = found
    while let address = next {
        let type = address.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.pointee.ai_family, type, address.pointee.ai_protocol)
        if descriptor >= 0 {
            if use(descriptor, address) { return descriptor }
            problem = errorText()
            close(descriptor)
        }
        next = address.pointee.ai_next
    }
    throw AdminProblem("\(host) port \(port): \(problem)")
}

func listen(host: String, port: Int) throws -> CInt {
    try withAddresses(host: host, port: port, listening: true) { descriptor, address in
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        return bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 && listen(descriptor, 64) == 0
    }
}

func connect(host: String, port: Int, patience: Duration) throws -> CInt {
    try withAddresses(host: host, port: port, listening: false) { descriptor, address in
        setTimeouts(descriptor, patience)
        return connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0
    }
}

/// 0 when the socket has none.
func localPort(of descriptor: CInt) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &address) { storage in
        storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
            guard getsockname(descriptor, general, &length) == 0 else { return 0 }
            // The port stands at the same place for IPv4 and IPv6.
            return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }
}

/// For every later send and receive, and for connecting.
func setTimeouts(_ descriptor: CInt, _ patience: Duration) {
    let (seconds, attoseconds) = patience.components
    var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
}

/// Stops at the first error: then the other side is gone, or does not read.
func sendAll(_ descriptor: CInt, _ bytes: [UInt8]) {
    bytes.withUnsafeBytes { raw in
        var sent = 0
        while sent < raw.count {
            let n = send(descriptor, raw.baseAddress.map { $0 + sent }, raw.count - sent, Int32(MSG_NOSIGNAL))
            if n > 0 { sent += n } else if errno != EINTR { return }
        }
    }
}
