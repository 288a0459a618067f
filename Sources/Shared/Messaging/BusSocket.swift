internal import CNNG

/// One NNG socket with its options: what all four patterns share.
///
/// Debian's libnng aborts the process on wrong use, so every call to it stays within this module.
struct BusSocket: Sendable {
    enum Pattern { case request, reply, publish, subscribe }

    /// The largest envelope, checked before sending on both sides: an oversize message would close the connection and
    /// fail every other call on it.
    static let largestMessage = 4 << 20
    /// What NNG adds to a message on the wire: request ids and routing.
    private static let headers = 256

    let raw: nng_socket

    init(_ pattern: Pattern) throws {
        var socket = nng_socket()
        switch pattern {
        case .request: try NNGError.check(nng_req0_open(&socket))
        case .reply: try NNGError.check(nng_rep0_open(&socket))
        case .publish: try NNGError.check(nng_pub0_open(&socket))
        case .subscribe: try NNGError.check(nng_sub0_open(&socket))
        }
        raw = socket
        do {
            try NNGError.check(nng_socket_set_size(raw, NNG_OPT_RECVMAXSZ, Self.largestMessage + Self.headers))
            if pattern == .request {
                // NNG repeats unanswered requests, and a handler then runs twice. Repeating is our decision.
                try NNGError.check(nng_socket_set_ms(raw, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE))
            }
        } catch {
            close()
            throw error
        }
    }

    /// Starts connecting in the background and goes on trying whatever happens.
    func dial(_ url: BusURL, tls: BusTLS?) throws {
        var dialer = nng_dialer()
        try explain(url) { nng_dialer_create(&dialer, raw, url.text) }
        try explain(url) { nng_dialer_set_ms(dialer, NNG_OPT_RECONNMINT, 10) }
        // The pause between attempts doubles up to this; a restarted neighbour on this host is found again soon.
        try explain(url) { nng_dialer_set_ms(dialer, NNG_OPT_RECONNMAXT, url.scheme == .ipc ? 100 : 500) }
        if url.scheme == .tls {
            try required(tls, url).withConfiguration(for: url, NNG_TLS_MODE_CLIENT) { config in
                try explain(url) { nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, UnsafeMutableRawPointer(config)) }
            }
        }
        try explain(url) { nng_dialer_start(dialer, Int32(NNG_FLAG_NONBLOCK)) }
    }

    /// - Returns: the URL that others dial: port 0 has become the port that was free.
    func listen(_ url: BusURL, tls: BusTLS?) throws -> String {
        var listener = nng_listener()
        try explain(url) { nng_listener_create(&listener, raw, url.text) }
        if url.scheme == .ipc {
            try explain(url) { nng_listener_set_int(listener, NNG_OPT_IPC_PERMISSIONS, 0o600) }
        }
        if url.scheme == .tls {
            try required(tls, url).withConfiguration(for: url, NNG_TLS_MODE_SERVER) { config in
                try explain(url) { nng_listener_set_ptr(listener, NNG_OPT_TLS_CONFIG, UnsafeMutableRawPointer(config)) }
            }
        }
        try explain(url) { nng_listener_start(listener, 0) }
        guard url.scheme == .tcp || url.scheme == .tls, url.text.hasSuffix(":0") else { return url.text }
        var port: Int32 = 0
        try explain(url) { nng_listener_get_int(listener, NNG_OPT_TCP_BOUND_PORT, &port) }
        return url.text.dropLast(1) + String(port)
    }

    /// Ends every connection; operations still under way end with `closed`.
    func close() {
        nng_close(raw)
    }

    private func required(_ tls: BusTLS?, _ url: BusURL) throws -> BusTLS {
        guard let tls else { throw BusProblem("\(url.text): tls+tcp needs certificates") }
        return tls
    }

    private func explain(_ url: BusURL, _ operation: () -> Int32) throws {
        let code = operation()
        if code != 0 { throw BusProblem("\(url.text): \(NNGError(code: code))") }
    }
}
