import Access
import Contracts

/// `GET /api/v1/exports/organizations?search=&limit=20`: what the caller may export the results of, for the picker.
struct ExportOrganizationsRoute: RouteHandler {
    let identity: IdentityClient

    private static let organization = Schema.object([
        Schema.member("id", Schemas.id), Schema.member("naturalId", Schemas.text), Schema.member("name", Schemas.text),
        Schema.member("organizationType", .oneOf(["DistrictGroup", "District", "SchoolGroup", "School"])),
        Schema.optional("districtName", Schemas.text),
    ])

    static let about = RouteDescription(
        summary: "Organizations whose individual results the caller may see, by name.",
        parameters: [
            .optional("search", .text(length: 0...100, .any), "Part of a name."),
            .optional("limit", .integer(1...1000), "At most so many; 20 unless given."),
            .optional("id", .integers(1...Int64.max, atMost: 500), "Only these; repeat for more."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("organizations", .list(organization, atMost: 1000)),
                    Schema.member("total", .integer(0...Int64(Int32.max))),
                    Schema.member(
                        "districts", .integer(0...Int64(Int32.max), meaning: "In which the caller may see schools.")),
                    Schema.member("onlySchool", .nullable(organization)),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let found = try await identity.findOrganizations(
            .with {
                $0.permission = Permission.individualPIIRead.rawValue
                $0.search = ask.optionalText("search") ?? ""
                $0.limit = Int32(clamping: ask.optionalInteger("limit") ?? 20)
                $0.ids = ask.integers("id")
            }, ask.call)
        return .json(capacity: 256 + found.organizations.count * 160) { json in
            json.object {
                $0.array("organizations", found.organizations) { Self.write($1, &$0) }
                $0.field("total", found.total)
                $0.field("districts", found.districts)
                $0.key("onlySchool")
                if let school = found.onlySchool { Self.write(school, &$0) } else { $0.write(String?.none) }
            }
        }
    }

    private static func write(_ organization: FoundOrganization, _ json: inout JSONWriter) {
        json.object {
            $0.field("id", organization.id)
            $0.field("naturalId", organization.naturalID)
            $0.field("name", organization.name)
            $0.field("organizationType", organization.kind)
            if !organization.districtName.isEmpty { $0.field("districtName", organization.districtName) }
        }
    }
}
