internal import CNNG

/// The certificates of one process: both sides of every connection show one of the same authority.
///
/// This proves "some service of this suite"; which one, the service token in the envelope says.
public struct BusTLS: Sendable {
    private let ca: String
    private let certificate: String
    private let key: String

    /// - Parameters: PEM texts; the key without a pass phrase, ECDSA P-256 or RSA.
    public init(ca: String, certificate: String, key: String) {
        self.ca = ca
        self.certificate = certificate
        self.key = key
    }

    /// Hands a configuration to `use` and gives it back afterwards; who needs it longer has counted itself in.
    func withConfiguration(
        for url: BusURL, _ mode: nng_tls_mode, _ use: (OpaquePointer) throws -> Void
    ) throws {
        var made: OpaquePointer?
        try NNGError.check(nng_tls_config_alloc(&made, mode))
        guard let config = made else { throw NNGError.outOfMemory }
        defer { nng_tls_config_free(config) }
        func check(_ code: Int32, _ what: String) throws {
            if code != 0 { throw BusProblem("\(url.text): \(what) is refused: \(NNGError(code: code))") }
        }
        try check(nng_tls_config_ca_chain(config, ca, nil), "the certificate authority")
        try check(nng_tls_config_own_cert(config, certificate, key, nil), "the certificate or its key")
        // A listener does not ask for certificates by itself.
        try check(nng_tls_config_auth_mode(config, NNG_TLS_AUTH_MODE_REQUIRED), "mutual authentication")
        try check(nng_tls_config_version(config, NNG_TLS_1_2, NNG_TLS_1_2), "TLS 1.2")
        if mode == NNG_TLS_MODE_CLIENT { try check(nng_tls_config_server_name(config, url.host), "the server's name") }
        try use(config)
    }
}
