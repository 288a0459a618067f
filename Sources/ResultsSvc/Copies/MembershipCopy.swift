import Contracts
import Postgres

/// This service's copy of who is in which group, used only under the lease of its feed (access §2.8).
enum MembershipCopy {
    static func apply(_ session: borrowing Session, _ rows: [MembershipRow]) throws {
        let present = rows.filter { !$0.deleted }
        let gone = rows.filter(\.deleted).map(\.groupID)
        if !gone.isEmpty {
            try session.run("DELETE FROM group_student WHERE group_id = ANY(\(gone))")
            try session.run("DELETE FROM group_login WHERE group_id = ANY(\(gone))")
            try session.run("DELETE FROM student_group WHERE id = ANY(\(gone))")
        }
        if present.isEmpty { return }
        let ids = present.map(\.groupID)
        try session.run(
            """
            INSERT INTO student_group (id, name, school_id, school_year, subject_id)
            SELECT id, name, school, year, nullif(subject, 0)::int
              FROM unnest(\(ids), \(present.map(\.name)), \(present.map(\.schoolID)), \(present.map(\.schoolYear)),
                          \(present.map(\.subjectID))) AS g(id, name, school, year, subject)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, school_id = excluded.school_id,
                school_year = excluded.school_year, subject_id = excluded.subject_id
            """)
        let students = present.flatMap { row in row.studentIDs.map { (row.groupID, $0) } }
        try session.run(
            """
            DELETE FROM group_student m WHERE m.group_id = ANY(\(ids)) AND NOT EXISTS (
                SELECT FROM unnest(\(students.map(\.0)), \(students.map(\.1))) AS n(g, s)
                 WHERE n.g = m.group_id AND n.s = m.student_id)
            """)
        try session.run(
            """
            INSERT INTO group_student (group_id, student_id)
            SELECT * FROM unnest(\(students.map(\.0)), \(students.map(\.1))) ON CONFLICT DO NOTHING
            """)
        let logins = present.flatMap { row in row.logins.map { (row.groupID, $0) } }
        try session.run(
            """
            DELETE FROM group_login l WHERE l.group_id = ANY(\(ids)) AND NOT EXISTS (
                SELECT FROM unnest(\(logins.map(\.0)), \(logins.map(\.1))) AS n(g, login)
                 WHERE n.g = l.group_id AND n.login = l.login)
            """)
        try session.run(
            """
            INSERT INTO group_login (group_id, login)
            SELECT * FROM unnest(\(logins.map(\.0)), \(logins.map(\.1))) ON CONFLICT DO NOTHING
            """)
    }

    static func clear(_ session: borrowing Session) throws {
        try session.run("DELETE FROM group_student")
        try session.run("DELETE FROM group_login")
        try session.run("DELETE FROM student_group")
    }
}
