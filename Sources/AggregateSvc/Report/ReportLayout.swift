import Contracts
import Postgres
import Reports

/// A finished report as it is read: what it is about, and its rows piece by piece.
struct FinishedReport: Sendable {
    let stored: StoredReport
    let query: AggregateQuery
    let layout: StoredLayout

    /// Of one piece with packed rows: with its row's other columns it fits into a page of PostgreSQL (V0017), so it is written
    /// and read whole.
    static let pieceBytes = 8_000
    /// Of one piece of a target report.
    static let pieceRows = 2_000
    /// Of a layout or a piece; they never cross the bus as they are.
    static let sizeLimit = 64 << 20

    /// - Throws: `Fault` `.notFound` for another's report; `.preconditionFailed` for one without content.
    init(_ id: Int64, of userID: Int64, in store: ReportStore, _ session: borrowing Session) throws {
        stored = try store.report(id, of: userID, session)
        query = try AggregateQuery(decoding: stored.query)
        guard let bytes = try store.layout(id, session) else {
            throw Fault(
                .preconditionFailed, "The requested report cannot be loaded. Visit \"My Reports\" to see status.")
        }
        layout = try StoredLayout(decoding: bytes, limit: Self.sizeLimit)
    }

    /// - Parameter held: what is held back from whoever reads, by organization and year.
    func walk(hidesEmpty: Bool, held: HeldBackRows) -> ReportWalk {
        ReportWalk(
            layout: layout, places: ReportPlaces(layout, type: query.assessmentType), hidesEmpty: hidesEmpty,
            isHeldBack: { held.contains(organization: $0, year: $1) })
    }

    func piece(
        _ place: Int64, in store: ReportStore, _ session: borrowing Session
    ) throws -> (lastPlace: Int64, rows: [StoredRow])? {
        guard let (lastPlace, bytes) = try store.part(stored.id, reaching: place, session) else { return nil }
        if layout.packed { return (lastPlace, try PieceRows.read(bytes)) }
        return (lastPlace, try StoredRows(decoding: bytes, limit: Self.sizeLimit).rows)
    }
}

/// Organizations of a layout and years whose rows are not shown.
struct HeldBackRows: Sendable, Equatable {
    private struct Row: Hashable { var organization: Int; var year: Int32 }
    private var rows: Set<Row> = []
    /// Everything is held back: the embargo is not known.
    var isEverything = false

    var isEmpty: Bool { rows.isEmpty && !isEverything }

    mutating func insert(organization: Int, year: Int32) { rows.insert(Row(organization: organization, year: year)) }
    func contains(organization: Int, year: Int32) -> Bool {
        isEverything || rows.contains(Row(organization: organization, year: year))
    }

    init() {}

    init(_ stored: [HeldBack]) {
        for one in stored { insert(organization: Int(one.organization), year: one.schoolYear) }
    }

    var stored: [HeldBack] {
        rows.sorted { ($0.organization, $0.year) < ($1.organization, $1.year) }.map { row in
            .with {
                $0.organization = Int32(clamping: row.organization)
                $0.schoolYear = row.year
            }
        }
    }

    func union(_ other: HeldBackRows) -> HeldBackRows {
        var both = self
        both.rows.formUnion(other.rows)
        both.isEverything = isEverything || other.isEverything
        return both
    }
}
