import Ledger
import Logging

/// Enrolment updates: one after the other, over all replicas (ingest §12).
enum EnrolmentLane {
    /// A million students in the fewest columns. What is larger comes in several files.
    static let payloadLimit = 64 << 20
    /// Rows that the log names at most.
    private static let namedRows = 20

    static func lane(copies: Copies, log: Logger) -> ImportLane {
        ImportLane(
            contents: [.students], workers: 1, exclusive: true, batchLimit: 1, payloadLimit: payloadLimit,
            refreshCopies: { try await copies.state.organizations.pull($0) }
        ) { session, batch, copiesAreFresh in
            try batch.map { queued in
                let (outcome, skipped) = try EnrolmentStore.load(
                    queued.body, importID: queued.id, copiesAreFresh: copiesAreFresh, session)
                if !skipped.isEmpty {
                    // By number: what stands in them is personal.
                    log.info(
                        "rows of an enrolment update skipped",
                        metadata: [
                            "import": "\(queued.id)", "skipped": "\(skipped.count)",
                            "rows": "\(skipped.prefix(namedRows))",
                        ])
                }
                return outcome
            }
        }
    }
}
