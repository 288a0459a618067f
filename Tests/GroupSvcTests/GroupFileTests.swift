import Testing

@testable import GroupSvc

/// The rules of a file of groups, one row a case (access §4.4–§4.6, §11.5), as lea@x.org of district D1: S1 and S2 are in
/// scope, S3 is not.
@Suite struct GroupFileTests {
    static let s1 = "88800120012001"
    static let s2 = "88800120012002"
    static let s3 = "01100170123456"
    static let lookups = GroupFileLookups(
        schools: [s1: 1, s2: 2], schoolYears: [2018, 2019, 2020], subjects: ["ela": 10, "math": 11, "elpac": 12])
    static let header = GroupFile.headings.joined(separator: ",")

    static func read(_ text: String, name: String = "groups.csv", pieces: Int = 1 << 20) throws -> GroupFile {
        try read(Array(text.utf8), name: name, pieces: pieces)
    }

    static func read(_ bytes: [UInt8], name: String = "groups.csv", pieces: Int = 1 << 20) throws -> GroupFile {
        var start = 0
        return try GroupFile(
            {
                guard start < bytes.count else { return nil }
                defer { start += pieces }
                return Array(bytes[start..<min(bytes.count, start + pieces)])
            }, name: name, lookups)
    }

    static func rows(_ rows: String...) -> String { ([header] + rows).joined(separator: "\n") + "\n" }
    static func row(_ school: String, _ name: String, _ rest: String = ",,", year: String = "2020") -> String {
        "\(name),\(school),\(year),\(rest)"
    }

    static let invalidHeaders =
        "Row: 0 Failure: Invalid headers. Headers must be in order: group_name, school_natural_id, school_year, subject_code, student_ssid, group_user_login"

    /// Id, file, message.
    static let refused: [(String, String, String)] = [
        (
            "T40 F317",
            "school_natural_id,group_name,school_year,subject_code,student_ssid,group_user_login\n1,2,3,,,\n",
            invalidHeaders
        ),
        ("T41", header + "\n", "Row: 0 Failure: Empty file"),
        ("T41 nothing", "", "Row: 0 Failure: Empty file"),
        ("T41 blanks", "\n  \n" + header + "\n\n   \n", "Row: 0 Failure: Empty file"),
        (
            "T42 F316", rows(row("1.23457E+13", "P1", "ELA,9000000001,t@x.org")),
            "Row: 1 Failure: School [1.23457E+13] cannot be found"
        ),
        (
            "T43 F318", rows(row(s3, "P1", "ELA,9000000003,t@x.org")),
            "Row: 1 Failure: School [01100170123456] cannot be found"
        ),
        ("T44 F308", rows(",88800120012001,2020,,,"), "Row: 1 Failure: Record does not contain a group name"),
        ("T45", rows(row(s1, "P1", year: "20x0")), "Row: 1 Failure: Record does not contain a school year"),
        ("T45 blank", rows(row(s1, "P1", year: "")), "Row: 1 Failure: Record does not contain a school year"),
        (
            "T45 huge", rows(row(s1, "P1", year: "99999999999999999999")),
            "Row: 1 Failure: Record does not contain a school year"
        ),
        ("T46", rows(row(s1, "P1", year: "1999")), "Row: 1 Failure: Invalid school year: 1999"),
        ("T46 below", rows(row(s1, "P1", year: "-2020")), "Row: 1 Failure: Invalid school year: -2020"),
        ("T47", rows(row(s1, "P1", "Latin,1,")), "Row: 1 Failure: Invalid subject: Latin"),
        (
            "T48 F309", rows(row(s1, "P1"), row(s2, "P1"), row(s1, "P2")),
            "Row: 3 Failure: School [88800120012001] is out-of-order: sort CSV by school, group, year"
        ),
        (
            "T49", rows(row(s1, "P1"), row(s1, "P2"), row(s1, "P1")),
            "Row: 3 Failure: Record is out-of-order: sort CSV by school, group, year"
        ),
        (
            "T49 in other letters", rows(row(s1, "P1"), row(s1, "P2"), row(s1, "p1")),
            "Row: 3 Failure: Record is out-of-order: sort CSV by school, group, year"
        ),
        (
            "T50", rows(row(s1, "P1", "ELA,,"), row(s1, "P1"), row(s1, "P1", "Math,,")),
            "Row: 3 Failure: Record is attempting to re-define group subject from [ELA] to [Math]"
        ),
        (
            "T50 all", rows(row(s1, "P1", "ALL,,"), row(s1, "P1", "ELA,,")),
            "Row: 2 Failure: Record is attempting to re-define group subject from [ALL] to [ELA]"
        ),
        (
            "T53 F311", rows(members(201)),
            "Row: 201 Failure: School [88800120012001] Group [P1] contains 201 students.  Maximum students allowed per group is 200"
        ),
        (
            "T53 the group's own school", rows(members(201), row(s2, "P1")),
            "Row: 201 Failure: School [88800120012001] Group [P1] contains 201 students.  Maximum students allowed per group is 200"
        ),
        (
            "T55 F310", rows(row(s1, "P1", "ELA,1,\"a@x.org;b@x.org\"")),
            "Row: 1 Failure: Record contains more than one user login: only one email address is allowed per row"
        ),
        (
            "T55 blank", rows(row(s1, "P1", ",,a@x.org b@x.org")),
            "Row: 1 Failure: Record contains more than one user login: only one email address is allowed per row"
        ),
        (
            "T55 glued", rows(row(s1, "P1", ",,a@x.orgb@x.org")),
            "Row: 1 Failure: Record contains more than one user login: only one email address is allowed per row"
        ),
        ("T60", header.replacing(",", with: ";") + "\nP1;88800120012001;2020;;;\n", invalidHeaders),
        ("T62", rows(row("1", "A"), row("1", "B"), row("1", "C")), "Row: 1 Failure: School [1] cannot be found"),
        (
            "T68", rows(row(s1, "P1"), row("1", "P1"), row(s1, "P1")),
            """
            Row: 2 Failure: School [1] cannot be found
            Row: 3 Failure: School [88800120012001] is out-of-order: sort CSV by school, group, year
            """
        ),
        (
            "T68b", rows(row(s1, "P1"), row("", "P1"), row(s1, "P1")),
            "Row: 2 Failure: Record does not contain a school"
        ),
        (
            "T68c", rows(row(s1, "P1", "ELA,,"), row(s1, "P1", "Math,,"), row(s1, "P1", "ELA,,")),
            """
            Row: 2 Failure: Record is attempting to re-define group subject from [ELA] to [Math]
            Row: 3 Failure: Record is attempting to re-define group subject from [Math] to [ELA]
            """
        ),
        ("T68d", "a,b,c\n", "Row: 0 Failure: Empty file"),
        (
            "V5–V7 are said for every row", rows(",,,,,", ",,,,,", row(s1, "")),
            """
            Row: 1 Failure: Record does not contain a school
            Row: 2 Failure: Record does not contain a school
            Row: 3 Failure: Record does not contain a group name
            """
        ),
        (
            "V8 and V9 do not stop the checks of a row",
            rows(row("1", "P1", "Latin,,", year: "1999")),
            """
            Row: 1 Failure: Invalid school year: 1999
            Row: 1 Failure: Invalid subject: Latin
            Row: 1 Failure: School [1] cannot be found
            """
        ),
        (
            "V10 and V11 for one row", rows(row("1", "P1"), row(s1, "P1"), row("1", "P1")),
            """
            Row: 1 Failure: School [1] cannot be found
            Row: 3 Failure: School [1] is out-of-order: sort CSV by school, group, year
            """
        ),
        (
            "V16 name", rows(row(s1, String(repeating: "x", count: 256))),
            "Row: 1 Failure: Value too long in column group_name"
        ),
        (
            "V16 ssid", rows(row(s1, "P1", ",\(String(repeating: "1", count: 66)),")),
            "Row: 1 Failure: Value too long in column student_ssid"
        ),
        (
            "V16 login", rows(row(s1, "P1", ",,\(String(repeating: "a", count: 256))")),
            "Row: 1 Failure: Value too long in column group_user_login"
        ),
        (
            "V2 open quote", rows(row(s1, "\"P1")),
            "Row: 0 Failure: File does not appear to be a valid CSV with a header row"
        ),
        (
            "V2 counts alone", rows(row("1", "P1"), row(s1, "\"P1\"x")),
            "Row: 0 Failure: File does not appear to be a valid CSV with a header row"
        ),
        ("V3 NUL", rows(row(s1, "P\0Q")), "Row: 0 Failure: Error reading file [groups.csv]"),
        (
            "users have a limit too",
            rows((1...1_001).map { row(s1, "P1", ",,u\($0)@x.org") }.joined(separator: "\n")),
            "Row: 1001 Failure: School [88800120012001] Group [P1] contains 1001 users.  Maximum users allowed per group is 1000"
        ),
    ]

    static func members(_ count: Int) -> String {
        (1...count).map { row(s1, "P1", ",\(9_000_000_000 + $0),") }.joined(separator: "\n")
    }

    @Test("F305 F306 F308 F309 F310 F311 F317 F318 every message of access §4.6", arguments: refused)
    func refusals(id: String, file: String, message: String) throws {
        let read = try Self.read(file)
        #expect(!read.isAccepted && read.groups.isEmpty, "\(id)")
        #expect(read.message == message, "\(id)")
    }

    @Test("bytes that are no text are named by the file")
    func notText() throws {
        let file = try Self.read(Array(Self.header.utf8) + [10, 0xFF, 0xFE, 10], name: "period 1.csv")
        #expect(file.message == "Row: 0 Failure: Error reading file [period 1.csv]")
    }

    @Test("a value without end is not repeated without end")
    func longValues() throws {
        let long = String(repeating: "9", count: 100_000)
        let file = try Self.read(Self.rows(Self.row(long, "P1"), Self.row(Self.s1, "P2", "\(long),,")))
        #expect(file.message.utf8.count < 1_000 && file.message.contains("…] cannot be found"))
    }

    @Test("T61 after a hundred lines only the number of the others is told")
    func manyFailures() throws {
        let rows = (1...150).map { Self.row("no\($0)", "P1") }.joined(separator: "\n")
        let lines = try Self.read(Self.rows(rows)).message.split(separator: "\n")
        #expect(lines.count == 101)
        #expect(lines[0] == "Row: 1 Failure: School [no1] cannot be found")
        #expect(lines[99] == "Row: 100 Failure: School [no100] cannot be found")
        #expect(lines[100] == "With 50 additional validation failures")
    }

    static func draft(
        _ name: String, school: Int64 = 1, subject: Int32? = nil, _ ssids: [String] = [], logins: [String] = []
    ) -> GroupDraft {
        GroupDraft(
            schoolID: school, schoolNaturalID: school == 1 ? s1 : s2, schoolYear: 2020, name: name, subjectID: subject,
            ssids: ssids, logins: logins)
    }

    static let accepted: [(String, String, [GroupDraft])] = [
        ("T51 F315", rows(row(s1, "P1"), row(s1, "P1", "math,,")), [draft("P1", subject: 11)]),
        ("T52 F312", rows(row(s1, "P1"), row(s1, "P1")), [draft("P1")]),
        ("T52 all", rows(row(s1, "P1", "aLL,,"), row(s1, "P1")), [draft("P1")]),
        ("T57 F314", rows(row(s1, "Period 1")), [draft("Period 1")]),
        (
            "T59", "\u{FEFF}" + header.uppercased() + "\r\n" + row(s1, "P1", "ELA,1,T@X.org") + "\r\n",
            [draft("P1", subject: 10, ["1"], logins: ["t@x.org"])]
        ),
        ("CR", header + "\r" + row(s1, "P1", ",1,") + "\r", [draft("P1", ["1"])]),
        (
            "columns after the six, quotes, blanks around values",
            header + ",remark\n\" P \"\"1\"\" \", \(s1) ,2020,,\" 1 \",\" a@x.org \",so\n",
            [draft("P \"1\"", ["1"], logins: ["a@x.org"])]
        ),
        ("V17 missing trailing cells", header + "\nP1,\(s1),2020\n", [draft("P1")]),
        (
            "trap 25 twice is once", rows(row(s1, "P1", ",1,a@x.org"), row(s1, "p1", ",1,A@x.org")),
            [draft("P1", ["1"], logins: ["a@x.org"])]
        ),
        ("no comments", rows(row(s1, "#1", ",1,")), [draft("#1", ["1"])]),
        (
            "F307 the same name in another school or year is another group",
            rows(row(s1, "P1", ",1,"), row(s2, "P1", ",2,")), [draft("P1", ["1"]), draft("P1", school: 2, ["2"])]
        ),
        ("limits", rows(row(s1, String(repeating: "ä", count: 255))), [draft(String(repeating: "ä", count: 255))]),
    ]

    @Test("F307 F312 F314 F315 what an accepted file says", arguments: accepted)
    func accepts(id: String, file: String, groups: [GroupDraft]) throws {
        for pieces in [1, 3, 1 << 20] {
            let read = try Self.read(file, pieces: pieces)
            #expect(read.isAccepted, "\(id): \(read.message)")
            #expect(read.groups == groups, "\(id)")
        }
    }

    @Test("T54 two hundred students and one of them again are two hundred")
    func twoHundred() throws {
        let file = try Self.read(Self.rows(Self.members(200), Self.row(Self.s1, "P1", ",9000000001,")))
        #expect(file.groups.map(\.ssids.count) == [200])
    }

    @Test("T63 T64 one line for each school, in the order of the file; a school out of scope refuses all of it")
    func success() throws {
        let two = Self.rows(Self.row(Self.s1, "P1"), Self.row(Self.s1, "P2"), Self.row(Self.s2, "P1"))
        #expect(
            try Self.read(two).message
                == "2 groups accepted for 88800120012001.\n1 group accepted for 88800120012002.")
        let foreign = try Self.read(Self.rows(Self.row(Self.s1, "P1"), Self.row(Self.s3, "P1")))
        #expect(!foreign.isAccepted && foreign.groups.isEmpty)
        #expect(foreign.schoolIDs == [1] && !foreign.allSchoolsKnown)
    }

    @Test("more than a hundred schools are counted")
    func manySchools() throws {
        let schools = (1...130).map { ("no\($0)", Int64($0)) }
        let lookups = GroupFileLookups(
            schools: Dictionary(uniqueKeysWithValues: schools), schoolYears: [2020], subjects: [:])
        let text = Self.rows(schools.map { Self.row($0.0, "P1") }.joined(separator: "\n"))
        var rest: [UInt8]? = Array(text.utf8)
        let file = try GroupFile(
            {
                defer { rest = nil }
                return rest
            }, name: "", lookups)
        let lines = file.message.split(separator: "\n")
        #expect(lines.count == 101 && lines.last == "With 30 additional schools")
        #expect(file.schoolIDs.count == 130)
    }

    @Test("what was unknown and may be news is told by kind")
    func news() throws {
        #expect(try Self.read(Self.rows(Self.row("1", "P1"))).unknown == [.school])
        #expect(try Self.read(Self.rows(Self.row(Self.s1, "P1", year: "2021"))).unknown == [.schoolYear])
        #expect(try Self.read(Self.rows(Self.row(Self.s1, "P1", "CAST,,"))).unknown == [.subject])
        #expect(try Self.read(Self.rows(Self.row(Self.s1, "P1"))).unknown == [])
    }
}
