internal import CCurl
import Foundation

/// One request to a webhook: to the address that was looked at and no other, without redirects, within ten seconds, and
/// without reading what it answers. Rule: Embargo R11.
struct WebhookRequest: Sendable {
    /// Addresses of this machine and of private networks too: for tests, and for receivers in the same network.
    let allowsPrivate: Bool
    /// Beside the system's; PEM.
    let authorities: String?

    static let budget: Duration = .seconds(10)
    private static let connecting: Duration = .seconds(5)

    /// Why it did not work, in words for logs and metrics: never an address.
    enum Failure: String, Error {
        case noSuchHost = "no such host"
        case refusedAddress = "its address is not public"
        case refused = "the receiver did not answer 2xx"
        case redirected = "the receiver answered with a redirect"
        case unreachable = "no answer in time"
        case untrusted = "no TLS connection whose certificate is trusted"
        case badAuthorities = "ERS_WEBHOOKS_CA_FILE holds no certificates"
    }

    private static let isReady = ers_curl_begin() == CURLE_OK

    /// - Throws: `Failure`.
    func send(_ body: [UInt8], _ headers: [(String, String)], to hook: Webhook) async throws(Failure) {
        // The thread outlives a cancelled request by the budget at most, and holds up nobody.
        let (outcomes, outcome) = AsyncStream.makeStream(of: Result<Void, Failure>.self)
        Thread {
            outcome.yield(Result { () throws(Failure) in try post(body, headers, hook) })
            outcome.finish()
        }.start()
        for await result in outcomes { return try result.get() }
        throw .unreachable
    }

    private func post(_ body: [UInt8], _ headers: [(String, String)], _ hook: Webhook) throws(Failure) {
        precondition(Self.isReady, "libcurl cannot be used")
        var fields: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(fields) }
        for (name, value) in headers { fields = curl_slist_append(fields, "\(name): \(value)") }
        var request = ers_post()
        request.headers = fields
        request.connect_ms = Self.connecting.milliseconds
        request.budget_ms = Self.budget.milliseconds
        // Between looking and connecting a name may change: only what was looked at is connected to.
        let address = try address(of: hook.host)
        let target = "::\(address.contains(":") ? "[\(address)]" : address):"
        var status = 0
        let code = hook.url.withCString { url in
            target.withCString { target in
                body.withUnsafeBytes { body in
                    request.url = url
                    request.connect_to = target
                    request.body = body.baseAddress?.assumingMemoryBound(to: CChar.self)
                    request.body_length = body.count
                    guard var authorities else { return ers_post_run(&request, &status) }
                    return authorities.withUTF8 { authorities in
                        request.authorities = UnsafeRawPointer(authorities.baseAddress)?
                            .assumingMemoryBound(to: CChar.self)
                        request.authorities_length = authorities.count
                        return ers_post_run(&request, &status)
                    }
                }
            }
        }
        switch (code, status) {
        // An answer whose body was not wanted ends with an error of writing.
        case (CURLE_OK, 200..<300), (CURLE_WRITE_ERROR, 200..<300): return
        case (CURLE_OK, 300..<400), (CURLE_WRITE_ERROR, 300..<400): throw .redirected
        case (CURLE_OK, _), (CURLE_WRITE_ERROR, _): throw .refused
        case (CURLE_SSL_CACERT_BADFILE, _): throw .badAuthorities
        case (CURLE_PEER_FAILED_VERIFICATION, _), (CURLE_SSL_CONNECT_ERROR, _): throw .untrusted
        default: throw .unreachable
        }
    }

    private func address(of host: String) throws(Failure) -> String {
        let found = PublicAddress.resolve(host)
        guard let first = found.first else { throw .noSuchHost }
        // One that is not public spoils all: which one would be connected to is not ours to guess.
        guard allowsPrivate || found.allSatisfy({ PublicAddress.isPublic($0.bytes) }) else { throw .refusedAddress }
        return first.text
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}
