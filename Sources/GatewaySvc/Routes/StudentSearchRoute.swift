import Contracts

/// `POST /api/v1/students/search`: the id of a student by SSID. The SSID travels in the body, never in an address.
struct StudentSearchRoute: RouteHandler {
    let results: ResultsClient

    /// results §4.2, character for character; the same for unknown, forbidden and empty.
    static let notFound = "Student does not exist or has no available test results."

    static let about = RouteDescription(
        summary: "Finds a student with at least one result that the caller may see.",
        body: .json(.object([Schema.member("ssid", .text(length: 1...65, pattern: Parameter.Characters.printable))])),
        replies: [
            RouteDescription.ok(.object([Schema.member("studentId", Schemas.id)])),
            .init(status: 404, meaning: notFound, mediaType: "application/problem+json", schema: .named("Problem")),
        ],
        traffic: .studentSearch)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        try ask.requireMembers(["ssid"])
        let ssid = trimmed(try ask.jsonText("ssid", length: 1...65))
        do {
            let found = try await results.findStudent(.with { $0.ssid = ssid }, ask.call)
            return .json { json in json.object { $0.field("studentId", found.studentID) } }
        } catch let fault as Fault where fault.code == .notFound {
            throw Fault(.notFound, Self.notFound)
        }
    }
}
