import Postgres

/// What a segment holds: the counted facts of one assessment in one school year.
struct SegmentKey: Hashable, Comparable, Sendable {
    var year: Int16
    var assessment: Int32

    static func < (a: SegmentKey, b: SegmentKey) -> Bool { (a.year, a.assessment) < (b.year, b.assessment) }
}

/// The word of a segment's dictionary: everything that a filter or a slice may look at, in one number.
///
/// Attributes take the bits below 38 (see `Attributes`), the language 38–44, completeness and condition 45–48; bit 49 says that
/// another attempt counts, which the longitudinal one may be without.
enum Entry {
    static let languageBit: UInt64 = 38
    static let contextBit: UInt64 = 45
    static let attributes: UInt64 = (1 << languageBit) - 1
    static let language: UInt64 = 0x7F << languageBit
    static let uncounted: UInt64 = 1 << 49

    /// The word of a row of `fact` or `fact_log`; `FactCopy` writes no number that does not fit.
    static let sql: SQL = """
        (attributes | (language::bigint << 38) | (((context >> 3) * 5 + (context & 7))::bigint << 45)
         | ((NOT counted)::int::bigint << 49))
        """

    /// A number of `Context` in four bits, as `sql` writes it.
    static func context(_ number: Int16) -> UInt64 { UInt64(max(0, (number >> 3) * 5 + (number & 7))) }

    static func language(of word: UInt64) -> UInt64 { (word >> languageBit) & 0x7F }
    static func context(of word: UInt64) -> UInt64 { (word >> contextBit) & 0xF }
}

/// Why facts do not fit into a segment; the SQL engine then answers for them.
enum SegmentProblem: Error, Equatable {
    case tooManyRows
    case tooManyProfiles
    /// Scores lie too far apart to be packed.
    case scores
    /// An id of a school beyond 32 bits.
    case school
    /// A fact was taken away that was not there: the segment is not what it should be.
    case noPartner
}
