import Contracts
import EmbargoWatch
import Foundation
import Logging
import Messaging

/// `ers embargo watch`: every effective change of an embargo as a line of JSON, until it is stopped.
///
/// With `--journal FILE` the lines go to the file, which also is the position: started again, it goes on behind the last
/// line. Without, they go to the standard output, after the sequence that `--after` names.
struct WatchEmbargo {
    private let after: Int64
    private let journal: String?
    private let events: [String]
    private let rpc: [String]
    private let tls: BusTLS?
    private let token: AccessToken

    struct Problem: Error, CustomStringConvertible { let description: String }

    /// - Returns: nil for arguments that make no sense.
    /// - Throws: `Problem` that names the setting that is missing or wrong.
    init?(_ arguments: [String], _ environment: [String: String]) throws {
        var after: Int64?
        var journal: String?
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch option {
            case "--after":
                guard let number = Int64(value), number >= 0 else { return nil }
                after = number
            case "--journal": journal = value
            default: return nil
            }
        }
        // The position of a journal is in the journal.
        if after != nil, journal != nil { return nil }
        self.after = after ?? 0
        self.journal = journal
        events = try Self.urls("ERS_EMBARGO_EVENTS_URL", environment)
        rpc = try Self.urls("ERS_EMBARGO_RPC_URL", environment)
        token = try AccessToken(environment)
        tls = try Self.tls(environment)
    }

    func callAsFunction() async throws {
        let log = Logger(label: "ers") { StreamLogHandler.standardError(label: $0) }
        let token = token
        let watch = try EmbargoWatch(events: events, rpc: rpc, tls: tls, log: log) { try await token.get() }
        guard let journal else {
            try await watch.run(from: .init(sequence: after)) { delivery in
                FileHandle.standardOutput.write(Data(try Journal.line(delivery)))
            }
            return
        }
        let file = try Journal(file: journal)
        try await watch.run(from: file.position) { try file.take($0) }
    }

    private static func urls(_ name: String, _ environment: [String: String]) throws -> [String] {
        let urls = (environment[name] ?? "").split(separator: " ").map(String.init)
        guard !urls.isEmpty else { throw Problem(description: "\(name) is not set: the URLs of all replicas") }
        return urls
    }

    private static func tls(_ environment: [String: String]) throws -> BusTLS? {
        let names = ["ERS_SUBSCRIBER_CA_FILE", "ERS_SUBSCRIBER_CERTIFICATE_FILE", "ERS_SUBSCRIBER_KEY_FILE"]
        let files = names.map { environment[$0] ?? "" }
        if files.allSatisfy(\.isEmpty) { return nil }
        let texts = try zip(names, files).map { name, file in
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw Problem(description: "\(name): the file '\(file)' cannot be read")
            }
            return text
        }
        return BusTLS(ca: texts[0], certificate: texts[1], key: texts[2])
    }
}
