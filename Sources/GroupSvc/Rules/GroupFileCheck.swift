import Tabular

/// The checks of one file, row by row, in the order of access §4.6.
struct GroupFileCheck {
    var messages = UploadMessages()
    private(set) var groups: [GroupDraft] = []
    private(set) var schoolIDs: [Int64] = []
    private(set) var acceptedBySchool: [(naturalID: String, groups: Int)] = []
    private(set) var allSchoolsKnown = true
    private(set) var unknown: Set<GroupFileLookups.Kind> = []

    private let lookups: GroupFileLookups
    private var rows = 0
    /// The run of rows of one school.
    private var school: (naturalID: String, id: Int64?)?
    private var finishedSchools: Set<String> = []
    private var group: Run?
    private var finishedGroups: Set<GroupKey> = []

    private struct GroupKey: Hashable {
        let school: String
        let year: Int32
        let name: String
    }

    /// The run of rows of one group.
    private struct Run {
        let key: GroupKey
        var draft: GroupDraft
        var lastRow: Int
        var subject: String?
        var ssids: Set<String> = []
        var logins: Set<String> = []
    }

    init(_ lookups: GroupFileLookups) { self.lookups = lookups }

    mutating func add(_ row: TableRow) {
        rows += 1
        let naturalID = row[1]
        // A row without a key value says nothing about the order of the others (access §10, trap 21).
        guard !naturalID.isEmpty else { return lacks("a school") }
        let name = row[0]
        guard !name.isEmpty else { return lacks("a group name") }
        guard let year = Self.wholeNumber(row[2]) else { return lacks("a school year") }

        let isNewSchool = naturalID != school?.naturalID
        let key = GroupKey(school: naturalID, year: year, name: name.lowercased())
        if isNewSchool || key != group?.key { endGroup() }
        if !lookups.schoolYears.contains(year) {
            messages.fail(rows, "Invalid school year: \(row[2])")
            unknown.insert(.schoolYear)
        }
        let subject = row[3]
        let subjectID = checkSubject(subject)
        if isNewSchool { beginSchool(naturalID) }
        guard let schoolID = school?.id else { return }

        if group == nil {
            if !finishedGroups.insert(key).inserted {
                messages.fail(rows, "Record is out-of-order: sort CSV by school, group, year")
            }
            let draft = GroupDraft(schoolID: schoolID, schoolNaturalID: naturalID, schoolYear: year, name: name)
            group = Run(key: key, draft: draft, lastRow: rows)
            checkLength(name, 255, column: 0)
        }
        add(subject: subject, subjectID)
        add(ssid: row[4])
        add(login: row[5])
        group?.lastRow = rows
    }

    /// To be called after the last row.
    mutating func end() { endGroup() }

    // MARK: Runs

    /// A school that cannot be found ends the run of the one before it like any other (access §10, trap 21).
    private mutating func beginSchool(_ naturalID: String) {
        if let former = school { finishedSchools.insert(former.naturalID) }
        var id = lookups.schools[naturalID]
        if id == nil {
            messages.fail(rows, "School [\(UploadMessages.quoted(naturalID))] cannot be found")
            allSchoolsKnown = false
            unknown.insert(.school)
        }
        if finishedSchools.contains(naturalID) {
            messages.fail(
                rows, "School [\(UploadMessages.quoted(naturalID))] is out-of-order: sort CSV by school, group, year")
            id = nil
        } else if let id {
            schoolIDs.append(id)
        }
        school = (naturalID, id)
    }

    private mutating func endGroup() {
        guard let run = group else { return }
        group = nil
        func tooMany(_ count: Int, _ what: String, _ limit: Int) {
            messages.fail(
                run.lastRow,
                """
                School [\(run.draft.schoolNaturalID)] Group [\(UploadMessages.quoted(run.draft.name))] contains \(count) \(what).  \
                Maximum \(what) allowed per group is \(limit)
                """)
        }
        if run.ssids.count > GroupFile.studentLimit {
            tooMany(run.ssids.count, "students", GroupFile.studentLimit)
        }
        if run.logins.count > GroupFile.userLimit { tooMany(run.logins.count, "users", GroupFile.userLimit) }
        // A file that is wrong already is read on for its messages only.
        guard messages.isEmpty else {
            groups = []
            acceptedBySchool = []
            return
        }
        groups.append(run.draft)
        if acceptedBySchool.last?.naturalID == run.draft.schoolNaturalID {
            acceptedBySchool[acceptedBySchool.count - 1].groups += 1
        } else {
            acceptedBySchool.append((run.draft.schoolNaturalID, 1))
        }
    }

    // MARK: Cells

    /// Nil where the file names no single subject, or one that there is not.
    private mutating func checkSubject(_ code: String) -> Int32? {
        if code.isEmpty || code.lowercased() == "all" { return nil }
        if let id = lookups.subjects[code.lowercased()] { return id }
        messages.fail(rows, "Invalid subject: \(UploadMessages.quoted(code))")
        unknown.insert(.subject)
        return nil
    }

    /// Blank cells do not count; ALL is a subject like the others here.
    private mutating func add(subject: String, _ id: Int32?) {
        guard !subject.isEmpty else { return }
        if let former = group?.subject, former.lowercased() != subject.lowercased() {
            let (first, second) = (UploadMessages.quoted(former), UploadMessages.quoted(subject))
            messages.fail(rows, "Record is attempting to re-define group subject from [\(first)] to [\(second)]")
        }
        group?.subject = subject
        group?.draft.subjectID = id
    }

    private mutating func add(ssid: String) {
        guard !ssid.isEmpty, checkLength(ssid, 65, column: 4) else { return }
        if group?.ssids.insert(ssid).inserted == true, messages.isEmpty { group?.draft.ssids.append(ssid) }
    }

    private mutating func add(login: String) {
        guard !login.isEmpty, checkLength(login, 255, column: 5) else { return }
        let several = login.contains { $0 == "," || $0 == ";" || $0.isWhitespace }
        guard !several, login.utf8.count(where: { $0 == UInt8(ascii: "@") }) <= 1 else {
            return messages.fail(
                rows, "Record contains more than one user login: only one email address is allowed per row")
        }
        let lower = login.lowercased()
        if group?.logins.insert(lower).inserted == true, messages.isEmpty { group?.draft.logins.append(lower) }
    }

    @discardableResult
    private mutating func checkLength(_ value: String, _ limit: Int, column: Int) -> Bool {
        // Bytes are never fewer than characters.
        if value.utf8.count <= limit || value.unicodeScalars.count <= limit { return true }
        messages.fail(rows, "Value too long in column \(GroupFile.headings[column])")
        return false
    }

    private mutating func lacks(_ what: String) {
        messages.fail(rows, "Record does not contain \(what)", always: true)
    }

    /// At most nine digits: no year is longer, and nothing overflows.
    private static func wholeNumber(_ text: String) -> Int32? {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int32(text)
    }
}
