/// The schools of the sandbox. Natural ids look like county-district-school codes of a county that does not exist.
struct DemoSchool: Sendable {
    let id: String
    let name: String
    let district: String
    let districtName: String
    let grades: [String]
    /// School groups lie inside a district and are optional.
    let group: String?

    static let all: [DemoSchool] = [
        DemoSchool(
            id: "99100010110001", name: "Demo Elementary School", district: "99100010000000",
            districtName: "Demo District",
            grades: ["03", "04", "05"], group: nil),
        DemoSchool(
            id: "99100010110002", name: "Demo Middle School", district: "99100010000000", districtName: "Demo District",
            grades: ["06", "07", "08"], group: "9910001-UPPER"),
        DemoSchool(
            id: "99100010110003", name: "Demo High School", district: "99100010000000", districtName: "Demo District",
            grades: ["11"], group: "9910001-UPPER"),
        DemoSchool(
            id: "99200020220001", name: "Bay View Elementary School", district: "99200020000000",
            districtName: "Bay View Unified", grades: ["03", "04", "05"], group: nil),
    ]
}

enum DemoOrganizations {
    static var json: String {
        var rows = [row("DISTRICT", "99100010000000", "Demo District", "STATE", "CA")]
        rows.append(row("DISTRICT", "99200020000000", "Bay View Unified", "STATE", "CA"))
        rows.append(row("GROUPOFINSTITUTIONS", "9910001-UPPER", "Demo Upper Schools", "DISTRICT", "99100010000000"))
        for school in DemoSchool.all {
            rows.append(
                school.group.map { row("INSTITUTION", school.id, school.name, "GROUPOFINSTITUTIONS", $0) }
                    ?? row("INSTITUTION", school.id, school.name, "DISTRICT", school.district))
        }
        return "{\"organizations\": [\n" + rows.joined(separator: ",\n") + "\n]}\n"
    }

    private static func row(_ type: String, _ id: String, _ name: String, _ parentType: String, _ parent: String)
        -> String
    {
        """
        {"entityType": "\(type)", "entityId": "\(id)", "entityName": "\(name)", "parentEntityType": "\(parentType)", \
        "parentEntityId": "\(parent)", "stateAbbreviation": "CA"}
        """
    }
}
