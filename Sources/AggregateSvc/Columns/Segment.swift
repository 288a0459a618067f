import Synchronization

/// Packed facts of one year and assessment, mapped from a file that never changes.
final class Segment: Sendable {
    let header: SegmentHeader
    let path: String
    private let file: MappedFile
    /// 0 not yet looked at, 1 whole, 2 damaged.
    private let condition = Atomic<UInt8>(0)

    /// The schools of a segment: by district and id, with their first rows, and an end behind the last.
    struct Run {
        var school: UInt32
        var district: UInt32
        var first: Int
    }

    /// - Returns: nil when there is no such file or it has no valid header.
    init?(_ path: String) {
        guard let file = MappedFile(path), let header = SegmentHeader(file.bytes, size: file.bytes.count) else {
            return nil
        }
        self.file = file
        self.header = header
        self.path = path
    }

    var coding: ScoreCoding { ScoreCoding(offset: header.scoreOffset, scale: header.scoreScale) }

    /// Looks at every byte the first time: after it no value leads the kernel out of bounds.
    var isWhole: Bool {
        switch condition.load(ordering: .acquiring) {
        case 1: return true
        case 2: return false
        default:
            let whole = isVerified()
            condition.store(whole ? 1 : 2, ordering: .releasing)
            return whole
        }
    }

    private func isVerified() -> Bool {
        withExtendedLifetime(file) {
            let intact = header.sections.allSatisfy { section in
                Checksum.of(part(section)) == section.checksum
            }
            guard intact else { return false }
            let runs = runs
            guard runs.first?.first ?? 0 == 0, runs.last?.first == header.rows else { return false }
            for (run, next) in zip(runs, runs.dropFirst().dropLast())
            where (run.district, run.school) >= (next.district, next.school) { return false }
            for (run, next) in zip(runs, runs.dropFirst()) where run.first > next.first { return false }
            let least = Int64(header.scoreOffset)
            let most = least + Int64(SegmentHeader.mostScore) * Int64(header.scoreScale)
            guard Int32(exactly: most) != nil else { return false }
            let (profiles, levels) = (UInt16(header.profiles), UInt16(header.levels))
            return columns { profile, value in
                for row in 0..<profile.count where profile[row] >= profiles { return false }
                for row in 0..<value.count where value[row] >> 13 == 0 || value[row] >> 13 > levels { return false }
                return true
            }
        }
    }

    private func part(_ section: SegmentHeader.Section) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file.bytes[section.offset..<section.offset + section.length])
    }

    private func words<I>(_ section: Int, as type: I.Type) -> UnsafeBufferPointer<I> {
        // Sections begin at multiples of 64.
        part(header.sections[section]).bindMemory(to: type)
    }

    var dictionary: [UInt64] { withExtendedLifetime(file) { Array(words(0, as: UInt64.self)) } }

    /// With the end.
    var runs: [Run] {
        withExtendedLifetime(file) {
            let words = words(1, as: UInt32.self)
            return (0...header.runs).map { run in
                Run(school: words[3 * run], district: words[3 * run + 1], first: Int(words[3 * run + 2]))
            }
        }
    }

    /// Lends the columns of profiles and values.
    func columns<R>(_ body: (_ profile: Span<UInt16>, _ value: Span<UInt16>) throws -> R) rethrows -> R {
        try withExtendedLifetime(file) {
            let (profile, value) = (words(2, as: UInt16.self), words(3, as: UInt16.self))
            return try body(profile.span, value.span)
        }
    }

    /// Its facts with a delta's changes, side by side.
    ///
    /// - Throws: `.noPartner` when the delta takes away what is not there.
    func facts(with delta: SegmentDelta?) throws(SegmentProblem) -> SegmentFacts {
        let (dictionary, runs, coding) = (dictionary, runs, coding)
        let words = dictionary + (delta?.words ?? [])
        var changes: [UInt32: [UInt32: Int]] = [:]
        for row in delta?.rows ?? [] {
            changes[row.school, default: [:]][UInt32(row.profile) << 16 | UInt32(row.value), default: 0] += Int(
                row.sign)
        }
        var facts = SegmentFacts()
        facts.reserve(header.rows + (delta?.rows.count ?? 0))
        func append(_ school: UInt32, _ row: UInt32) {
            let value = UInt16(truncatingIfNeeded: row)
            facts.append(
                school: school, word: words[Int(row >> 16)], score: coding.score(value), level: UInt8(value >> 13))
        }
        columns { profile, value in
            for (run, next) in zip(runs, runs.dropFirst()) {
                var changed = changes[run.school]
                for place in run.first..<next.first {
                    let row = UInt32(profile[place]) << 16 | UInt32(value[place])
                    if let change = changed?[row], change < 0 {
                        changed?[row] = change + 1
                    } else {
                        append(run.school, row)
                    }
                }
                if let changed { changes[run.school] = changed }
            }
        }
        for (school, rows) in changes {
            for (row, count) in rows {
                guard count >= 0 else { throw .noPartner }
                for _ in 0..<count { append(school, row) }
            }
        }
        return facts
    }
}
