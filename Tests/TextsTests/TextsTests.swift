import Foundation
import Testing
import Texts

@Suite("Texts")
struct TextsTests {
    let texts: Texts
    init() throws { texts = try Texts() }

    /// Writes an operator's file for the time of one test.
    func withFile<T>(_ content: String, _ body: (String) throws -> T) throws -> T {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("texts-\(UUID().uuidString).json").path
        #expect(FileManager.default.createFile(atPath: path, contents: Data(content.utf8)))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test("an unreadable, malformed or misspelt operator's file is refused by name")
    func refusals() throws {
        #expect(throws: TextsError.unreadable(file: "/nowhere")) { try Texts(overriddenBy: "/nowhere") }
        for content in ["", "[]", "{\"cancel\": 1}", "{\"cancel\": \"x\"", "{\"a\": {\"b\": \"c\"}}"] {
            try withFile(content) { path in
                #expect(throws: TextsError.malformed(file: path)) { try Texts(overriddenBy: path) }
            }
        }
        try withFile("{\"cancle\": \"Stop\", \"cancel\": \"Stop\"}") { path in
            #expect(throws: TextsError.unknownKeys(["cancle"], file: path)) { try Texts(overriddenBy: path) }
        }
    }

    @Test("an operator's text replaces the shipped one and leaves the others")
    func overriding() throws {
        try withFile("{\"cancel\": \"Stop\"}") { path in
            let own = try Texts(overriddenBy: path)
            #expect(own("cancel") == "Stop")
            #expect(own("user.logout") == texts("user.logout"))
            #expect(own.all.count == texts.all.count)
        }
    }

    @Test("values are filled in once, unknown names and lone braces stay")
    func values() throws {
        try withFile("{\"cancel\": \"{a} and {b} and {c\"}") { path in
            let own = try Texts(overriddenBy: path)
            #expect(own("cancel", ["a": "{b}", "b": "2"]) == "{b} and 2 and {c")
            #expect(own("cancel", ["a": "1"]) == "1 and {b} and {c")
            #expect(own("cancel") == "{a} and {b} and {c")
        }
    }

    @Test(
        "G7 school years",
        arguments: [
            (2020, "2019-20"), (2018, "2017-18"), (2000, "1999-00"), (2021, "2020-21"), (2009, "2008-09"), (0, "0"),
            (Int.min, String(Int.min)), (Int.max, String(Int.max)),
        ])
    func schoolYears(year: Int, text: String) {
        #expect(texts.schoolYear(year) == text)
    }

    @Test(
        "code lists have the labels of the domain, and an unknown code is its own label",
        arguments: [
            ("grade", "KG", "name", "Kindergarten"), ("grade", "03", "name", "Grade 3"),
            ("grade", "13", "short", "G13"),
            ("grade", "IT", "name", "Infant/Toddler"), ("condition", "SD", "name", "Standardized"),
            ("condition", "NS", "name", "Nonstandardized"), ("condition", "IN", "name", "Invalid"),
            ("completeness", "Partial", "name", "Partial"), ("type", "sum", "short", "Summative"),
            ("grade", "99", "name", "99"),
        ])
    func labels(list: String, code: String, form: String, text: String) {
        #expect(texts.label(list, code, form: form) == text)
    }

    @Test("the JSON for the web app holds every text and is the same each time")
    func json() throws {
        let bytes = try texts.json()
        #expect(try JSONDecoder().decode([String: String].self, from: Data(bytes)) == texts.all)
        #expect(try texts.json() == bytes)
    }

    /// The exact texts of the domain, character for character.
    @Test(
        "exact texts",
        arguments: [
            ("entry.title", "Reporting System Sandbox"),
            ("entry.enterAs", "Enter as"),
            ("entry.enter", "Enter Sandbox"),
            ("entry.info", "Select a user role based on the reporting system functionality you would like to explore."),
            ("entry.failed", "An error occurred while attempting to log into the reporting sandbox"),
            ("session.expired.title", "Session Expired"),
            ("session.expired.ok", "OK"),
            ("session.expired.text", "Your session has timed out. Please click OK to login again"),
            ("session.expired.sandbox", "Your session has timed out. Please click OK to continue working."),
            ("denied.title", "Access Denied"),
            (
                "denied.text",
                "Your user account is not permitted to access this reporting system. If you believe you have reached this page "
                    + "in error, please contact your building administrator."
            ),
            ("user.logout", "Logout"),
            ("home.ssid", "Enter the Statewide Student Identifier (SSID)"),
            ("home.tools", "Administrator Tools"),
            ("home.noResults", "You do not have permissions to view Assessment Results."),
            (
                "home.noResults.other",
                "Depending on your exact roles, you may have access to other system features above."
            ),
            ("tool.embargo.name", "Embargo"),
            ("tool.embargo.description", "Manage embargoes of summative results."),
            ("student.notFound", "Student does not exist or has no available test results."),
            (
                "student.unavailable",
                "This student is unavailable.  Contact your building administrator if you think you should have access to this "
                    + "student."
            ),
            ("schools.notFound", "No schools found."),
            ("school.noResults", "No test results are available for the selected school."),
            (
                "school.unavailable",
                "This school is unavailable.  Contact your building administrator if you think you should have access to this "
                    + "school."
            ),
            (
                "school.noneForSelection",
                "No test results are available for the current selection.  If a new school year has begun recently, please "
                    + "check the year selected above."
            ),
            ("history.none", "No test results are available for the filters selected."),
            ("students.none", "No test results are available for the sessions and advanced filters selected."),
            ("transfers.label", "New Students"),
            (
                "transfers.info",
                "Indicates whether to show or hide assessments administered outside of the User's standard institutions."
            ),
            ("transfers.highlighted", "The highlighted row(s) indicate test results from a previous school."),
            ("picker.prompt", "Click an assessment to remove it from the list"),
            ("results.noScores", "No Scores Reported"),
            ("results.average", "Average Scale Score and Error Band"),
            ("results.number.of", "Number of Test Results"),
            ("distribution.overall", "Student Score Distribution"),
            ("history.noScore", "No Score Recorded"),
            (
                "embargo.banner",
                "Summative test results in your region of administration are not yet released. These results may be viewed "
                    + "online but not downloaded."
            ),
            ("embargo.title", "Manage Embargo"),
            ("embargo.releasedByState", "Released by State"),
        ])
    func exact(key: String, text: String) {
        #expect(texts.all[key] == text)
    }

    /// The dialogs of access §6.8, for 250 results of Demo District (or California).
    @Test(
        "T102 the sentences of the embargo dialogs",
        arguments: [
            (
                "state.individual.released",
                "Completing this action will allow users to view 250 individual Summative test results for X."
            ),
            (
                "state.individual.embargoed",
                "Completing this action will prevent users from viewing 250 individual Summative test results for X. This "
                    + "setting can be overridden by individual districts that release their results ahead of the state."
            ),
            (
                "state.aggregate.released",
                "Completing this action will allow users to view aggregate data for 250 Summative test results for X. "
                    + "Aggregate data views however, will not be available until the state or all districts have released "
                    + "aggregate test results."
            ),
            (
                "state.aggregate.embargoed",
                "Completing this action will prevent users from viewing aggregate data for 250 Summative test results for X. "
                    + "This setting can be overridden by individual districts however, aggregate data views will not be "
                    + "available until all districts have released aggregate test results."
            ),
            (
                "district.individual.released",
                "Completing this action will allow users to view 250 individual Summative test results for X. Do you want to "
                    + "release before the state releases all individual Summative test results?"
            ),
            (
                "district.individual.embargoed",
                "Completing this action will prevent users from viewing 250 individual Summative test results for X. This "
                    + "setting will be overridden should the state release all individual Summative test results."
            ),
            (
                "district.aggregate.released",
                "Completing this action will allow users to view aggregate data for 250 Summative test results for X. Do you "
                    + "want to release before the state releases all aggregate Summative test results?"
            ),
            (
                "district.aggregate.embargoed",
                "Completing this action will prevent users from viewing aggregate data for 250 Summative test results for X. "
                    + "This setting will be overridden should the state release all aggregate Summative test results."
            ),
        ])
    func dialogs(key: String, text: String) {
        #expect(texts("embargo.consequence.\(key)", ["n": "250", "organization": "X"]) == text)
    }
}
