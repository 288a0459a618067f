/// What was added to, and taken from, the facts of a segment since it was written: signed rows by district and school.
/// A segment is a multiset, so a row that is taken away needs no place, only an equal.
final class SegmentDelta: Sendable {
    struct Row: Sendable, Equatable {
        var district: UInt32
        var school: UInt32
        var profile: UInt16
        var value: UInt16
        var sign: Int8

        fileprivate static func isBefore(_ a: Row, _ b: Row) -> Bool { (a.district, a.school) < (b.district, b.school) }
    }

    /// Words beyond the segment's dictionary; their numbers go on behind it.
    let words: [UInt64]
    let rows: [Row]

    private init(words: [UInt64], rows: [Row]) {
        self.words = words
        self.rows = rows
    }

    /// A delta with further changes.
    ///
    /// - Parameter map: of the segment's dictionary and the words of the delta before; gains the new ones.
    /// - Throws: what cannot be told by the segment's numbers; it is then to be written anew.
    static func following(
        _ before: SegmentDelta?, _ changes: [FactChange], of segment: Segment, _ map: inout WordMap,
        _ directory: SchoolDirectory
    ) throws(SegmentProblem) -> SegmentDelta {
        let (base, coding) = (segment.header.profiles, segment.coding)
        var added: [Row] = []
        added.reserveCapacity(changes.count)
        for change in changes {
            guard let school = change.school32 else { throw .school }
            let profile = map.number(change.word)
            guard profile < SegmentHeader.mostProfiles else { throw .tooManyProfiles }
            guard Int(change.level) <= segment.header.levels,
                let value = coding.packed(change.score, level: change.level)
            else { throw .scores }
            added.append(
                Row(
                    district: try directory.district(of: school), school: school, profile: UInt16(profile),
                    value: value, sign: change.sign))
        }
        added.sort(by: Row.isBefore)
        var rows: [Row] = []
        let old = before?.rows ?? []
        rows.reserveCapacity(old.count + added.count)
        var (left, right) = (0, 0)
        while left < old.count || right < added.count {
            if right == added.count || left < old.count && !Row.isBefore(added[right], old[left]) {
                rows.append(old[left])
                left += 1
            } else {
                rows.append(added[right])
                right += 1
            }
        }
        guard segment.header.rows + rows.count <= SegmentHeader.mostRows else { throw .tooManyRows }
        return SegmentDelta(words: Array(map.words[base...]), rows: rows)
    }
}

/// One row of the log: a fact that counts from now on, or does not any more.
struct FactChange: Sendable {
    var seq: Int64
    var school: Int64
    var word: UInt64
    var score: Int32
    var level: UInt8
    var sign: Int8

    var school32: UInt32? { UInt32(exactly: school) }
}
