import Access
import Contracts
import Postgres
import StateCopies

/// A group that somebody chose on a page of groups.
struct ChosenGroup: Sendable {
    let group: StudentGroup
    let subjectID: Int32?

    /// *Exact* text of access §4.11, two blanks included.
    static let unavailable = Fault(
        .notFound,
        "This group is unavailable.  Contact your building administrator if you think you should have access to this group."
    )

    /// The group, if it names the caller, lies in the caller's group scope and has students (access §4.11). Unknown,
    /// foreign and empty look the same.
    ///
    /// - Throws: `Fault` `.notFound`; `.unavailable` while memberships cannot be proved fresh.
    static func read(
        _ session: borrowing Session, _ view: Gate.View, _ id: Int64, of caller: CallerClaims,
        _ subjects: SubjectCatalogue.Content
    ) throws -> ChosenGroup {
        if view.groupsAreOff { throw Gate.groupsOff }
        let scope = try caller.requireScope(of: .groupPIIRead)
        let row = try session.row(
            """
            SELECT g.name, g.school_id, c.name, g.school_year, g.subject_id,
                   (SELECT count(*) FROM group_student m WHERE m.group_id = g.id)
              FROM student_group g JOIN school c ON c.id = g.school_id
             WHERE g.id = \(id) AND \(scope.contains(school: "c"))
               AND EXISTS (SELECT 1 FROM group_login l WHERE l.group_id = g.id AND l.login = \(caller.groupLogin))
            """, as: (String, Int64, String, Int32, Int32?, Int64).self)
        guard let (name, schoolID, schoolName, year, subjectID, students) = row, students > 0 else {
            throw unavailable
        }
        return ChosenGroup(
            group: .with {
                $0.id = id
                $0.name = name
                $0.schoolID = schoolID
                $0.schoolName = schoolName
                $0.schoolYear = year
                $0.subject = subjectID.flatMap { subjects.codes[$0] } ?? ""
                $0.students = Int32(clamping: students)
            }, subjectID: subjectID)
    }

    /// The exams of its students in its subject, of every year and school (access §2.8).
    var exams: SQL {
        let members: SQL = "e.student_id IN (SELECT m.student_id FROM group_student m WHERE m.group_id = \(group.id))"
        return subjectID.map { "\(members) AND e.subject_id = \($0)" } ?? members
    }

    /// - Parameter hidesTransfers: only what was taken at the group's school; that is the context of its page.
    func exams(in year: Int32, hidesTransfers: Bool = false) -> SQL {
        let all: SQL = "\(exams) AND e.school_year = \(year)"
        return hidesTransfers ? "\(all) AND e.school_id = \(group.schoolID)" : all
    }
}
