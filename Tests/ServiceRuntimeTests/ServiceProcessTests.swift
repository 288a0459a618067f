import Clocks
import Contracts
import Credentials
import Foundation
import Glibc
import Logging
import Messaging
import Metrics
import Postgres
import Support
import Testing

@testable import ServiceRuntime

/// The probe service as a process of its own, from a bad setting to a graceful end.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ServiceProcessTests {
    @Test func aBadSettingStopsItByName() throws {
        let probe = try ProbeProcess()
        probe.environment["ERS_LISTEN"] = nil
        probe.environment["ERS_PROBE_STOP_TIME"] = "soon"
        probe.environment["ERS_LOG_LEVEL"] = "chatty"
        for arguments in [[], ["--check"], ["migrate"]] {
            let (status, text) = try arguments.isEmpty ? probe.run() : probe.run(arguments[0])
            #expect(status == 78)
            for name in ["ERS_LISTEN: is not set", "ERS_PROBE_STOP_TIME: 'soon'", "ERS_LOG_LEVEL: 'chatty'"] {
                #expect(text.contains(name), "\(text)")
            }
        }
    }

    @Test func checkShowsTheSettingsWithoutSecrets() throws {
        let probe = try ProbeProcess()
        probe.environment["ERS_PROBE_NEIGHBOR"] = "true"
        let (status, text) = try probe.run("--check")
        #expect(status == 0)
        #expect(text.contains("ERS_PROBE_SECRET_FILE") && text.contains("(secret)") && !text.contains("hidden"))
        #expect(text.contains("ERS_MODE") && text.contains("production (default)"))
        #expect(text.contains("not read by results: ERS_PROBE_NEIGHBOR"))
    }

    @Test func otherArgumentsAreRefused() throws {
        let (status, text) = try ProbeProcess().run("--chek")
        #expect(status == 64 && text.contains("usage: results [migrate | --check | --healthcheck]"))
    }

    @Test func badKeysStopTheStart() throws {
        let probe = try ProbeProcess()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: "\(probe.folder)/service-results.key")
        var (status, text) = try probe.run()
        #expect(status == 1 && text.contains("everybody may read the key service-results"))
        try FileManager.default.removeItem(atPath: "\(probe.folder)/service-results.key")
        try SigningKey.generate(id: "service-results").savePrivateKey(to: "\(probe.folder)/service-results.key")
        (status, text) = try probe.run()
        #expect(status == 1 && text.contains("the private key is not that of the public one"))
    }

    /// It starts before its schema and its neighbour, says what it waits for, and stops when asked even then.
    @Test func itStartsBeforeItsDatabaseAndStopsWhileWaiting() throws {
        let probe = try ProbeProcess()
        probe.environment["ERS_DATABASE_URL"] = "host=\(probe.folder) dbname=nothing"
        let process = try probe.start()
        try probe.wait(until: "starting: ")
        #expect(try probe.run("--healthcheck").status == 1)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(probe.log())")
        #expect(probe.log().contains("\"msg\":\"waiting\""))
    }

    @Test func itServesFromMigrationToGracefulStop() async throws {
        try await withTemporaryServer([]) { database in
            let probe = try ProbeProcess()
            probe.environment["ERS_DATABASE_URL"] = database.connectionString()
            let process = try probe.start()
            try probe.wait(until: "not applied: V0001_note")

            let (status, text) = try probe.run("migrate")
            #expect(status == 0 && text.contains("\"msg\":\"applied\""), "\(text)")
            try probe.wait(until: "\"ready\":true,\"parts\":[{\"name\":\"database\"")
            #expect(try probe.run("--healthcheck").status == 0)

            // Over the bus, as a neighbour would.
            let keyring = try Keyring(directory: probe.folder)
            #expect(keyring.ids == ["service-identity", "service-results"])
            let key = try SigningKey(id: "service-identity", file: "\(probe.folder)/service-identity.key")
            let channel = try Channel(
                to: "results", urls: ["ipc://\(probe.folder)/r.sock"],
                identity: ProcessIdentity(service: "identity", key: key, clocks: .system),
                metrics: Metrics(service: "test"), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let report = try await HealthClient(channel).checkHealth(.init(), .starting(budget: .seconds(10)))
            #expect(report.ready && report.service == "results")
            await channel.close()

            kill(process.processIdentifier, SIGTERM)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(probe.log())")
            for line in probe.log().split(separator: "\n") {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                #expect(object?["service"] as? String == "results" && object?["msg"] is String, "\(line)")
            }
            #expect(!probe.log().contains("hidden"))
            #expect(probe.log().contains("\"msg\":\"stopped\""))
        }
    }

    @Test func itWaitsForTheNeighbourItNeeds() async throws {
        try await withTemporaryServer([]) { database in
            let probe = try ProbeProcess()
            probe.environment["ERS_DATABASE_URL"] = database.connectionString()
            probe.environment["ERS_PROBE_NEIGHBOUR"] = "true"
            #expect(try probe.run("migrate").status == 0)
            let process = try probe.start()
            try probe.wait(until: "not connected")
            kill(process.processIdentifier, SIGINT)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(probe.log())")
        }
    }

    /// What does not stop in time is cancelled, and the process ends all the same.
    @Test func aStopThatTakesTooLongIsCutShort() async throws {
        try await withTemporaryServer([]) { database in
            let probe = try ProbeProcess()
            probe.environment["ERS_DATABASE_URL"] = database.connectionString()
            probe.environment["ERS_PROBE_STOP_TIME"] = "1h"
            #expect(try probe.run("migrate").status == 0)
            let process = try probe.start()
            try probe.wait(until: "\"ready\":true,\"parts\":[{\"name\":\"database\"")
            let began = ContinuousClock.now
            kill(process.processIdentifier, SIGTERM)
            try probe.wait(until: "stopping", seconds: 5)
            process.waitUntilExit()
            #expect(ContinuousClock.now - began < ServiceProcess.grace + .seconds(5))
        }
    }
}
