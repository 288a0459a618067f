import Contracts
import Foundation

/// An access token with the scope `embargo.events`, from the suite's `POST /oauth2/token`.
///
/// curl makes the request: it knows the machine's authorities and proxies. It reads the secret from its standard input, so
/// that no list of processes shows it.
struct AccessToken: Sendable {
    private let url: String
    private let client: String
    private let secret: String

    /// - Throws: `WatchEmbargo.Problem` that names the setting that is missing.
    init(_ environment: [String: String]) throws {
        func value(_ name: String, _ meaning: String) throws -> String {
            if let value = environment[name], !value.isEmpty { return value }
            if let file = environment["\(name)_FILE"], !file.isEmpty {
                guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                    throw WatchEmbargo.Problem(description: "\(name)_FILE: the file '\(file)' cannot be read")
                }
                return text.trimmingCharacters(in: .newlines)
            }
            throw WatchEmbargo.Problem(description: "\(name) is not set: \(meaning)")
        }
        url = try value("ERS_URL", "where the suite's web app is")
        client = try value("ERS_EVENTS_CLIENT_ID", "the client with the scope embargo.events")
        secret = try value("ERS_EVENTS_CLIENT_SECRET", "its secret; or ERS_EVENTS_CLIENT_SECRET_FILE")
    }

    /// - Throws: `Fault` `.unavailable` when nobody answers, `.unauthenticated` when the client is refused.
    func get() async throws -> String {
        let config = """
            url = \(Self.quoted(url + "/oauth2/token"))
            user = \(Self.quoted("\(client):\(secret)"))
            data = "grant_type=client_credentials&scope=embargo.events"
            write-out = "\\n%{http_code}"
            """
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = ["curl", "--silent", "--max-time", "10", "--config", "-"]
        let (input, output) = (Pipe(), Pipe())
        (curl.standardInput, curl.standardOutput) = (input, output)
        try curl.run()
        input.fileHandleForWriting.write(Data(config.utf8))
        try input.fileHandleForWriting.close()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        curl.waitUntilExit()
        guard curl.terminationStatus != 127 else { throw WatchEmbargo.Problem(description: "curl is not installed") }
        let text = String(decoding: answer, as: UTF8.self)
        let end = text.lastIndex(of: "\n") ?? text.startIndex
        let status = Int(text[end...].dropFirst()) ?? 0
        switch status {
        case 200:
            struct Answer: Decodable { let access_token: String }
            return try JSONDecoder().decode(Answer.self, from: Data(text[..<end].utf8)).access_token
        case 400, 401: throw Fault(.unauthenticated, "\(url) refuses the client: \(text[..<end])")
        default: throw Fault(.unavailable, "\(url) gives no token (\(status))")
        }
    }

    /// A value of curl's configuration.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
