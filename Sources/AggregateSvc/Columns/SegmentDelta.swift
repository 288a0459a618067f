/// What was added to, and taken from, the facts of a segment since it was written: signed rows by district and school.
/// A segment is a multiset, so a row that is taken away needs no place, only an equal.
final class SegmentDelta: Sendable {
    /// A fact in the numbers of the segment.
    struct Image: Hashable, Comparable, Sendable {
        var profile: UInt16
        var value: UInt16
        var cohort: UInt64
        var claims: UInt64

        static func < (a: Image, b: Image) -> Bool {
            (a.profile, a.value, a.cohort, a.claims) < (b.profile, b.value, b.cohort, b.claims)
        }
    }

    struct Row: Sendable, Equatable {
        var district: UInt32
        var school: UInt32
        var image: Image
        var sign: Int8

        fileprivate func isBefore(_ other: Row) -> Bool {
            if (district, school) != (other.district, other.school) {
                return (district, school) < (other.district, other.school)
            }
            return image != other.image ? image < other.image : sign < other.sign
        }

        fileprivate func undoes(_ other: Row) -> Bool {
            school == other.school && image == other.image && sign != other.sign
        }
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
            guard let school = UInt32(exactly: change.school) else { throw .school }
            let (fact, profile) = (change.fact, map.number(change.fact.word))
            guard profile < SegmentHeader.mostProfiles else { throw .tooManyProfiles }
            guard Int(fact.level) <= segment.header.levels,
                let value = coding.packed(fact.score, level: fact.level)
            else { throw .scores }
            added.append(
                Row(
                    district: try directory.district(of: school), school: school,
                    image: Image(profile: UInt16(profile), value: value, cohort: fact.cohort, claims: fact.claims),
                    sign: change.sign))
        }
        added.sort { $0.isBefore($1) }
        var rows: [Row] = []
        let old = before?.rows ?? []
        rows.reserveCapacity(old.count + added.count)
        var (left, right) = (0, 0)
        while left < old.count || right < added.count {
            let next: Row
            if right == added.count || left < old.count && !added[right].isBefore(old[left]) {
                next = old[left]
                left += 1
            } else {
                next = added[right]
                right += 1
            }
            // What was taken away and came again, or the other way round, is nothing.
            if let last = rows.last, last.undoes(next) { rows.removeLast() } else { rows.append(next) }
        }
        guard segment.header.rows + rows.count <= SegmentHeader.mostRows else { throw .tooManyRows }
        return SegmentDelta(words: Array(map.words[base...]), rows: rows)
    }
}
