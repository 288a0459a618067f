import Contracts

/// `GET /api/v1/embargo?year=2026`: the settings of one year, with how many summatives each holds back (access §6.8).
struct EmbargoRoute: RouteHandler {
    let embargo: EmbargoClient
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "Embargo settings of one school year by organization, with numbers of summative exams by subject.",
        parameters: [.year],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("schoolYear", Schemas.year), Schema.member("years", .list(.integer())),
                    Schema.member("subjects", .list(Schemas.text)),
                    Schema.member("state", .nullable(.named("EmbargoRow"))),
                    Schema.member("districts", .list(.named("EmbargoRow"))),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let year = try ask.year()
        async let settings = embargo.listEmbargoes(.with { $0.schoolYear = year }, ask.call)
        async let summatives = results.countSummatives(.with { $0.schoolYear = year }, ask.call)
        let (list, numbers) = try await (settings, summatives)

        var counts: [Int64: [String: Int64]] = [:]
        // District 0 is the whole state: its number is not the sum of those districts that this caller may see.
        for count in numbers.counts {
            counts[count.districtID, default: [:]][count.subject] = count.exams
        }
        let subjects = numbers.subjects
        func counted(_ districtID: Int64) -> [(String, Int64)] { subjects.map { ($0, counts[districtID]?[$0] ?? 0) } }

        return .json(capacity: 1024 + list.districts.count * 400) { json in
            json.object {
                $0.field("schoolYear", list.schoolYear)
                $0.array("years", list.years) { $0.write($1) }
                $0.array("subjects", subjects) { $0.write($1) }
                $0.key("state")
                if let state = list.state {
                    $0.embargoRow(state, counts: counted(0))
                } else {
                    $0.write(String?.none)
                }
                $0.array("districts", list.districts) { $0.embargoRow($1, counts: counted($1.districtID)) }
            }
        }
    }
}
