import Contracts
import Foundation
import Testing

@testable import GatewaySvc

/// CSV files of results, byte by byte (results §5, §5.1, §5.2).
@Suite struct ExamFileTests {
    @Test(
        "results §5: every cell is quoted, and nothing is a formula",
        arguments: [
            ("", "\"\""), ("Ada", "\"Ada\""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("@x", "\"'@x\""), ("\tx", "\"'\tx\""), ("\rx", "\"'\rx\""),
            ("-x", "\"'-x\""), ("-", "\"-\""), ("-12.5", "\"-12.5\""), ("-1-1", "\"'-1-1\""), ("a=b", "\"a=b\""),
            ("2-W", "\"2-W\""),
        ])
    func cells(_ text: String, _ cell: String) {
        #expect(CSVText.cell(text) == cell)
    }

    @Test("the name of a file holds letters, digits and marks, whatever it is made of")
    func names() {
        #expect(CSVText.filename(["Demo School", "G3", "2026-05-01"]) == "Demo_School-G3-2026-05-01.csv")
        #expect(CSVText.filename(["Escuela \"Ñ\"\r\n/../", "G3"]) == "Escuela_______.._-G3.csv")
        #expect(CSVText.filename([String(repeating: "x", count: 500)]).utf8.count == 124)
    }

    // MARK: - A file

    static let assessments = [
        Assessment.with {
            ($0.id, $0.label, $0.grade, $0.type, $0.subject, $0.schoolYear) = (
                11, "Grade 3 ELA", "03", "sum", "ELA", 2026
            )
        }
    ]

    static func exam(_ id: Int64, _ last: String, scale: Int64?, error: Int64?, level: Int32 = 1) -> ExportedExam {
        .with {
            $0.exam = .with {
                ($0.id, $0.assessmentID, $0.ssid, $0.firstName, $0.lastName) = (id, 11, "00\(id)", "=Zoë", last)
                ($0.schoolName, $0.schoolYear, $0.enrolledGrade) = ("Demo \"School\"", 2026, "04")
                // 3 April 2018, 23:30 in California.
                $0.completedAtUs = 1_522_823_400_000_000
                ($0.sessionID, $0.condition, $0.completeness) = ("S-1", "Valid", id == 1 ? "Complete" : "Partial")
                $0.overall = .with {
                    $0.scaleScoreMilli = scale
                    $0.standardErrorMilli = error
                    $0.level = level
                }
                $0.claims = [
                    .with {
                        $0.code = "1"
                        $0.level = 7
                    }
                ]
            }
            $0.fields = [
                .with {
                    ($0.field, $0.codes) = ("ethnicity", ["White", "Filipino"])
                },
                .with {
                    ($0.field, $0.codes) = ("elas", ["EL"])
                }, .with { $0.field = "migrant" },
            ]
            $0.accommodations = ["TDS_ASL1", "NEA_Calc"]
        }
    }

    static func page(_ exams: [ExportedExam], next: String = "") -> ExportedExams {
        .with {
            $0.exams = exams
            $0.assessments = assessments
            $0.fields = ["ethnicity", "elas", "migrant"]
            $0.name = "Demo School"
            $0.nextPageToken = next
        }
    }

    private static let headings = """
        "StudentIdentifier","FirstName","LastOrSurname","SubmitDateTime","TestSessionId","SchoolName","SchoolYear",\
        "AssessmentType","AssessmentName","Subject","GradeLevelWhenAssessed","Status","ScaleScoreAchievementLevel",\
        "Reporting Category","ScaleScore","Error Band Min","Error Band Max","ELA/Literacy: Reading","MigrantStatus",\
        "EnglishLanguageAcquisitionStatus","HispanicOrLatinoEthnicity","AmericanIndianOrAlaskaNative","Asian",\
        "BlackOrAfricanAmerican","White","NativeHawaiianOrOtherPacificIslander","DemographicRaceTwoOrMoreRaces",\
        "Filipino","AssignedAccommodationList"
        """

    private static func quoted(_ cells: [String]) -> String { cells.map { "\"\($0)\"" }.joined(separator: ",") }

    @Test("results §5.1, G3, G4, G7: pages of a file are one file, with its columns, states and names")
    func bytes() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            running.neighbours.state.withLock {
                $0.filePages = [
                    Self.page([Self.exam(1, "Álvarez", scale: 2_432_000, error: 20_500)], next: "token"),
                    Self.page([Self.exam(2, "-Li", scale: nil, error: nil, level: 0)]),
                ]
            }
            let reply = try await running.get(
                "/api/v1/schools/5/results.csv?grade=03&year=2026&assessment=11&manner=SD&gender=Female&gender=none&transfers=hide"
            )
            #expect(reply.status == 200)
            #expect(reply.header("Content-Type") == "text/csv; charset=utf-8")
            #expect(reply.header("Cache-Control")?.contains("no-store") == true)
            let name = reply.header("Content-Disposition") ?? ""
            #expect(name.hasPrefix("attachment; filename=\"Demo_School-G3-") && name.hasSuffix(".csv\""))
            #expect(Array(reply.body.prefix(3)) == [0xEF, 0xBB, 0xBF])
            let lines = String(decoding: reply.body.dropFirst(3), as: UTF8.self).components(separatedBy: "\r\n")
            #expect(lines.count == 4 && lines[3].isEmpty)
            #expect(lines[0] == Self.headings)
            let common = [
                "Apr 3, 2018", "S-1", "Demo \"\"School\"\"", "2025-26", "Summative", "Grade 3 ELA", "ELA/Literacy",
                "G4",
            ]
            let context = ["", "English Learner", "", "", "", "", "Yes", "", "", "Yes", "TDS_ASL1|NEA_Calc"]
            let scored = ["Valid", "Below", "", "2432", "2411.5", "2452.5", "Level 7"]
            let unscored = ["Valid Partial", "", "", "", "", "", "Level 7"]
            #expect(lines[1] == Self.quoted(["001", "'=Zoë", "Álvarez"] + common + scored + context))
            #expect(lines[2] == Self.quoted(["002", "'=Zoë", "'-Li"] + common + unscored + context))
            let asks = running.neighbours.state.withLock { $0.fileAsks }
            #expect(asks.map(\.pageToken) == ["", "token"])
            let school = try #require(asks.first?.school)
            #expect(school.schoolID == 5 && school.hideTransfers && school.assessmentIDs == [11])
            #expect(school.filter?.manner == "SD")
            #expect(school.filter?.fields.map(\.field) == ["gender"])
            #expect(school.filter?.fields.first?.codes == ["Female", "none"])
        }
    }

    @Test("results §5.2: a student's file is named after nobody and has no demographic column")
    func history() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            running.neighbours.state.withLock {
                var page = Self.page([Self.exam(1, "Álvarez", scale: 2_432_000, error: nil)])
                page.fields = []
                $0.filePages = [page]
            }
            let reply = try await running.get(
                "/api/v1/students/9/history.csv?year=2026&subject=ELA&type=sum&offGrade=hide")
            #expect(reply.header("Content-Disposition")?.contains("student-test-history-") == true)
            #expect(reply.header("Content-Disposition")?.contains("001") == false)
            let lines = reply.text.components(separatedBy: "\r\n")
            #expect(lines[0].hasSuffix("\"ELA/Literacy: Reading\",\"AssignedAccommodationList\""))
            #expect(lines[1].contains("\"2432\",\"\",\"\",\"Level 7\",\"TDS_ASL1|NEA_Calc\""))
            let ask = try #require(running.neighbours.state.withLock { $0.fileAsks.first })
            #expect(ask.student?.studentID == 9 && ask.student?.filter?.hideOffGrade == true)
            #expect(ask.schoolYear == 2026 && ask.subject == "ELA" && ask.type == "sum")
        }
    }

    @Test("sessions of a group's page: some, none, and those without a name")
    func sessions() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_PII_READ"])
            #expect(
                try await running.get("/api/v1/groups/3/results?year=2026&session=12:A:B&session=12:&session=14").status
                    == 200)
            let ask = try #require(running.neighbours.state.withLock { $0.groupAsks.last })
            #expect(ask.sessions.map(\.assessmentID) == [12, 14])
            #expect(ask.sessions.map(\.sessionIDs) == [["A:B", ""], []])
            for wrong in ["A", "0:A", ":A", "99999999999999999999:A"] {
                #expect(
                    try await running.get("/api/v1/groups/3/results?year=2026&session=\(wrong)").status == 400,
                    "\(wrong)")
            }
        }
    }

    @Test("a file that would not say what is missing is not made")
    func withheld() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            for change: (inout ExportedExams) -> Void in [{ $0.notice = .withheld }, { $0.groupsOff = true }] {
                running.neighbours.state.withLock {
                    var page = Self.page([])
                    change(&page)
                    $0.filePages = [page]
                    $0.fileAsks = []
                }
                let refused = try await running.get("/api/v1/students/9/history.csv")
                #expect(refused.status == 503)
            }
            running.neighbours.fail("exportExams", Fault(.notFound, "nobody"))
            let missing = try await running.get("/api/v1/students/9/history.csv")
            #expect(missing.status == 404)
        }
    }
}
