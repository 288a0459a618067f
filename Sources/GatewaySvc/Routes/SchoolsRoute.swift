import Access
import Contracts

/// `GET /api/v1/schools?search=&limit=20`: the schools in the caller's scope of individual results, for pickers.
/// `GET /api/v1/group-schools`: the same in the scope of managing groups.
struct SchoolsRoute: RouteHandler {
    let identity: IdentityClient
    /// Each permission has its own scope.
    var permission = Permission.individualPIIRead

    static let about = RouteDescription(
        summary: "Schools whose individual results the caller may see, or whose groups the caller may manage, by name.",
        parameters: [
            .optional("search", .text(length: 0...100, .any), "Part of a school's or district's name or natural id."),
            .optional("limit", .integer(1...1000), "At most so many; 20 unless given."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "schools",
                        .list(
                            .object([
                                Schema.member("id", Schemas.id), Schema.member("naturalId", Schemas.text),
                                Schema.member("name", Schemas.text), Schema.member("districtId", Schemas.id),
                                Schema.member("districtName", Schemas.text),
                                Schema.member("districtNaturalId", Schemas.text),
                            ]), atMost: 1000)),
                    Schema.member("total", .integer(0...Int64(Int32.max))),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = try await identity.listSchools(
            .with {
                $0.permission = permission.rawValue
                $0.search = ask.optionalText("search") ?? ""
                $0.limit = Int32(clamping: ask.optionalInteger("limit") ?? 20)
            }, ask.call)
        return .json(capacity: 256 + list.schools.count * 160) { json in
            json.object {
                $0.array("schools", list.schools) { json, school in
                    json.object {
                        $0.field("id", school.id)
                        $0.field("naturalId", school.naturalID)
                        $0.field("name", school.name)
                        $0.field("districtId", school.districtID)
                        $0.field("districtName", school.districtName)
                        $0.field("districtNaturalId", school.districtNaturalID)
                    }
                }
                $0.field("total", list.total)
            }
        }
    }
}
