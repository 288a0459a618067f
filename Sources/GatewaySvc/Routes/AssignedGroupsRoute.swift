import Contracts

/// `GET /api/v1/groups`: the groups that are assigned to the caller (access §4.11).
struct AssignedGroupsRoute: RouteHandler {
    let groups: GroupsClient

    static let about = RouteDescription(
        summary: "The student groups that are assigned to the caller, by name.",
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("groups", .list(.named("AssignedGroup"))),
                    Schema.member("more", .boolean),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = try await groups.listAssignedGroups(Empty(), ask.call)
        return .json(capacity: 256 + list.groups.count * 200) { json in
            json.object {
                $0.array("groups", list.groups) { json, group in
                    json.object {
                        $0.field("id", group.id)
                        $0.field("name", group.name)
                        $0.object("school") {
                            $0.field("id", group.schoolID)
                            $0.field("name", group.schoolName)
                        }
                        $0.field("schoolYear", group.schoolYear)
                        $0.field("subject", group.subject.nonEmpty)
                    }
                }
                $0.field("more", list.more)
            }
        }
    }
}
