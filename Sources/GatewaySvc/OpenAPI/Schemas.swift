/// Shapes that several routes share.
enum Schemas {
    static let id = Schema.integer(1...Int64.max)
    static let text = Schema.text()
    static let year = Schema.integer(Parameter.years)
    static let notice = Schema.oneOf(["none", "preview", "withheld"])
    static let instant = Schema.text(format: "date-time")

    static func object(_ members: Schema.Member...) -> Schema { .object(members) }

    /// Every shape with a name of its own.
    static let all = general + reports

    private static let general: [(name: String, schema: Schema)] = [
        (
            "Problem",
            object(
                Schema.member("type", text), Schema.member("title", text), Schema.member("status", .integer(400...599)),
                Schema.member("detail", .text(meaning: "For people; says what to do.")),
                Schema.member("requestId", .text(pattern: "^[0-9a-f]{32}$")),
                Schema.optional(
                    "violations",
                    .list(object(Schema.member("field", text), Schema.member("problem", text)))))
        ),
        (
            "Session",
            object(
                Schema.member(
                    "user",
                    object(
                        Schema.member("displayName", text), Schema.member("login", text),
                        Schema.member("organizationName", text))),
                Schema.member("role", text), Schema.member("permissions", .list(text)),
                Schema.member(
                    "csrf", .text(meaning: "To be sent as X-CSRF with every request that changes something.")),
                Schema.member("idleSecondsLeft", .integer(0...86_400)),
                Schema.member("idleSeconds", .integer(0...86_400)),
                Schema.member("sandbox", .boolean), Schema.member("stateName", text),
                Schema.member("currentSchoolYear", .integer(meaning: "0 before the first year is known.")),
                Schema.member("schoolYears", .list(year)), Schema.member("transferAccess", .boolean))
        ),
        (
            "Assessment",
            object(
                Schema.member("id", id), Schema.member("naturalId", text), Schema.member("label", text),
                Schema.member("grade", text), Schema.member("type", text), Schema.member("subject", text),
                Schema.member("schoolYear", .integer()))
        ),
        (
            "Statistics",
            object(
                Schema.optional("code", text), Schema.member("results", .integer(0...Int64(Int32.max))),
                Schema.member("average", .nullable(.number())),
                Schema.member("standardErrorOfMean", .nullable(.number())),
                Schema.member("averageRounded", .nullable(.integer())),
                Schema.member("standardErrorRounded", .nullable(.integer())),
                Schema.member("levelCounts", .list(.integer())),
                Schema.member("levelPercents", .list(.integer(0...100))))
        ),
        (
            "Score",
            object(
                Schema.optional("code", text), Schema.member("scaleScore", .nullable(.number())),
                Schema.member("standardError", .nullable(.number())),
                Schema.member("level", .nullable(.integer(1...100))))
        ),
        (
            "Exam",
            object(
                Schema.member("id", id), Schema.member("assessmentId", id), Schema.member("student", .named("Student")),
                Schema.member("school", object(Schema.member("id", .integer()), Schema.member("name", text))),
                Schema.member("schoolYear", .integer()), Schema.member("enrolledGrade", text),
                Schema.member("completedAt", instant),
                Schema.member("date", .nullable(.text(format: "date", meaning: "The day in the state's time zone."))),
                Schema.member("session", .nullable(text)), Schema.member("completeness", .nullable(text)),
                Schema.member("condition", .nullable(text)), Schema.member("status", text),
                Schema.member("opportunityId", text), Schema.member("overall", .named("Score")),
                Schema.member("claims", .list(.named("Score"))), Schema.member("alternates", .list(.named("Score"))),
                Schema.member("fromPreviousSchool", .boolean), Schema.member("embargoed", .boolean))
        ),
        (
            "Student",
            object(
                Schema.member("id", id), Schema.member("ssid", text), Schema.member("firstName", .nullable(text)),
                Schema.member("lastName", .nullable(text)))
        ),
        (
            "Results",
            object(
                Schema.member("assessment", .named("Assessment")), Schema.member("overall", .named("Statistics")),
                Schema.member("alternates", .list(.named("Statistics"))),
                Schema.member("claims", .list(.named("Statistics"))),
                Schema.member("examCount", .integer()), Schema.member("unfilteredCount", .integer()),
                Schema.member("embargoedCount", .integer()),
                Schema.member(
                    "sessions",
                    .list(
                        object(
                            Schema.member("session", .nullable(text)),
                            Schema.member("date", .nullable(.text(format: "date"))),
                            Schema.member("chosen", .boolean)))), Schema.member("nextPageToken", .nullable(text)),
                Schema.member("exams", .list(.named("Exam"))))
        ),
        (
            "AssignedGroup",
            object(
                Schema.member("id", id), Schema.member("name", text),
                Schema.member("school", object(Schema.member("id", id), Schema.member("name", text))),
                Schema.member("schoolYear", year),
                Schema.member("subject", .nullable(.text(meaning: "Code; null: all subjects."))))
        ),
        (
            "Group",
            object(
                Schema.member("id", id), Schema.member("name", text),
                Schema.member("school", object(Schema.member("id", id), Schema.member("name", text))),
                Schema.member("schoolYear", year),
                Schema.member("subject", .nullable(.text(meaning: "Code; null: all subjects."))),
                Schema.member("students", .integer(0...Int64(Int32.max))))
        ),
        (
            "GroupUpload",
            object(
                Schema.member("id", id), Schema.member("fileName", text), Schema.member("created", instant),
                Schema.member("status", text), Schema.member("message", .nullable(text)),
                Schema.member("uploader", .nullable(.text(meaning: "Login of somebody else; null: the caller."))))
        ),
        (
            "ScoreDefinition",
            object(
                Schema.member("name", text),
                Schema.member(
                    "levels",
                    .list(
                        object(
                            Schema.member("level", .integer()), Schema.member("name", text),
                            Schema.member("shortName", text),
                            Schema.member("suffix", text), Schema.member("color", text)))),
                Schema.member("standardCutoff", .nullable(.integer())))
        ),
        (
            "ScoreCode",
            object(
                Schema.member("code", text), Schema.member("name", text), Schema.member("icon", text),
                Schema.member("displayOrder", .integer()))
        ),
        (
            "EmbargoCell",
            object(
                Schema.member("value", .oneOf(["unset", "embargoed", "released"])),
                Schema.member("effective", .oneOf(["embargoed", "released"])), Schema.member("mayChange", .boolean),
                Schema.member("version", .integer(0...Int64.max)), Schema.member("releasedByState", .boolean))
        ),
        (
            "EmbargoRow",
            object(
                Schema.member("districtId", .nullable(id)), Schema.member("name", text),
                Schema.optional("counts", .dictionary(.integer(0...Int64.max))),
                Schema.member(
                    "cells",
                    object(
                        Schema.optional("individual", .named("EmbargoCell")),
                        Schema.optional("aggregate", .named("EmbargoCell")))))
        ),
        (
            "Import",
            object(
                Schema.member("id", id), Schema.member("content", text), Schema.optional("contentType", text),
                Schema.optional("digest", .text(pattern: "^[0-9A-F]{32}$")), Schema.member("status", text),
                Schema.optional("batch", text), Schema.optional("creator", text), Schema.member("created", instant),
                Schema.member("updated", instant), Schema.optional("message", text),
                Schema.member(
                    "_links",
                    object(
                        Schema.member("self", .named("Link")), Schema.member("payload", .named("Link")),
                        Schema.member("payload-properties", .named("Link")))))
        ),
        (
            "ZipFile",
            object(
                Schema.member("name", text),
                Schema.optional("import", .named("Import")),
                Schema.member("knownBefore", .boolean),
                Schema.optional("problem", .text(meaning: "Why the file is no import.")))
        ),
        (
            "Reconciliation",
            object(
                Schema.member("id", id), Schema.member("name", text), Schema.member("created", instant),
                Schema.member("after", instant), Schema.member("before", instant),
                Schema.member("rows", .integer(1...Int64.max)),
                Schema.member("creator", .nullable(.text(meaning: "null: made by the clock."))))
        ),
        ("Link", object(Schema.member("href", .text(format: "uri")))),
    ]
}
