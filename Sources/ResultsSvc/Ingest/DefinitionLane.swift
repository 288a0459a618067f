import Ledger

/// Subjects, packages, accommodations and norms: one after the other, over all replicas (ingest §12).
enum DefinitionLane {
    /// The largest real files are half a megabyte; a definition of this size would be a mistake.
    static let payloadLimit = 32 << 20

    /// A payload is read and judged within the transaction that takes it, during which PostgreSQL sees an idle client: a
    /// package of ten thousand items takes longer than the ten seconds of other sessions.
    static let sessionSettings = ["idle_in_transaction_session_timeout": "120s"]

    static func lane() -> ImportLane {
        ImportLane(
            contents: [.subject, .package, .codes, .norms], workers: 1, exclusive: true, batchLimit: 1,
            payloadLimit: payloadLimit
        ) { session, batch, _ in
            try batch.map { queued in
                switch queued.content {
                case .subject: try SubjectStore.load(queued.body, importID: queued.id, session)
                case .package: try PackageStore.load(queued.body, importID: queued.id, session)
                case .codes: try AccommodationStore.load(queued.body, session)
                case .norms: try NormsStore.load(queued.body, importID: queued.id, session)
                default: ImportOutcome(.invalid, "\(queued.content.name) does not belong here")
                }
            }
        }
    }
}
