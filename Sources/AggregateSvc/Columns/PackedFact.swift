/// A fact as segments know it, without its school.
struct PackedFact: Sendable {
    /// See `Entry`.
    var word: UInt64
    /// Thousandths of a point.
    var score: Int32
    var level: UInt8
    /// See `CohortWord`.
    var cohort: UInt64
    /// See `ClaimWord`.
    var claims: UInt64

    init(word: UInt64, score: Int32, level: UInt8, cohort: UInt64 = 0, claims: UInt64 = 0) {
        self.word = word
        self.score = score
        self.level = level
        self.cohort = cohort
        self.claims = claims
    }

    /// As PostgreSQL sends it.
    init(word: Int64, score: Int32, level: Int16, cohort: Int64, claims: Int32) {
        self.init(
            word: UInt64(bitPattern: word), score: score, level: UInt8(clamping: level),
            cohort: UInt64(bitPattern: cohort), claims: UInt64(UInt32(bitPattern: claims)))
    }
}

/// One row of the log: a fact that counts from now on, or does not any more.
struct FactChange: Sendable {
    var seq: Int64
    var school: Int64
    var fact: PackedFact
    var sign: Int8
}
