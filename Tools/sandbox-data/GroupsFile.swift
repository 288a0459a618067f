/// The groups of the demo schools' classes (access §4.4), assigned to the logins whose groups the sandbox's teachers have.
struct GroupsFile {
    private let year: Int
    /// Natural id of a demo school to the login of its entry; teachers enter as `Teacher: {school}`.
    private let logins: [String: String]
    private let order: [String]
    /// School, then grade and class, to students.
    private var members: [String: [String: [String]]] = [:]

    init(_ world: DemoWorld, year: Int) {
        self.year = year
        order = world.demoSchools.map(\.id).sorted()
        logins = Dictionary(
            uniqueKeysWithValues: zip(
                world.demoSchools.map(\.id), ["elementary", "middle", "high"].map { "teacher.\($0)@sandbox.example" }))
    }

    mutating func add(_ ssid: String, _ place: DemoStudent.Place) {
        // Only grades in which everybody is tested.
        guard logins[place.school.id] != nil, DemoSubject.english.cuts[place.grade] != nil else { return }
        let name = "\(place.school.name) Grade \(Int(place.grade) ?? 0) Class \(place.classNumber + 1)"
        members[place.school.id, default: [:]][name, default: []].append(ssid)
    }

    /// Sorted by school and group, as an upload has to be.
    var text: String {
        var lines = ["group_name,school_natural_id,school_year,subject_code,student_ssid,group_user_login"]
        for school in order {
            let login = logins[school] ?? ""
            for (name, students) in (members[school] ?? [:]).sorted(by: { $0.key < $1.key }) {
                for (index, ssid) in students.enumerated() {
                    // Blank for all subjects; each line may hold one login, and one says it.
                    lines.append("\(quoted(name)),\(school),\(year),,\(ssid),\(index == 0 ? login : "")")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
