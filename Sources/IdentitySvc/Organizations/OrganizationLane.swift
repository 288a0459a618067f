import Feed
import Ledger

/// Organizations: one file after the other, over all replicas (ingest §12).
enum OrganizationLane {
    /// A state with ten thousand schools has four megabytes.
    static let payloadLimit = 64 << 20

    static func lane(changed: @escaping @Sendable () -> Void) -> ImportLane {
        ImportLane(
            contents: [.organization], workers: 1, exclusive: true, batchLimit: 1, payloadLimit: payloadLimit,
            followed: { try Holders.reached($0, schema: "identity") }, committed: changed
        ) { session, batch, _ in
            try batch.map { try OrganizationStore.load($0.body, importID: $0.id, session) }
        }
    }
}
