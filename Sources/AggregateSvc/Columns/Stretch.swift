/// Neighbouring facts of a segment that end in the same rows of a report, with the changes of the same schools.
struct Stretch {
    var district: UInt32
    /// When the report wants this school's row; otherwise the stretch may hold many schools.
    var school: UInt32?
    var rows: Range<Int>
    /// Places in the delta's rows.
    var changes: Range<Int>

    /// Everything that a report wants of a segment, in order.
    static func of(_ source: ReadySegment, _ wanted: WantedPlaces) -> [Stretch] {
        var stretches: [Stretch] = []
        let runs = source.segment.runs
        let changes = source.delta?.rows[...] ?? []
        func take(_ district: UInt32, _ school: UInt32, _ rows: Range<Int>, _ changed: Range<Int>) {
            let isSchool = district != 0 && wanted.hasSchools && wanted.hasSchool(school)
            guard isSchool || wanted.state || wanted.hasDistrict(district) else { return }
            if !isSchool, let last = stretches.last, last.school == nil, last.district == district {
                // What was left out between them has no rows of this district.
                stretches[stretches.count - 1].rows = last.rows.lowerBound..<rows.upperBound
                stretches[stretches.count - 1].changes = last.changes.lowerBound..<changed.upperBound
            } else {
                stretches.append(
                    Stretch(district: district, school: isSchool ? school : nil, rows: rows, changes: changed))
            }
        }
        var (run, change) = (0, changes.startIndex)
        let end = runs.count - 1
        while run < end || change < changes.endIndex {
            let place = run < end ? (runs[run].district, runs[run].school) : nil
            let changed = change < changes.endIndex ? (changes[change].district, changes[change].school) : nil
            // The lesser of the two, or the one that there is.
            guard let next = place.map({ place in changed.map { $0 < place ? $0 : place } ?? place }) ?? changed else {
                break
            }
            let isRun = place.map { $0 == next } ?? false
            let rows = isRun ? runs[run].first..<runs[run + 1].first : runs[run].first..<runs[run].first
            if isRun { run += 1 }
            let start = change
            while change < changes.endIndex, (changes[change].district, changes[change].school) == next { change += 1 }
            take(next.0, next.1, rows, start..<change)
        }
        return stretches
    }
}
