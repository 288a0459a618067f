import Audit

extension AuditEvent {
    /// Pickers of the school page: numbers of nobody, but they tell where somebody looks.
    static func schoolGrades(_ school: Int64) -> AuditEvent {
        AuditEvent("results.schoolGrades", details: ["school": String(school)])
    }

    static func schoolAssessments(_ school: Int64, grade: String, schoolYear: Int32) -> AuditEvent {
        AuditEvent(
            "results.schoolAssessments",
            details: ["school": String(school), "grade": grade, "schoolYear": String(schoolYear)])
    }

    static func schoolResults(_ school: Int64, grade: String, schoolYear: Int32, students: [Int64]) -> AuditEvent {
        AuditEvent(
            "results.school", studentIDs: students,
            details: ["school": String(school), "grade": grade, "schoolYear": String(schoolYear)])
    }

    static func groupAssessments(_ group: Int64, schoolYear: Int32) -> AuditEvent {
        AuditEvent(
            "results.groupAssessments", details: ["group": String(group), "schoolYear": String(schoolYear)])
    }

    static func groupResults(_ group: Int64, schoolYear: Int32, students: [Int64]) -> AuditEvent {
        AuditEvent(
            "results.group", studentIDs: students, details: ["group": String(group), "schoolYear": String(schoolYear)])
    }

    static func groupDashboard(_ group: Int64, schoolYear: Int32) -> AuditEvent {
        AuditEvent("results.groupDashboard", details: ["group": String(group), "schoolYear": String(schoolYear)])
    }

    /// The SSID is kept as a digest only (access §8.1).
    static func studentSearch(ssidDigest: String, found: Int64?) -> AuditEvent {
        AuditEvent(
            "results.studentSearch", studentIDs: found.map { [$0] } ?? [],
            details: ["ssid": ssidDigest, "found": found == nil ? "no" : "yes"])
    }

    static func studentHistory(_ student: Int64) -> AuditEvent {
        AuditEvent("results.studentHistory", studentIDs: [student])
    }
}
