import Ledger

/// Subjects, packages and accommodations: one after the other, over all replicas (ingest §12).
enum DefinitionLane {
    /// The largest real files are half a megabyte; a definition of this size would be a mistake.
    static let payloadLimit = 32 << 20

    static func lane() -> ImportLane {
        ImportLane(
            contents: [.subject, .package, .codes], workers: 1, exclusive: true, batchLimit: 1,
            payloadLimit: payloadLimit
        ) { session, batch, _ in
            try batch.map { queued in
                switch queued.content {
                case .subject: try SubjectStore.load(queued.body, importID: queued.id, session)
                case .package: try PackageStore.load(queued.body, importID: queued.id, session)
                case .codes: try AccommodationStore.load(queued.body, session)
                default: ImportOutcome(.invalid, "\(queued.content.name) does not belong here")
                }
            }
        }
    }
}
