import Contracts
import Synchronization

/// `GET /api/v1/context`: what the entry page shows before anybody has signed in.
struct ContextRoute: RouteHandler {
    let mode: GatewayConfig.Mode
    let entries: SandboxEntryList
    let settings: TenantSettings

    static let about = RouteDescription(
        summary: "Mode, titles and ways in.",
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("mode", .oneOf(["production", "sandbox"])), Schema.member("title", Schemas.text),
                    Schema.member("stateName", Schemas.text),
                    Schema.member(
                        "sandboxEntries",
                        .list(.object([Schema.member("key", Schemas.text), Schema.member("label", Schemas.text)]))),
                    Schema.member("language", .oneOf(["en"])),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = mode == .sandbox ? try await entries.current(ask.call) : []
        return .json { json in
            json.object {
                $0.field("mode", mode.rawValue)
                $0.field("title", mode == .sandbox ? "Reporting System Sandbox" : "Educator Reporting System")
                $0.field("stateName", settings.stateName)
                $0.array("sandboxEntries", list) { json, entry in
                    json.object {
                        $0.field("key", entry.key)
                        $0.field("label", entry.label)
                    }
                }
                $0.field("language", "en")
            }
        }
    }
}

/// The ways into the sandbox, as Identity last said; asked anew at most every 5 seconds.
final class SandboxEntryList: Sendable {
    private let identity: IdentityClient
    private let kept = Mutex<(entries: [SandboxEntry], until: ContinuousClock.Instant)?>(nil)

    init(identity: IdentityClient) {
        self.identity = identity
    }

    func current(_ call: Call) async throws -> [SandboxEntry] {
        if let kept = kept.withLock({ $0 }), ContinuousClock.now < kept.until { return kept.entries }
        let entries = try await identity.listSandboxEntries(Empty(), call).entries
        kept.withLock { $0 = (entries, .now + .seconds(5)) }
        return entries
    }
}
