import Clocks
import Foundation
import Testing

@testable import Credentials

@Suite struct KeyFileTests {
    func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
    func refuses<T>(_ words: String, _ body: () throws -> T) {
        let error = #expect(throws: CredentialsError.self) { _ = try body() }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func aSavedKeySignsWhatItsPublicHalfProves() throws {
        try withFolder { folder in
            let key = SigningKey.generate(id: "service-results")
            try key.savePrivateKey(to: "\(folder)/service-results.key")
            try key.savePublicKey(to: "\(folder)/service-results.pub")
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/service-results.key")[
                .posixPermissions]
            #expect(mode as? Int == 0o600)

            let read = try SigningKey(id: "service-results", file: "\(folder)/service-results.key")
            let clocks = HandClock().clocks
            let token = ProcessIdentity(service: "results", key: read, clocks: clocks).token(for: "group")
            let keyring = try Keyring(directory: folder)
            #expect(keyring.ids == ["service-results"])
            #expect(try TokenVerifier(keyring, service: "group", clocks: clocks).verifyService(token) == "results")
        }
    }

    @Test func aKeyIsNeverOverwritten() throws {
        try withFolder { folder in
            try SigningKey.generate(id: "caller-1").savePrivateKey(to: "\(folder)/caller-1.key")
            refuses("cannot make") {
                try SigningKey.generate(id: "caller-1").savePrivateKey(to: "\(folder)/caller-1.key")
            }
        }
    }

    @Test func aKeyThatEverybodyMayReadIsRefused() throws {
        try withFolder { folder in
            let file = "\(folder)/a.key"
            try SigningKey.generate(id: "caller-1").savePrivateKey(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: file)
            refuses("everybody may read") { try SigningKey(id: "caller-1", file: file) }
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            _ = try SigningKey(id: "caller-1", file: file)
        }
    }

    @Test(arguments: ["", "AAAA", "not base64 at all", String(repeating: "A", count: 5000)])
    func whatIsNoKeyIsRefused(text: String) throws {
        try withFolder { folder in
            #expect(
                FileManager.default.createFile(
                    atPath: "\(folder)/caller-1.key", contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            )
            refuses("caller-1 is not base64") { try SigningKey(id: "caller-1", file: "\(folder)/caller-1.key") }
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/caller-1.pub"))
            refuses("caller-1.pub is not base64") { try Keyring(directory: folder) }
        }
    }

    @Test func missingFilesAreNamed() throws {
        try withFolder { folder in
            refuses("no public key") { try Keyring(directory: folder) }
            refuses("nowhere") { try Keyring(directory: "\(folder)/nowhere") }
            refuses("gone.key") { try SigningKey(id: "caller-1", file: "\(folder)/gone.key") }
            refuses("no name of a key") { try Keyring(publicKeys: ["../etc": Array(repeating: 1, count: 32)]) }
        }
    }
}
