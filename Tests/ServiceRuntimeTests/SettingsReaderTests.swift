import Foundation
import Testing

@testable import ServiceRuntime

@Suite struct SettingsReaderTests {
    func problems(_ environment: [String: String], _ read: (inout SettingsReader) -> Void) -> [String] {
        var reader = SettingsReader(environment)
        read(&reader)
        do {
            try reader.finish()
            return []
        } catch let all as SettingsProblems {
            return all.problems.map { "\($0.name): \($0.problem)" }
        } catch {
            return ["\(error)"]
        }
    }

    func withFile(_ text: String, mode: Int = 0o600, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("setting-\(UUID().uuidString)").path
        try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func everythingThatIsWrongIsNamedAtOnce() {
        let all = problems(["A": "x", "C": "5 apples", "D": "maybe", "E": "staging"]) {
            _ = $0.int("A", in: 1...9, "a number")
            _ = $0.string("B", "a text")
            _ = $0.duration("C", default: .seconds(1), "a time")
            _ = $0.bool("D", default: true, "a flag")
            let mode: Mode = $0.choice("E", default: .production, "a mode")
            #expect(mode == .production)
            _ = $0.list("F", "some texts")
        }
        #expect(
            all == [
                "A: 'x' is not a whole number from 1 to 9", "B: is not set: a text",
                "C: '5 apples' is not a time like 250ms, 10s, 15m, 8h or 90d", "D: 'maybe' is neither true nor false",
                "E: 'staging' is none of production, sandbox", "F: is not set: some texts",
            ])
    }

    @Test func whatIsGivenIsReadAndWhatIsNotHasItsDefault() {
        var reader = SettingsReader([
            "A": "7", "B": "x y", "C": "90s", "D": "false", "E": "sandbox", "F": " a  b ", "G": "",
        ])
        #expect(reader.int("A", in: 1...9, "") == 7)
        #expect(reader.string("B", "") == "x y")
        #expect(reader.duration("C", "") == .seconds(90))
        #expect(reader.bool("D", default: true, "") == false)
        #expect(reader.choice("E", default: Mode.production, "") == .sandbox)
        #expect(reader.list("F", "") == ["a", "b"])
        #expect(reader.string("G", default: "g", "empty is not given") == "g")
        #expect(reader.int("H", default: 3, in: 1...9, "") == 3)
        #expect(reader.duration("I", default: .seconds(2), "") == .seconds(2))
        #expect(reader.list("J", default: [], "") == [])
        #expect(reader.optionalString("K", "") == nil)
        #expect(throws: Never.self) { try reader.finish() }
    }

    @Test(arguments: [
        ("1", false), ("9", true), ("10", false), ("0x5", false), ("9223372036854775808", false), (" 9", false),
    ])
    func numbersHaveARange(text: String, good: Bool) {
        #expect(problems(["A": text]) { _ = $0.int("A", in: 2...9, "") }.isEmpty == good)
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("10s", .seconds(10)), ("15m", .seconds(900)), ("8h", .seconds(28800)),
        ("90d", .seconds(7_776_000)), ("10", nil), ("s", nil), ("-5s", nil), ("1.5s", nil), ("10 s", nil), ("10w", nil),
        ("9223372036854775807d", nil), ("99999999999999999999s", nil), ("", nil),
    ])
    func timesHaveAUnit(text: String, time: Duration?) {
        #expect(parsedDuration(text) == time)
        if let time { #expect(parsedDuration(settingText(time)) == time) }
    }

    @Test func aTimeOutsideItsRangeIsRefused() {
        let all = problems(["A": "2h"]) { _ = $0.duration("A", in: .seconds(1) ... .seconds(3600), "") }
        #expect(all == ["A: '2h' is not between 1s and 1h"])
    }

    @Test func aSecretComesFromItsFileWithoutTheLineEnd() throws {
        try withFile("correct horse battery staple\n") { path in
            var reader = SettingsReader(["A_FILE": path])
            #expect(reader.secret("A", "something") == "correct horse battery staple")
            #expect(throws: Never.self) { try reader.finish() }
            #expect(!reader.table.contains("horse"))
            #expect(reader.table.contains("\(path) (secret)"))
        }
    }

    @Test func aSecretInTheEnvironmentIsRefused() {
        let all = problems(["A": "correct horse battery staple"]) { _ = $0.secret("A", "something") }
        #expect(all.count == 2 && all[0].hasPrefix("A: a secret does not belong into the environment"))
        #expect(!all.joined().contains("horse"))
    }

    @Test func aSecretThatEverybodyMayReadIsRefused() throws {
        try withFile("correct horse battery staple", mode: 0o644) { path in
            let all = problems(["A_FILE": path]) { _ = $0.secret("A", "") }
            #expect(all == ["A_FILE: everybody may read the secret: chmod o-rwx \(path)"])
        }
        try withFile("correct horse battery staple", mode: 0o440) { path in
            #expect(problems(["A_FILE": path]) { _ = $0.secret("A", "") }.isEmpty)
        }
    }

    @Test(arguments: [
        "", "short", "changemechangeme", "Change-Me-Change-Me", "aaaaaaaaaaaaaaaaaaaaaaaa", "passwordpassword1",
        "0123456789abcdef", "postgrespostgres", "abababababababababab", "secret-secret-secret",
    ])
    func anEmptyShortOrWellKnownSecretIsRefused(secret: String) throws {
        try withFile(secret) { path in
            let all = problems(["A_FILE": path]) { _ = $0.secret("A", "") }
            #expect(all.count == 1 && all[0].hasPrefix("A_FILE: the secret in \(path)"), "\(all)")
        }
    }

    @Test func randomSecretsAreNotMistakenForExamples() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let secret = Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
                .base64EncodedString()
            #expect(!isWellKnown(secret), "\(secret)")
        }
    }

    @Test func aMissingSecretIsAProblemOnlyWhereItIsNeeded() {
        #expect(problems([:]) { _ = $0.secret("A", "to sign") } == ["A_FILE: is not set: to sign"])
        var reader = SettingsReader([:])
        #expect(reader.optionalSecret("A", "") == nil)
        #expect(throws: Never.self) { try reader.finish() }
        #expect(
            problems(["A_FILE": "/nowhere"]) { _ = $0.optionalSecret("A", "") } == [
                "A_FILE: the file /nowhere cannot be read"
            ])
    }

    @Test(arguments: [
        ("host=/run dbname=ers user=results passfile=/s/results", false), ("postgresql://results@db:5432/ers", false),
        ("postgresql://results:hunter2@db/ers", true), ("postgres://db/ers?password=hunter2", true),
        ("host=db PASSWORD = hunter2", true), ("postgresql://db/ers?user=a&password=hunter2", true),
    ])
    func aPasswordInAConnectionStringIsRefusedAndNotShown(text: String, refused: Bool) {
        var reader = SettingsReader(["A": text])
        #expect(reader.database("A", "the database") == text)
        #expect((try? reader.finish()) == nil ? refused : !refused)
        #expect(!reader.table.contains("hunter2"))
    }

    @Test func theTableShowsDefaultsAndWhatNobodyRead() {
        var reader = SettingsReader(["ERS_A": "1", "ERS_MISSPELT": "2", "PATH": "/bin"])
        _ = reader.int("ERS_A", in: 0...5, "One.")
        _ = reader.int("ERS_B", default: 3, in: 0...5, "Two.")
        #expect(reader.table == "ERS_A  1            One.\nERS_B  3 (default)  Two.")
        #expect(reader.unread == ["ERS_MISSPELT"])
    }

    @Test func certificatesOfTheBusComeAllOrNone() throws {
        let base = ["ERS_KEYS_DIR": "/k", "ERS_ADMIN_PORT": "0"]
        #expect(problems(base) { _ = CommonSettings(&$0, service: "x", hasDatabase: false) }.isEmpty)
        try withFile("certificate") { path in
            let all = problems(base.merging(["ERS_BUS_CA_FILE": path]) { $1 }) {
                #expect(CommonSettings(&$0, service: "x", hasDatabase: false).busTLS == nil)
            }
            #expect(all.count == 1 && all[0].contains("set all or none"))
        }
    }

    @Test func migrationUsesTheServicesDatabaseUnlessTold() {
        var reader = SettingsReader(["ERS_KEYS_DIR": "/k", "ERS_ADMIN_PORT": "0", "ERS_DATABASE_URL": "dbname=a"])
        let common = CommonSettings(&reader, service: "results", hasDatabase: true)
        #expect(common.migrationDatabase == "dbname=a" && common.keyFile == "/k/service-results.key")
    }
}
