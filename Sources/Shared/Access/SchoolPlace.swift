/// Where a school stands in the tree of organizations: all that a test of a scope needs (access §1.1).
public struct SchoolPlace: Sendable, Hashable {
    public var schoolID: Int64
    public var districtID: Int64
    /// Nil when the district belongs to no group of districts.
    public var districtGroupID: Int64?
    /// Nil when the school belongs to no group of schools.
    public var schoolGroupID: Int64?

    public init(schoolID: Int64, districtID: Int64, districtGroupID: Int64? = nil, schoolGroupID: Int64? = nil) {
        self.schoolID = schoolID
        self.districtID = districtID
        self.districtGroupID = districtGroupID
        self.schoolGroupID = schoolGroupID
    }
}
