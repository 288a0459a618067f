import Foundation
import ProtoRuntime
import Testing

@testable import Contracts

/// The generated tables say what the proto files say, read here a second time and in another way: as text.
@Suite struct ContractTextTests {
    static let text: String = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../proto").standardizedFileURL
        let files = try! FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".proto") }
        return files.sorted().map { file in
            let text = try! String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            return text.replacing(/\/\/[^\n]*/, with: "")
        }.joined(separator: "\n")
    }()

    @Test func methodsDemandWhatTheirOptionsSay() throws {
        let services = /service\s+(\w+)\s*\{(.*?)\n\}/.dotMatchesNewlines()
        let rpcs = /rpc\s+(\w+)\s*\(\w+\)\s*returns\s*\(\w+\)\s*(\{[^}]*\}|;)/.dotMatchesNewlines()
        var written: Set<RPCMethodInfo> = []
        for service in Self.text.matches(of: services) {
            for rpc in service.2.matches(of: rpcs) {
                let options = String(rpc.2)
                let callers =
                    options.firstMatch(of: /option\s*\(callers\)\s*=\s*"([^"]*)"/)?.1.split(separator: " ") ?? []
                written.insert(
                    RPCMethodInfo(
                        service: "ers.\(service.1)", method: String(rpc.1),
                        idempotent: options.contains(/idempotency_level\s*=\s*(NO_SIDE_EFFECTS|IDEMPOTENT)/),
                        callers: Set(callers.map(String.init)),
                        person: options.contains(/option\s*\(person\)\s*=\s*true/),
                        client: options.firstMatch(of: /option\s*\(client\)\s*=\s*"([^"]*)"/).map { String($0.1) } ?? ""
                    ))
            }
        }
        #expect(Set(Everything.methods) == written)
        #expect(Everything.methods.count == written.count)
        #expect(written.count > 20)
    }

    @Test func everyMessageIsKnown() {
        let written = Set(Self.text.matches(of: /(?:^|\n)message\s+(\w+)/).map { String($0.1) })
        #expect(Set(Everything.messages.map { "\($0)" }) == written)
    }

    @Test func callersAreServicesOfTheSuite() {
        let known: Set = ["gateway", "identity", "group", "results", "aggregate", "embargo", "ers"]
        for method in Everything.methods {
            #expect(method.callers.isSubset(of: known), "\(method.service).\(method.method)")
            #expect(method.callers.isEmpty != method.client.isEmpty, "\(method.service).\(method.method)")
        }
    }
}
