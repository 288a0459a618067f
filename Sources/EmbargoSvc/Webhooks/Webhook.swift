import Contracts
import Crypto
import Foundation

/// A program outside the suite that is told of every change by a request to its address.
struct Webhook: Sendable, Equatable {
    /// The key of its position; what logs and metrics call it. Its address may hold a secret.
    let name: String
    let url: String
    /// Of the address, in lower case.
    let host: String
    let secret: [UInt8]

    /// The headers by which a receiver knows that a body is ours, whole and of now: a hash over time, `.` and the exact body
    /// with the secret that both hold.
    func signature(of body: [UInt8], at second: Int64) -> String {
        let message = Array("\(second).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
        return "v1=" + Hex.lower(code)
    }
}

/// The file that registers webhooks: data, not code.
///
///     [{"name": "sis", "url": "https://sis.example.org/embargo", "secretFile": "/run/secrets/sis-webhook"}]
struct WebhookList: Sendable {
    static let limit = 20
    /// Of a secret, in bytes: as long as the hash.
    static let shortestSecret = 32
    private static let longestURL = 2_000

    let hooks: [Webhook]
    /// What is wrong with the file, by the names of webhooks; never a secret or an address.
    let problems: [String]

    private struct Entry: Decodable {
        let name: String
        let url: String
        let secretFile: String
    }

    /// - Parameters:
    ///   - hosts: the only ones that may be told anything.
    ///   - secret: the content of a file; nil when it cannot be read.
    init(_ text: String, hosts: [String], allowsHTTP: Bool, secret: (String) -> String?) {
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8)) else {
            (hooks, problems) = ([], ["is no JSON list of {\"name\", \"url\", \"secretFile\"}"])
            return
        }
        let allowed = Set(hosts.map { $0.lowercased() })
        var hooks: [Webhook] = []
        var problems: [String] = entries.count > Self.limit ? ["has more than \(Self.limit) webhooks"] : []
        for (number, entry) in entries.prefix(Self.limit).enumerated() {
            let name = Self.isName(entry.name) ? entry.name : "number \(number + 1)"
            func refuse(_ problem: String) { problems.append("webhook \(name) \(problem)") }
            guard Self.isName(entry.name) else {
                refuse("needs a name of 1 to 40 letters, digits and -")
                continue
            }
            if hooks.contains(where: { $0.name == entry.name }) { refuse("is there twice") }
            guard entry.url.utf8.count <= Self.longestURL, let url = URLComponents(string: entry.url),
                let host = url.host?.lowercased(), !host.isEmpty, url.user == nil, url.password == nil,
                url.fragment == nil
            else {
                refuse("has an address that is no URL without a user and a fragment")
                continue
            }
            switch url.scheme {
            case "https": break
            case "http" where allowsHTTP: break
            case "http": refuse("must use https; ERS_WEBHOOKS_ALLOW_HTTP permits http")
            default: refuse("must use https")
            }
            if !allowed.contains(host) { refuse("has a host that ERS_WEBHOOK_HOSTS does not name") }
            let secret = secret(entry.secretFile).map { Array($0.utf8) } ?? []
            if secret.count < Self.shortestSecret {
                refuse("needs a secretFile with at least \(Self.shortestSecret) characters")
            }
            hooks.append(Webhook(name: entry.name, url: entry.url, host: host, secret: secret))
        }
        (self.hooks, self.problems) = (problems.isEmpty ? hooks : [], problems)
    }

    private static func isName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}
