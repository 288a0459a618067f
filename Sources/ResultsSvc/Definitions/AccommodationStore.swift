import Ledger
import Postgres

/// Takes the accommodations of a school year into the database: codes are added, labels of the same year replaced,
/// nothing is removed.
///
/// Rule: ingest §7.
enum AccommodationStore {
    static func load(_ payload: [UInt8], _ session: borrowing Session) throws -> ImportOutcome {
        let file: AccommodationsFile
        do {
            file = try AccommodationsFile.read(payload)
        } catch {
            return ImportOutcome(error.status, error.message)
        }
        let accommodations = file.accommodations
        try session.run(
            """
            INSERT INTO accommodation (code) SELECT code FROM unnest(\(accommodations.map(\.code))) AS new (code)
             WHERE NOT EXISTS (SELECT FROM accommodation a WHERE lower(a.code) = lower(new.code))
            """)
        let labels = accommodations.flatMap { accommodation in
            accommodation.labels.sorted { $0.key < $1.key }.map { (accommodation.code, $0.key, $0.value) }
        }
        try session.run(
            """
            INSERT INTO accommodation_label AS old (accommodation_id, language, school_year, label)
            SELECT a.id, new.language, \(file.schoolYear), new.label
              FROM unnest(\(labels.map(\.0)), \(labels.map(\.1)), \(labels.map(\.2))) AS new (code, language, label)
              JOIN accommodation a ON lower(a.code) = lower(new.code)
            ON CONFLICT (accommodation_id, language, school_year) DO UPDATE SET label = excluded.label
             WHERE old.label <> excluded.label
            """)
        return ImportOutcome(.processed, "\(accommodations.count) accommodations processed")
    }
}
