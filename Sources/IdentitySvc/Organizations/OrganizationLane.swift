import Ledger

/// Organizations: one file after the other, over all replicas (ingest §12).
enum OrganizationLane {
    /// A state of ten thousand schools has 5 MB.
    static let payloadLimit = 64 << 20

    /// - Parameter committed: runs after organizations have changed, to wake those who copy them.
    static func lane(committed: @escaping @Sendable () -> Void) -> ImportLane {
        ImportLane(
            contents: [.organization], workers: 1, exclusive: true, batchLimit: 1, payloadLimit: payloadLimit,
            committed: committed
        ) { session, batch, _ in
            try batch.map { try OrganizationStore.load($0.body, importID: $0.id, session) }
        }
    }
}
