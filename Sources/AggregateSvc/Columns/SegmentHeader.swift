/// The first 256 bytes of a segment file, little endian; what is in the file, and where.
///
///       0  magic        8  format       12 year, 14 part       16 assessment   20 generation
///      24  covers      32  levels       36 score offset        40 score scale  44 rows
///      48  profiles    52  runs         56 cohorts, 58 claims  64 epoch (16 bytes)
///      80  sections: offset u32, length u32, checksum u32, 0; each 16 bytes
///     252  checksum of the bytes before
struct SegmentHeader: Sendable, Equatable {
    struct Section: Sendable, Equatable {
        var offset = 0
        var length = 0
        var checksum: UInt32 = 0
    }

    static let size = 256
    static let magic = Array("ERSSEGM1".utf8)
    static let format: UInt32 = 2
    /// dictionary `u64[profiles]`, runs `u32[3 × (runs + 1)]`, profile `u16[rows]`, value `u16[rows]`; then words and `u16[rows]`
    /// of cohorts, and of claims, both empty where no fact has any
    static let sectionCount = 8
    /// Packed counters have 24 bits for a number of facts.
    static let mostRows = 1 << 24 - 1
    static let mostProfiles = 65_535
    /// Scores have 13 bits.
    static let mostScore = 0x1FFF

    var key: SegmentKey
    var generation: UInt32
    /// The number of the log up to which changes are in it.
    var covers: Int64
    var epoch: [UInt8]
    /// The highest level that occurs, at most 6.
    var levels: Int
    /// A packed score is `(score − offset) / scale`; thousandths of a point.
    var scoreOffset: Int32
    var scoreScale: Int32
    var rows: Int
    var profiles: Int
    /// Schools with facts.
    var runs: Int
    /// Different cohort words, and words of claims.
    var cohorts: Int
    var claims: Int
    var sections: [Section]

    /// The bytes with their checksum.
    func bytes() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        bytes.replaceSubrange(0..<8, with: Self.magic)
        func put<I: FixedWidthInteger>(_ value: I, _ offset: Int) {
            withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
        }
        put(Self.format, 8)
        put(key.year, 12)
        put(key.assessment, 16)
        put(generation, 20)
        put(covers, 24)
        put(UInt32(levels), 32)
        put(scoreOffset, 36)
        put(scoreScale, 40)
        put(UInt32(rows), 44)
        put(UInt32(profiles), 48)
        put(UInt32(runs), 52)
        put(UInt16(cohorts), 56)
        put(UInt16(claims), 58)
        bytes.replaceSubrange(64..<64 + 16, with: (epoch + [UInt8](repeating: 0, count: 16)).prefix(16))
        for (number, section) in sections.enumerated() {
            let place = 80 + 16 * number
            put(UInt32(section.offset), place)
            put(UInt32(section.length), place + 4)
            put(section.checksum, place + 8)
        }
        put(bytes.withUnsafeBytes { Checksum.of(UnsafeRawBufferPointer(rebasing: $0[0..<252])) }, 252)
        return bytes
    }

    /// - Returns: nil when the bytes are no header of this format, or name what is not in a file of `size` bytes.
    init?(_ bytes: UnsafeRawBufferPointer, size: Int) {
        guard bytes.count >= Self.size, bytes.prefix(8).elementsEqual(Self.magic) else { return nil }
        func get<I: FixedWidthInteger>(_: I.Type, _ offset: Int) -> I {
            I(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: I.self))
        }
        guard Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[0..<252])) == get(UInt32.self, 252),
            get(UInt32.self, 8) == Self.format
        else { return nil }
        key = SegmentKey(year: get(Int16.self, 12), assessment: get(Int32.self, 16))
        generation = get(UInt32.self, 20)
        covers = get(Int64.self, 24)
        levels = Int(get(UInt32.self, 32))
        scoreOffset = get(Int32.self, 36)
        scoreScale = get(Int32.self, 40)
        rows = Int(get(UInt32.self, 44))
        profiles = Int(get(UInt32.self, 48))
        runs = Int(get(UInt32.self, 52))
        cohorts = Int(get(UInt16.self, 56))
        claims = Int(get(UInt16.self, 58))
        epoch = Array(bytes[64..<80])
        sections = (0..<Self.sectionCount).map { number in
            let place = 80 + 16 * number
            return Section(
                offset: Int(get(UInt32.self, place)), length: Int(get(UInt32.self, place + 4)),
                checksum: get(UInt32.self, place + 8))
        }
        guard (1...6).contains(levels), scoreScale > 0, rows <= Self.mostRows, profiles <= Self.mostProfiles,
            runs <= rows,
            sections.map(\.length) == [
                8 * profiles, 12 * (runs + 1), 2 * rows, 2 * rows, 8 * cohorts, cohorts == 0 ? 0 : 2 * rows, 8 * claims,
                claims == 0 ? 0 : 2 * rows,
            ],
            sections.allSatisfy({ $0.offset >= Self.size && $0.offset % 64 == 0 && $0.offset <= size - $0.length })
        else { return nil }
    }

    init(
        key: SegmentKey, generation: UInt32, covers: Int64, epoch: [UInt8], levels: Int, scoreOffset: Int32,
        scoreScale: Int32, rows: Int, profiles: Int, runs: Int, cohorts: Int, claims: Int, sections: [Section] = []
    ) {
        self.key = key
        self.generation = generation
        self.covers = covers
        self.epoch = epoch
        self.levels = levels
        self.scoreOffset = scoreOffset
        self.scoreScale = scoreScale
        self.rows = rows
        self.profiles = profiles
        self.runs = runs
        self.cohorts = cohorts
        self.claims = claims
        self.sections = sections
    }
}
