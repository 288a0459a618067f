import Postgres

/// Which district each school is in now. A school that Identity does not know has district 0: it counts for the State alone.
final class SchoolDirectory: Sendable {
    /// How many changes of schools had come when this was read.
    let version: Int64
    private let districts: [Int64: Int64]

    init(version: Int64, _ districts: [Int64: Int64]) {
        self.version = version
        self.districts = districts
    }

    convenience init(version: Int64, _ session: borrowing Session) throws {
        let rows = try session.rows("SELECT id, district_id FROM aggregate.school", as: (Int64, Int64).self)
        self.init(version: version, Dictionary(rows, uniquingKeysWith: { first, _ in first }))
    }

    func district(of school: Int64) -> Int64 { districts[school] ?? 0 }

    /// In the width of a segment's runs.
    func district(of school: UInt32) throws(SegmentProblem) -> UInt32 {
        guard let district = UInt32(exactly: district(of: Int64(school))) else { throw .school }
        return district
    }

    func hasSameDistricts(as other: SchoolDirectory) -> Bool { districts == other.districts }
}
