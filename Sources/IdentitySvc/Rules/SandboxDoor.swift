import Foundation

/// One way into the sandbox: a role at an organization, as the operator's file lists them (access §7).
struct SandboxDoor: Codable, Hashable, Sendable {
    /// Names it in requests.
    var key: String
    /// As the entry page shows it: `School Admin: Demo Elementary School`.
    var label: String
    /// A role of the role table.
    var role: String
    /// `School`, `SchoolGroup`, `District`, `DistrictGroup` or `State`.
    var kind: String
    var naturalId: String
    /// Whose group assignments the visitor has, for as long as the session lasts; without it, none (access §7).
    var groupLogin: String?

    static let limit = 100

    /// The file of the setting `ERS_SANDBOX_ENTRIES_FILE`: an array, in the order of the entry page.
    ///
    /// - Throws: what is wrong with it, in words.
    static func read(_ json: Data) throws -> [SandboxDoor] {
        let doors: [SandboxDoor]
        do { doors = try JSONDecoder().decode([SandboxDoor].self, from: json) } catch {
            throw SandboxDoorError(problem: "is not a JSON array of {key, label, role, kind, naturalId, groupLogin?}")
        }
        guard doors.count <= limit else { throw SandboxDoorError(problem: "has more than \(limit) entries") }
        guard Set(doors.map(\.key)).count == doors.count else { throw SandboxDoorError(problem: "names a key twice") }
        for door in doors {
            guard !door.key.isEmpty, !door.label.isEmpty, !door.role.isEmpty, !door.naturalId.isEmpty else {
                throw SandboxDoorError(problem: "has an entry with an empty field")
            }
            guard OrganizationLevel(kind: door.kind) != nil else {
                throw SandboxDoorError(problem: "has the unknown kind \"\(door.kind)\"")
            }
        }
        return doors
    }

    var grant: Grant? {
        OrganizationLevel(kind: kind).map { Grant(role: role, level: $0, naturalID: naturalId) }
    }
}

struct SandboxDoorError: Error, Equatable, CustomStringConvertible {
    var problem: String
    var description: String { problem }
}
