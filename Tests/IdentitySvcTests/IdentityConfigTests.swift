import Foundation
import ServiceRuntime
import Testing

@testable import IdentitySvc

@Suite struct IdentityConfigTests {
    /// The names of the settings with problems.
    static func problems(_ environment: [String: String]) -> Set<String> {
        var reader = SettingsReader(["ERS_LISTEN": "inproc://identity"].merging(environment) { $1 })
        _ = IdentityConfig(&reader)
        do {
            try reader.finish()
            return []
        } catch let problems as SettingsProblems {
            return Set(problems.problems.map(\.name))
        } catch {
            Issue.record("\(error)")
            return []
        }
    }

    @Test("the defaults stand by themselves, without any import identity or sandbox entry")
    func defaults() throws {
        #expect(Self.problems([:]) == [])
        var reader = SettingsReader(["ERS_LISTEN": "inproc://identity"])
        let config = IdentityConfig(&reader)
        #expect(config.importIdentities.isEmpty && config.sandboxEntries.isEmpty && config.currentSchoolYear == nil)
        #expect(config.idleTime == .seconds(1200) && config.sessionTime == .seconds(43_200) && config.transferAccess)
    }

    @Test(
        "what is wrong stops the start, by name",
        arguments: [
            (["ERS_STATE_CODE": "California"], "ERS_STATE_CODE"), (["ERS_STATE_CODE": "ca"], "ERS_STATE_CODE"),
            (["ERS_TIME_ZONE": "Mars/Olympus"], "ERS_TIME_ZONE"),
            (["ERS_CURRENT_SCHOOL_YEAR": "2014"], "ERS_CURRENT_SCHOOL_YEAR"),
            (["ERS_CURRENT_SCHOOL_YEAR": "99999999999999999999"], "ERS_CURRENT_SCHOOL_YEAR"),
            (["ERS_SESSION_LIFE": "13h"], "ERS_SESSION_LIFE"),
            (["ERS_ACCESS_TOKEN_LIFE": "2h"], "ERS_ACCESS_TOKEN_LIFE"),
            (["ERS_IMPORT_CLIENT_ID": "loader"], "ERS_IMPORT_CLIENT_ID"),
            (["ERS_IMPORT_USER": "a@b.c"], "ERS_IMPORT_USER"),
            (["ERS_IMPORT_PASSWORD": "in the environment"], "ERS_IMPORT_PASSWORD"),
            (["ERS_SANDBOX_ENTRIES_FILE": "/nowhere/at/all.json"], "ERS_SANDBOX_ENTRIES_FILE"),
            (["ERS_SETTINGS_FILE": "/nowhere/at/all.json"], "ERS_SETTINGS_FILE"), (["ERS_LISTEN": ""], "ERS_LISTEN"),
        ])
    func wrong(_ environment: [String: String], _ name: String) {
        #expect(Self.problems(environment).contains(name))
    }

    @Test("secrets come from files; one from an example, or too short, is refused")
    func secrets() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "identity-config-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ text: String) throws -> String {
            let path = folder.appending(path: UUID().uuidString).path
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            return path
        }
        for bad in ["", "short", "changeme", "password"] {
            let environment = ["ERS_IMPORT_CLIENT_ID": "loader", "ERS_IMPORT_CLIENT_SECRET_FILE": try file(bad)]
            #expect(Self.problems(environment) == ["ERS_IMPORT_CLIENT_SECRET_FILE"], "\(bad)")
        }
        var reader = SettingsReader([
            "ERS_LISTEN": "inproc://identity", "ERS_IMPORT_CLIENT_ID": "Loader",
            "ERS_IMPORT_CLIENT_SECRET_FILE": try file("kT2vQ9xWm4Zr8bLp\n"), "ERS_IMPORT_USER": " Import@Example.org ",
            "ERS_IMPORT_PASSWORD_FILE": try file("pX7nR3cYh6Ds1gJf"), "ERS_EVENTS_CLIENT_ID": "Watcher",
            "ERS_EVENTS_CLIENT_SECRET_FILE": try file("hB5wK8tNq2Lc9vRz"),
        ])
        let config = IdentityConfig(&reader)
        try reader.finish()
        #expect(config.importIdentities.map(\.login) == ["client:loader", "import@example.org", "client:watcher"])
        #expect(config.importIdentities.map(\.clientID) == ["Loader", nil, "Watcher"])
        #expect(config.importIdentities.prefix(2).allSatisfy { $0.roles == ["ASMTDATALOAD", "GROUP_ADMIN"] })
        #expect(config.importIdentities.map(\.scopes) == [[], [], ["embargo.events"]])
        #expect(config.importIdentities[2].roles.isEmpty)
        #expect(
            config.importIdentities.map(\.secret) == ["kT2vQ9xWm4Zr8bLp", "pX7nR3cYh6Ds1gJf", "hB5wK8tNq2Lc9vRz"])
        let same = [
            "ERS_IMPORT_CLIENT_ID": "Loader", "ERS_IMPORT_CLIENT_SECRET_FILE": try file("kT2vQ9xWm4Zr8bLp"),
            "ERS_EVENTS_CLIENT_ID": "loader", "ERS_EVENTS_CLIENT_SECRET_FILE": try file("hB5wK8tNq2Lc9vRz"),
        ]
        #expect(Self.problems(same) == ["ERS_EVENTS_CLIENT_ID"])
        #expect(Self.problems(["ERS_EVENTS_CLIENT_ID": "watcher"]) == ["ERS_EVENTS_CLIENT_ID"])
    }
}
