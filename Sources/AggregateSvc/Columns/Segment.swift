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
            let (cohorts, claims) = (UInt16(header.cohorts), UInt16(header.claims))
            return columns { profile, value, cohort, claim in
                for row in 0..<profile.count where profile[row] >= profiles { return false }
                for row in 0..<value.count where value[row] >> 13 == 0 || value[row] >> 13 > levels { return false }
                for row in 0..<cohort.count where cohort[row] >= cohorts { return false }
                for row in 0..<claim.count where claim[row] >= claims { return false }
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

    /// The words of the facts' cohorts and claims; none where no fact has any.
    var cohortWords: [UInt64] { withExtendedLifetime(file) { Array(words(4, as: UInt64.self)) } }
    var claimWords: [UInt64] { withExtendedLifetime(file) { Array(words(6, as: UInt64.self)) } }

    /// Lends the columns: profiles, values, and the places of the words of cohorts and claims.
    func columns<R>(
        _ body: (
            _ profile: Span<UInt16>, _ value: Span<UInt16>, _ cohort: Span<UInt16>, _ claims: Span<UInt16>
        ) throws -> R
    ) rethrows -> R {
        try withExtendedLifetime(file) {
            let (profile, value) = (words(2, as: UInt16.self), words(3, as: UInt16.self))
            let (cohort, claims) = (words(5, as: UInt16.self), words(7, as: UInt16.self))
            return try body(profile.span, value.span, cohort.span, claims.span)
        }
    }

    /// Its facts with a delta's changes, side by side.
    ///
    /// - Throws: `.noPartner` when the delta takes away what is not there.
    func facts(with delta: SegmentDelta?) throws(SegmentProblem) -> SegmentFacts {
        let (dictionary, runs, coding) = (dictionary, runs, coding)
        let words = dictionary + (delta?.words ?? [])
        let (cohortWords, claimWords) = (cohortWords, claimWords)
        var changes: [UInt32: [SegmentDelta.Image: Int]] = [:]
        for row in delta?.rows ?? [] { changes[row.school, default: [:]][row.image, default: 0] += Int(row.sign) }
        var facts = SegmentFacts()
        facts.reserve(header.rows + (delta?.rows.count ?? 0))
        func append(_ school: UInt32, _ image: SegmentDelta.Image) {
            facts.append(
                PackedFact(
                    word: words[Int(image.profile)], score: coding.score(image.value), level: UInt8(image.value >> 13),
                    cohort: image.cohort, claims: image.claims), school: school)
        }
        columns { profile, value, cohort, claims in
            for (run, next) in zip(runs, runs.dropFirst()) {
                var changed = changes[run.school]
                for place in run.first..<next.first {
                    let image = SegmentDelta.Image(
                        profile: profile[place], value: value[place],
                        cohort: cohort.isEmpty ? 0 : cohortWords[Int(cohort[place])],
                        claims: claims.isEmpty ? 0 : claimWords[Int(claims[place])])
                    if let change = changed?[image], change < 0 {
                        changed?[image] = change + 1
                    } else {
                        append(run.school, image)
                    }
                }
                if let changed { changes[run.school] = changed }
            }
        }
        for (school, images) in changes {
            for (image, count) in images {
                guard count >= 0 else { throw .noPartner }
                for _ in 0..<count { append(school, image) }
            }
        }
        return facts
    }
}
