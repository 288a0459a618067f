import Tabular

/// One group as a file says it.
struct GroupDraft: Sendable, Equatable {
    var schoolID: Int64
    var schoolNaturalID: String
    var schoolYear: Int32
    /// As spelled in the group's first row.
    var name: String
    /// Nil: all subjects.
    var subjectID: Int32?
    /// Distinct, in the order of the file.
    var ssids: [String] = []
    /// Distinct, in lower case, in the order of the file.
    var logins: [String] = []

    /// Names are the same when they differ in case only (access §4.6).
    var nameKey: String { name.lowercased() }
}

/// What a file of groups may name.
struct GroupFileLookups: Sendable {
    enum Kind: Sendable { case school, schoolYear, subject }

    /// Schools in the uploader's scope, by natural id.
    var schools: [String: Int64]
    var schoolYears: Set<Int32>
    /// Ids by code in lower case.
    var subjects: [String: Int32]
}

/// A file of groups, read and checked as a whole before anything is stored: one error refuses it (access §4.4–§4.6).
/// Rule: Group R2.
struct GroupFile: Sendable {
    static let headings = [
        "group_name", "school_natural_id", "school_year", "subject_code", "student_ssid", "group_user_login",
    ]
    /// Beyond it a file is refused unread (access §4.4).
    static let sizeLimit: Int64 = 100 << 20
    static let studentLimit = 200
    /// Ours: the guide knows no limit of users, but nothing here is without one.
    static let userLimit = 1_000
    /// A group may be called "#1", so no line is a comment.
    private static let format = TableFormat(separator: UInt8(ascii: ","), comments: false)

    /// Empty when the file is refused.
    let groups: [GroupDraft]
    /// What the upload shows: failures, or a line for each school.
    let message: String
    let isAccepted: Bool
    /// Of the uploader's schools those that the file names, each once.
    let schoolIDs: [Int64]
    let allSchoolsKnown: Bool
    /// What was unknown and may be news that is on its way here.
    let unknown: Set<GroupFileLookups.Kind>

    /// - Parameters:
    ///   - pieces: the bytes, piece after piece.
    ///   - name: the file's own, for one of the messages.
    init(_ pieces: @escaping () throws -> [UInt8]?, name: String, _ lookups: GroupFileLookups) throws {
        var check = GroupFileCheck(lookups)
        var reader = TableReader(Self.format, more: pieces)
        do {
            try Self.read(&reader, &check)
        } catch let error as TableError {
            // Nothing that was found before counts: what cannot be read is no file of groups.
            check = GroupFileCheck(lookups)
            check.messages.fail(0, Self.text(error, name))
        }
        check.end()
        isAccepted = check.messages.isEmpty
        groups = isAccepted ? check.groups : []
        message = isAccepted ? UploadMessages.accepted(check.acceptedBySchool) : check.messages.text
        schoolIDs = check.schoolIDs
        allSchoolsKnown = check.allSchoolsKnown
        unknown = check.unknown
    }

    private static func read(_ reader: inout TableReader, _ check: inout GroupFileCheck) throws {
        guard let header = try next(&reader) else { return check.messages.fail(0, "Empty file") }
        var row = try next(&reader)
        if row == nil { return check.messages.fail(0, "Empty file") }
        guard headings.indices.allSatisfy({ header[$0].lowercased() == headings[$0] }) else {
            return check.messages.fail(
                0, "Invalid headers. Headers must be in order: \(headings.joined(separator: ", "))")
        }
        while let record = row {
            check.add(record)
            row = try next(&reader)
        }
    }

    /// Lines with nothing but blanks are no records; a line of commas is one.
    private static func next(_ reader: inout TableReader) throws -> TableRow? {
        while let row = try reader.next() {
            if row.count > 1 || !row.isBlank { return row }
        }
        return nil
    }

    private static func text(_ error: TableError, _ name: String) -> String {
        switch error.problem {
        case .invalidUTF8, .nul: "Error reading file [\(name)]"
        default: "File does not appear to be a valid CSV with a header row"
        }
    }
}
