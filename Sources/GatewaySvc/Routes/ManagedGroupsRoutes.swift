import Access
import Contracts

/// `GET /api/v1/managed-groups?schoolId=7&year=2026[&subject=Math]`: the groups that the caller may manage (access §4.3).
struct ManagedGroupsRoute: RouteHandler {
    let groups: GroupsClient

    static let about = RouteDescription(
        summary: "The student groups of one school and year that the caller may manage, by name.",
        parameters: [
            .required("schoolId", .integer(1...Int64.max), "Id of a school."), .year,
            .optional(
                "subject", .text(length: 1...100, .any),
                "Code of a subject: its groups, and those of all subjects. Without it, all groups."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "groups",
                        .list(
                            .object([
                                Schema.member("id", Schemas.id), Schema.member("name", Schemas.text),
                                Schema.member("schoolName", Schemas.text), Schema.member("schoolYear", Schemas.year),
                                Schema.member("subject", .nullable(Schemas.text)),
                                Schema.member("students", .integer(0...Int64(Int32.max))),
                            ]))),
                    Schema.member("more", .boolean),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let question = try ListManagedGroupsRequest.with {
            $0.schoolID = try ask.integer("schoolId")
            $0.schoolYear = try ask.year()
            $0.subject = ask.optionalText("subject") ?? ""
        }
        let list = try await groups.listManagedGroups(question, ask.call)
        return .json(capacity: 256 + list.groups.count * 200) { json in
            json.object {
                $0.array("groups", list.groups) { json, group in
                    json.object {
                        $0.field("id", group.id)
                        $0.field("name", group.name)
                        $0.field("schoolName", group.schoolName)
                        $0.field("schoolYear", group.schoolYear)
                        $0.field("subject", group.subject.nonEmpty)
                        $0.field("students", group.students)
                    }
                }
                $0.field("more", list.more)
            }
        }
    }
}

/// `GET /api/v1/group-filters`: years and subjects to filter by.
struct GroupFiltersRoute: RouteHandler {
    let groups: GroupsClient

    static let about = RouteDescription(
        summary: "What the list of managed groups may be filtered by.",
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("schoolYears", .list(Schemas.year)), Schema.member("subjects", .list(Schemas.text)),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let filters = try await groups.listGroupFilters(Empty(), ask.call)
        return .json { json in
            json.object {
                $0.array("schoolYears", filters.schoolYears) { $0.write($1) }
                $0.array("subjects", filters.subjects) { $0.write($1) }
            }
        }
    }
}

/// `DELETE /api/v1/managed-groups/{groupID}`: deletes a group; an upload makes it live again.
struct DeleteGroupRoute: RouteHandler {
    let groups: GroupsClient

    static let about = RouteDescription(
        summary: "Deletes a student group. Answers when it opens nothing any more.",
        parameters: [.groupID], replies: [.init(status: 204, meaning: "Deleted.")])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("groupID")
        _ = try await groups.deleteGroup(.with { $0.groupID = id }, ask.call)
        return .nothing
    }
}
