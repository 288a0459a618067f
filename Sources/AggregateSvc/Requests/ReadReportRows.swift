import Contracts
import Postgres

/// Rows of one subject in the default order, a page at a time.
///
/// - Returns: at most `limit` rows and where to go on; empty rows only when they are asked for.
struct ReadReportRows: Sendable {
    let reading: ReadingReports

    static let pageLimit: Int32 = 2_000

    func callAsFunction(_ ask: ReadReportRowsRequest, _ call: Call) async throws -> ReportRows {
        guard (1...Self.pageLimit).contains(ask.limit) else {
            throw QueryJudge.wrong("limit", "must be 1 to \(Self.pageLimit)")
        }
        let start = try PlaceToken.read(ask.pageToken)
        let reading = reading
        return try await reading.read(ask.id, call, for: .screen) { session, look in
            var rows: [ReportRow] = []
            let walk = look.report.walk(hidesEmpty: ask.hideEmpty, held: look.held)
            let next = try walk.go(
                subject: ask.subject, from: start,
                piece: { try look.report.piece($0, in: reading.store, session) },
                visit: { place, row in
                    if let row = walk.shown(row, at: place) { rows.append(row) }
                    return rows.count < Int(ask.limit)
                })
            return .with {
                $0.rows = rows
                $0.nextPageToken = PlaceToken.text(next)
            }
        }
    }
}

/// Where a page or a part of a file goes on: a place in the order of the report's rows. It opens nothing by itself.
enum PlaceToken {
    static func text(_ place: Int64?) -> String { place.map(String.init) ?? "" }

    static func read(_ token: String) throws -> Int64 {
        if token.isEmpty { return 0 }
        guard token.utf8.count <= 19, let place = Int64(token), place >= 0 else {
            throw QueryJudge.wrong("pageToken", "is not one of this report")
        }
        return place
    }
}

extension ReportWalk {
    /// A row as it is shown; nil for a place that is none.
    func shown(_ row: Row, at place: Int64) -> ReportRow? {
        guard let parts = places.parts(of: place), layout.organizations.indices.contains(parts.organization),
            layout.assessments.indices.contains(parts.assessment)
        else { return nil }
        return .with {
            $0.organization = layout.organizations[parts.organization]
            $0.assessment = layout.assessments[parts.assessment]
            $0.slice = Int32(clamping: parts.slice)
            let slice = layout.slices.indices.contains(parts.slice) ? layout.slices[parts.slice] : ReportSlice()
            switch row {
            case .results(let stored):
                if stored.tooFew {
                    $0.tooFew = true
                    if layout.cohorts { $0.cohort = .with { $0.tooFew = true } }
                    return
                }
                $0.students = stored.students
                $0.levelCounts = stored.levelCounts
                $0.studentLevel = stored.studentLevel
                $0.standardLevel = stored.standardLevel
                // Claims have no score.
                if slice.claim.isEmpty || !slice.target.isEmpty {
                    $0.average = stored.average
                    $0.standardError = stored.standardErrorPlusOne == 0 ? nil : stored.standardErrorPlusOne - 1
                }
                if layout.cohorts { $0.cohort = RowMeasures(stored.cohort) }
            case .empty:
                if layout.cohorts { $0.cohort = RowMeasures() }
                if !slice.target.isEmpty {
                    $0.studentLevel = slice.excluded ? .excluded : .insufficientData
                    $0.standardLevel = $0.studentLevel
                }
            case .notReleased: $0.notReleased = true
            }
        }
    }
}

extension RowMeasures {
    /// Of nobody where nothing was stored.
    fileprivate init(_ stored: StoredCohort?) {
        self.init()
        guard let stored else { return }
        tooFew = stored.tooFew
        if tooFew { return }
        students = stored.students
        average = stored.average
        standardError = stored.standardErrorPlusOne == 0 ? nil : stored.standardErrorPlusOne - 1
        levelCounts = stored.levelCounts
    }
}

extension ReportRow {
    /// The cohort's numbers in place of all students'.
    var ofCohort: ReportRow {
        var row = self
        let cohort = cohort ?? RowMeasures()
        row.students = cohort.students
        row.average = cohort.average
        row.standardError = cohort.standardError
        row.levelCounts = cohort.levelCounts
        row.tooFew = cohort.tooFew
        return row
    }
}
