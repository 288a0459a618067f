import Access
import Contracts
import Postgres
import StateCopies

/// A school that somebody chose on the school page.
enum ChosenSchool {
    /// *Exact* text of access §2.8, two blanks included.
    static let unavailable =
        "This school is unavailable.  Contact your building administrator if you think you should have access to this school."

    /// The school's name, if it lies in the caller's individual scope. Unknown and forbidden look the same.
    /// - Throws: `Fault` `.notFound`.
    static func name(_ session: borrowing Session, _ schoolID: Int64, in scope: Scope) throws -> String {
        let name = try session.row(
            "SELECT c.name FROM school c WHERE c.id = \(schoolID) AND \(scope.contains(school: "c"))",
            as: (String).self)
        guard let name else { throw Fault(.notFound, unavailable) }
        return name
    }
}

extension Int32 {
    /// A school year from outside.
    /// - Throws: `Fault` `.malformed` outside 2000…2100.
    func checkedSchoolYear() throws -> Int32 {
        guard (2000...2100).contains(self) else {
            throw Fault(
                .malformed, "school year \(self)", violations: [.init(field: "schoolYear", problem: "2000 to 2100")])
        }
        return self
    }
}

extension String {
    /// An assessment grade from outside.
    /// - Throws: `Fault` `.malformed` for a code that is not in the grade list.
    func checkedGrade() throws -> String {
        guard ExamCode.gradeOrder.contains(self) else {
            throw Fault(.malformed, "unknown grade", violations: [.init(field: "grade", problem: "unknown")])
        }
        return self
    }
}
