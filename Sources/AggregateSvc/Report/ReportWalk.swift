import Contracts

/// Goes through a report in the order of its places: rows with results from the store, rows without any made up here from
/// what the report is about. Rows without results are never stored. Rule: Aggregate R6 (aggregates §3.2).
struct ReportWalk: Sendable {
    enum Row: Sendable {
        case results(StoredRow)
        case empty
        /// Decided from the setting of year and organization alone, never from whether there are results (aggregates §5.3).
        case notReleased
    }

    let layout: StoredLayout
    let places: ReportPlaces
    let hidesEmpty: Bool
    /// By place in the layout's organizations, and year.
    let isHeldBack: @Sendable (_ organization: Int, _ year: Int32) -> Bool

    /// - Parameters:
    ///   - subject: the only one; nil: all.
    ///   - start: where to begin.
    ///   - piece: the stored rows of the first piece that reaches to a place, in order; nil when there is none.
    ///   - visit: takes a row and says whether to go on.
    /// - Returns: the place to go on from; nil at the end.
    func go(
        subject: String? = nil, from start: Int64 = 0,
        piece: (_ place: Int64) throws -> (lastPlace: Int64, rows: [StoredRow])?,
        visit: (_ place: Int64, Row) throws -> Bool
    ) throws -> Int64? {
        var stored = PieceReader()
        for (code, units) in places.subjects where subject == nil || subject == code {
            let backfilled = layout.backfilledSlices(of: code)
            for organization in 0..<places.organizations {
                for unit in units {
                    let range = places.places(of: unit, organization: organization)
                    if range.upperBound <= start { continue }
                    let held = isHeldBack(organization, unit.year)
                    let found = held ? [] : try stored.rows(in: range, piece)
                    if held || !hidesEmpty || !found.isEmpty {
                        for (place, row) in rows(range, found, held: held, backfilled) where place >= start {
                            guard try visit(place, row) else { return place + 1 }
                        }
                    }
                }
            }
        }
        return nil
    }

    private func rows(
        _ range: Range<Int64>, _ found: [StoredRow], held: Bool, _ backfilled: [Int]
    ) -> [(Int64, Row)] {
        if held {
            // Where empty rows are hidden one row says that something is held back.
            return backfilled.prefix(hidesEmpty ? 1 : backfilled.count).map {
                (range.lowerBound + Int64($0), .notReleased)
            }
        }
        var rows = found.map { ($0.place, Row.results($0)) }
        if !hidesEmpty {
            let present = Set(found.map { Int(($0.place - range.lowerBound) % Int64(places.slices)) })
            for slice in backfilled where !present.contains(slice) {
                rows.append((range.lowerBound + Int64(slice), .empty))
            }
            rows.sort { $0.0 < $1.0 }
        }
        return rows
    }
}

extension StoredLayout {
    /// The slices that have a row in a subject's table even without students.
    func backfilledSlices(of subject: String) -> [Int] {
        backfilled.map(Int.init).filter { slice in
            slices.indices.contains(slice) && (slices[slice].subject.isEmpty || slices[slice].subject == subject)
        }
    }
}

/// Reads stored pieces one after the other, never two at once.
private struct PieceReader {
    private var rows: ArraySlice<StoredRow> = []
    private var lastPlace: Int64 = -1
    private var isAtEnd = false

    /// The rows of a range; ranges are asked for in order.
    mutating func rows(
        in range: Range<Int64>, _ piece: (Int64) throws -> (lastPlace: Int64, rows: [StoredRow])?
    ) throws -> [StoredRow] {
        var found: [StoredRow] = []
        while true {
            while let row = rows.first, row.place < range.upperBound {
                rows.removeFirst()
                if row.place >= range.lowerBound { found.append(row) }
            }
            // Rows beyond the range stay for the next one.
            if !rows.isEmpty || isAtEnd || lastPlace >= range.upperBound - 1 { return found }
            guard let next = try piece(max(lastPlace + 1, range.lowerBound)) else {
                isAtEnd = true
                return found
            }
            lastPlace = next.lastPlace
            rows = next.rows[...]
        }
    }
}
