/// The organizations of one file with their parents resolved: everything that is needed to store its schools.
///
/// Districts and groups without any school are part of it. *ingest* §6.1 would not store them; *access* §1.3 rule 3 [D]
/// does, so that the coordinator of a new district can sign in, and wins here.
struct OrganizationSet: Sendable, Equatable {
    var districtGroups: [DistrictGroup] = []
    var districts: [District] = []
    var schoolGroups: [SchoolGroup] = []
    var schools: [School] = []
    /// Whether the form of the file can say which groups and external ids there are. Where it cannot, stored ones stay.
    var knowsGroups: Bool

    struct DistrictGroup: Sendable, Equatable {
        var naturalID: String
        var name: String
        var externalID: String?
    }

    struct District: Sendable, Equatable {
        var naturalID: String
        var name: String
        var externalID: String?
        /// The natural id of the group it stands under.
        var group: String?
    }

    struct SchoolGroup: Sendable, Equatable {
        var naturalID: String
        var name: String
        var externalID: String?
        var district: String
    }

    struct School: Sendable, Equatable {
        var naturalID: String
        var name: String
        var externalID: String?
        var district: String
        var group: String?
    }
}
