import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL

/// One request to a webhook: to the address that was looked at and no other, without redirects, within ten seconds, and
/// without reading what it answers. Rule: Embargo R11.
struct WebhookRequest: Sendable {
    /// Addresses of this machine and of private networks too: for tests, and for receivers in the same network.
    let allowsPrivate: Bool
    /// Beside the system's; PEM.
    let authorities: String?

    static let budget: TimeAmount = .seconds(10)

    /// Why it did not work, in words for logs and metrics: never an address.
    enum Failure: String, Error {
        case noSuchHost = "no such host"
        case refusedAddress = "its address is not public"
        case refused = "the receiver did not answer 2xx"
        case redirected = "the receiver answered with a redirect"
        case unreachable = "no answer in time"
        case badAuthorities = "ERS_WEBHOOKS_CA_FILE holds no certificates"
    }

    /// - Throws: `Failure`.
    func send(_ body: [UInt8], _ headers: [(String, String)], to hook: Webhook) async throws(Failure) {
        let address = try await address(of: hook.host)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10)))
        configuration.httpVersion = .http1Only
        // Between looking and connecting a name may change: only what was looked at is connected to.
        configuration.dnsOverride = [hook.host: address]
        if let authorities {
            guard let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(authorities.utf8)), !certificates.isEmpty
            else { throw .badAuthorities }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.additionalTrustRoots = [.certificates(certificates)]
            configuration.tlsConfiguration = tls
        }
        // A client of its own for each request: no connection outlives the look at its address.
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome = await answer(of: client, body, headers, hook)
        try? await client.shutdown()
        switch outcome {
        case .some(200..<300): return
        case .some(300..<400): throw .redirected
        case .none: throw .unreachable
        default: throw .refused
        }
    }

    /// The status; nil without an answer. The body of the answer is never read.
    private func answer(
        of client: HTTPClient, _ body: [UInt8], _ headers: [(String, String)], _ hook: Webhook
    ) async -> UInt? {
        var request = HTTPClientRequest(url: hook.url)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try? await client.execute(request, deadline: .now() + Self.budget).status.code
    }

    private func address(of host: String) async throws(Failure) -> String {
        let found: [(bytes: [UInt8], text: String)] = await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: PublicAddress.resolve(host)) }.start()
        }
        guard let first = found.first else { throw .noSuchHost }
        // One that is not public spoils all: which one would be connected to is not ours to guess.
        guard allowsPrivate || found.allSatisfy({ PublicAddress.isPublic($0.bytes) }) else { throw .refusedAddress }
        return first.text
    }
}
