import Contracts

/// What the page of those who load data shows of imports: all contents but groups, which have a page of their own.
enum ImportOffice {
    static let scopes = ImportOwners.contents.filter { $0.content != ImportOwners.groups }.map(\.scope)
    static let scope = Parameter.optional("scope", .choice(scopes), "Kind of content; exams when not given.")
    static let page = 50

    static let filters: [Parameter] = ["status", "batch", "creator", "after", "before"].map {
        .optional($0, .text(length: 0...250, .any), "Filter as in the import API; an empty value counts as not given.")
    }

    static func filter(_ ask: Ask, content: String) -> ImportFilter {
        .with {
            $0.content = content
            $0.status = ask.optionalText("status") ?? ""
            $0.batch = ask.optionalText("batch") ?? ""
            $0.creator = ask.optionalText("creator") ?? ""
            $0.after = ask.optionalText("after") ?? ""
            $0.before = ask.optionalText("before") ?? ""
        }
    }
}

/// `GET /api/v1/imports/summary?hours=24`: how many imports stand where, and what results wait for.
struct ImportSummaryRoute: RouteHandler {
    let owners: ImportOwners
    let intake: IntakeClient
    let nowMicroseconds: @Sendable () -> Int64

    static let about = RouteDescription(
        summary:
            "Numbers of imports by content and status: all that wait or were refused, and those done in some hours.",
        parameters: [
            .optional("hours", .integer(1...8_784), "Since when those that are done count; 24 when not given.")
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "counts",
                        .list(
                            .object([
                                Schema.member("scope", Schemas.text), Schema.member("status", Schemas.text),
                                Schema.member("imports", .integer(0...Int64.max)),
                            ]))),
                    Schema.member(
                        "waiting",
                        .list(
                            .object([
                                Schema.member("reason", Schemas.text), Schema.member("wanted", Schemas.text),
                                Schema.member("results", .integer(0...Int64.max)),
                                Schema.member("since", Schemas.instant),
                            ]))),
                    Schema.member("moreWaiting", .boolean),
                    Schema.member("incomplete", .boolean),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let hours = ask.optionalInteger("hours") ?? 24
        let since = CountImportsRequest.with { $0.sinceUs = max(0, nowMicroseconds() - hours * 3_600 * 1_000_000) }
        async let results = Self.counts(owners.results, since, ask.call)
        async let identity = Self.counts(owners.identity, since, ask.call)
        async let waiting = Self.orNothing { try await intake.listWaiting(Empty(), ask.call) }
        let (counts, list) = (try await [results, identity], try await waiting)
        let scopes = Dictionary(uniqueKeysWithValues: ImportOwners.contents.map { ($0.content, $0.scope) })
        return .json { json in
            json.object {
                $0.array("counts", counts.compactMap(\.self).flatMap(\.counts)) { json, count in
                    json.object {
                        $0.field("scope", scopes[count.content] ?? count.content)
                        $0.field("status", count.status)
                        $0.field("imports", count.imports)
                    }
                }
                $0.array("waiting", list?.waiting ?? []) { json, row in
                    json.object {
                        $0.field("reason", row.reason)
                        $0.field("wanted", row.wanted)
                        $0.field("results", row.results)
                        $0.field("since", instant: row.sinceUs)
                    }
                }
                $0.field("moreWaiting", list?.more ?? false)
                $0.field("incomplete", counts.contains { $0 == nil } || list == nil)
            }
        }
    }

    private static func counts(
        _ owner: ImportOwners.Owner, _ ask: CountImportsRequest, _ call: Call
    ) async throws -> ImportCounts? {
        try await orNothing { try await owner.imports.countImports(ask, call) }
    }

    /// A service that is down takes away its own numbers only (DESIGN §4.7).
    private static func orNothing<T: Sendable>(_ ask: @Sendable () async throws -> T) async throws -> T? {
        do {
            return try await ask()
        } catch let fault as Fault where fault.code == .unavailable || fault.code == .deadlinePassed {
            return nil
        }
    }
}

/// `GET /api/v1/imports?scope=exams&…`: imports of one content, the newest first, 50 at a time.
struct ImportPageRoute: RouteHandler {
    let owners: ImportOwners

    static let about = RouteDescription(
        summary: "Imports of one content, the newest first.",
        parameters: [ImportOffice.scope] + ImportOffice.filters + [
            .optional("beforeId", .integer(1...Int64.max), "Imports with smaller ids: the next page.")
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("imports", .list(.named("Import"), atMost: ImportOffice.page)),
                    Schema.member("more", .boolean),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let (owner, content) = try owners.owner(ofScope: ask.optionalText("scope") ?? "exams")
        var filter = ImportOffice.filter(ask, content: content)
        filter.newestFirst = true
        filter.pageBeforeID = ask.optionalInteger("beforeId") ?? 0
        filter.pageSize = Int32(ImportOffice.page)
        let page = try await owner.imports.listImports(filter, ask.call)
        return .json(capacity: 64 + page.imports.count * 700) { json in
            json.object {
                $0.array("imports", page.imports) { $0.importResource($1, origin: ask.origin) }
                $0.field("more", page.more)
            }
        }
    }
}

/// `POST /api/v1/imports/resubmit`: processes stored payloads again, at most 100 in one call (ingest §2.9).
struct ResubmitFromPageRoute: RouteHandler {
    let owners: ImportOwners

    static let about = RouteDescription(
        summary: "Queues stored payloads again that meet a filter, at most 100, and says how many.",
        parameters: [ImportOffice.scope] + ImportOffice.filters,
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("queued", .integer(0...100, meaning: "100 means that there may be more."))
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let (owner, content) = try owners.owner(ofScope: ask.optionalText("scope") ?? "exams")
        let filter = ImportOffice.filter(ask, content: content)
        guard !filter.status.isEmpty else {
            throw Fault(
                .malformed, "Choose the status of the imports that are to be processed again.",
                violations: [.init(field: "status", problem: "must be given")])
        }
        let reply = try await owner.imports.resubmitImports(filter, ask.call)
        return .json { json in json.object { $0.field("queued", reply.queued) } }
    }
}

/// `GET /api/v1/coverage`: how many results each assessment has, by school year, and when the last one was loaded (F051).
struct CoverageRoute: RouteHandler {
    let intake: IntakeClient

    static let about = RouteDescription(
        summary: "Numbers of results by assessment and school year, with the time of the last load.",
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "rows",
                        .list(
                            .object([
                                Schema.member("assessment", Schemas.text), Schema.member("label", Schemas.text),
                                Schema.member("subject", Schemas.text), Schema.member("grade", Schemas.text),
                                Schema.member("type", Schemas.text), Schema.member("schoolYear", .integer()),
                                Schema.member("results", .integer(0...Int64.max)),
                                Schema.member("lastLoad", .nullable(Schemas.instant)),
                            ]))),
                    Schema.member("more", .boolean),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let coverage = try await intake.getCoverage(Empty(), ask.call)
        return .json(capacity: 64 + coverage.rows.count * 260) { json in
            json.object {
                $0.array("rows", coverage.rows) { json, row in
                    json.object {
                        $0.field("assessment", row.assessment)
                        $0.field("label", row.label)
                        $0.field("subject", row.subject)
                        $0.field("grade", row.grade)
                        $0.field("type", row.type)
                        $0.field("schoolYear", row.schoolYear)
                        $0.field("results", row.results)
                        $0.field("lastLoad", instant: row.lastLoadUs)
                    }
                }
                $0.field("more", coverage.more)
            }
        }
    }
}
