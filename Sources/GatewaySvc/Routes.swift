import Access
import Clocks
import Contracts
import Texts

/// Every address of the API: method, path, who may, handler. Read it first.
///
/// Permissions are those of access §2.10. They are checked again by the service that owns the data, with their scopes.
enum Routes {
    struct Parts: Sendable {
        let config: GatewayConfig
        let identity: IdentityClient
        let groups: GroupsClient
        let results: ResultsClient
        let intake: IntakeClient
        let embargo: EmbargoClient
        let news: EmbargoNews
        let aggregate: AggregateClient
        let reports: ReportOwners
        let owners: ImportOwners
        let submissions: ResultSubmissions
        let neighbours: [(name: String, health: HealthClient)]
        let settings: TenantSettings
        let sessions: Sessions
        let texts: FixedText
        /// The same, for what the gateway itself writes.
        let words: Texts
        let clocks: Clocks
        /// What the gateway itself needs to be ready.
        let ownHealth: @Sendable () async -> [HealthPart]
    }

    static func all(_ parts: Parts) -> [Route] {
        var routes = documented(parts)
        // The document describes itself, so it is made with its own route in the table.
        let itself = Route(.get, "/api/openapi.json", .everyone, OpenAPIRoute(document: FixedText(.init())))
        let document = FixedText(
            OpenAPIDocument.text(
                of: routes + [itself], cookie: SessionCookie(secure: parts.config.secureCookies).name))
        routes.append(Route(.get, "/api/openapi.json", .everyone, OpenAPIRoute(document: document)))
        return routes
    }

    private static func documented(_ parts: Parts) -> [Route] {
        let (config, identity, results, embargo) = (parts.config, parts.identity, parts.results, parts.embargo)
        let (sessions, settings, owners, groups) = (parts.sessions, parts.settings, parts.owners, parts.groups)
        let (aggregate, reports) = (parts.aggregate, parts.reports)
        let session = SessionAnswer(settings: settings)
        let cookie = SessionCookie(secure: config.secureCookies)
        let entries = SandboxEntryList(identity: identity)

        let file = ExamFile(
            results: results, settings: settings, texts: parts.words, clocks: parts.clocks, budget: config.requestBudget
        )

        var routes = [
            Route(.get, "/livez", .everyone, LiveRoute()),
            Route(.get, "/readyz", .everyone, ReadyRoute(neighbours: parts.neighbours, own: parts.ownHealth)),
            Route(
                .get, "/api/v1/context", .everyone,
                ContextRoute(mode: config.mode, entries: entries, settings: settings)),
            Route(.get, "/api/v1/texts/en", .everyone, TextsRoute(catalogue: parts.texts)),

            Route(.get, "/api/v1/session", .session, GetSessionRoute(session: session)),
            Route(.delete, "/api/v1/session", .session, EndSessionRoute(sessions: sessions, cookie: cookie)),
            Route(.post, "/api/v1/session/keep-alive", .session, KeepAliveRoute(session: session, sessions: sessions)),

            Route(.get, "/api/v1/subjects", .activeSession, SubjectsRoute(results: results)),
            Route(.get, "/api/v1/schools", .anyOf([.individualPIIRead]), SchoolsRoute(identity: identity)),
            Route(
                .get, "/api/v1/schools/{schoolID}/grades", .anyOf([.individualPIIRead]), GradesRoute(results: results)),
            Route(
                .get, "/api/v1/schools/{schoolID}/assessments", .anyOf([.individualPIIRead]),
                AssessmentsRoute(results: results)),
            Route(
                .get, "/api/v1/schools/{schoolID}/results", .anyOf([.individualPIIRead]),
                SchoolResultsRoute(results: results, settings: settings)),
            Route(.get, "/api/v1/filters", .activeSession, FiltersRoute(results: results)),
            Route(
                .get, "/api/v1/schools/{schoolID}/results.csv", .anyOf([.individualPIIRead]),
                SchoolResultsFileRoute(file: file)),
            Route(
                .get, "/api/v1/groups/{groupID}/results.csv", .anyOf([.groupPIIRead]),
                GroupResultsFileRoute(file: file)),
            Route(
                .post, "/api/v1/students/search", .anyOf([.individualPIIRead, .groupPIIRead]),
                StudentSearchRoute(results: results)),
            Route(
                .get, "/api/v1/students/{studentID}/history", .anyOf([.individualPIIRead, .groupPIIRead]),
                StudentHistoryRoute(results: results, settings: settings)),
            Route(
                .get, "/api/v1/students/{studentID}/history.csv", .anyOf([.individualPIIRead, .groupPIIRead]),
                StudentHistoryFileRoute(file: file)),

            Route(.get, "/api/v1/groups", .anyOf([.groupPIIRead]), AssignedGroupsRoute(groups: groups)),
            Route(
                .get, "/api/v1/groups/{groupID}/assessments", .anyOf([.groupPIIRead]),
                GroupAssessmentsRoute(results: results)),
            Route(
                .get, "/api/v1/groups/{groupID}/results", .anyOf([.groupPIIRead]),
                GroupResultsRoute(results: results, settings: settings)),
            Route(
                .get, "/api/v1/groups/{groupID}/dashboard", .anyOf([.groupPIIRead]),
                GroupDashboardRoute(results: results)),
            Route(.get, "/api/v1/managed-groups", .anyOf([.groupWrite]), ManagedGroupsRoute(groups: groups)),
            Route(.get, "/api/v1/group-filters", .anyOf([.groupWrite]), GroupFiltersRoute(groups: groups)),
            Route(
                .get, "/api/v1/group-schools", .anyOf([.groupWrite]),
                SchoolsRoute(identity: identity, permission: .groupWrite)),
            Route(
                .delete, "/api/v1/managed-groups/{groupID}", .anyOf([.groupWrite]), DeleteGroupRoute(groups: groups)),
            Route(.get, "/api/v1/group-uploads", .anyOf([.groupWrite]), GroupUploadsRoute(groups: groups)),
            Route(
                .post, "/api/v1/group-uploads", .anyOf([.groupWrite]),
                UploadGroupsRoute(groups: groups, blobs: owners.group.blobs, budget: config.uploadBudget)),
            Route(.get, "/api/v1/group-uploads/template", .anyOf([.groupWrite]), GroupTemplateRoute()),

            Route(.get, "/api/v1/embargo", .anyOf([.embargoWrite]), EmbargoRoute(embargo: embargo, results: results)),
            Route(.get, "/api/v1/embargo/events", .session, EmbargoEventsRoute(news: parts.news, sessions: sessions)),
            Route(.get, "/api/v1/embargo/history", .anyOf([.embargoWrite]), EmbargoHistoryRoute(embargo: embargo)),
            Route(
                .get, "/api/v1/embargo/history.csv", .anyOf([.embargoWrite]),
                EmbargoHistoryFileRoute(
                    embargo: embargo, texts: parts.words, clocks: parts.clocks, budget: config.requestBudget)),
            Route(
                .put, "/api/v1/embargo/{year}/{organization}/{kind}", .anyOf([.embargoWrite]),
                SetEmbargoRoute(embargo: embargo)),

            // Aggregate reports and My Reports
            Route(
                .get, "/api/v1/aggregate/options", .anyOf([.customAggregateRead]),
                ReportOptionsRoute(aggregate: aggregate)),
            Route(
                .get, "/api/v1/aggregate/organizations", .anyOf([.customAggregateRead]),
                ReportOrganizationsRoute(aggregate: aggregate)),
            Route(
                .post, "/api/v1/aggregate/estimate", .anyOf([.customAggregateRead]),
                EstimateRowsRoute(aggregate: aggregate)),
            Route(
                .post, "/api/v1/aggregate/reports", .anyOf([.customAggregateRead]),
                CreateReportRoute(aggregate: aggregate)),
            Route(
                .get, "/api/v1/aggregate/reports/{id}", .anyOf([.customAggregateRead]),
                ReportViewRoute(aggregate: aggregate)),
            Route(
                .get, "/api/v1/aggregate/reports/{id}/rows", .anyOf([.customAggregateRead]),
                ReportRowsRoute(aggregate: aggregate)),
            Route(
                .get, "/api/v1/aggregate/reports/{id}/table", .anyOf([.customAggregateRead]),
                ReportTableRoute(aggregate: aggregate, budget: config.requestBudget)),
            Route(
                .post, "/api/v1/aggregate/queries", .anyOf([.customAggregateRead]),
                SaveAggregateQueryRoute(aggregate: aggregate)),
            Route(
                .put, "/api/v1/aggregate/queries/{id}", .anyOf([.customAggregateRead]),
                ReplaceAggregateQueryRoute(aggregate: aggregate)),
            Route(
                .get, "/api/v1/exports/organizations", .anyOf([.individualPIIRead]),
                ExportOrganizationsRoute(identity: identity)),
            Route(.post, "/api/v1/exports", .anyOf([.individualPIIRead]), CreateExportRoute(results: results)),
            Route(
                .put, "/api/v1/exports/queries/{id}", .anyOf([.individualPIIRead]),
                ReplaceExportQueryRoute(results: results)),
            Route(.get, "/api/v1/reports", .anyOf(ReportOwners.permissions), ListReportsRoute(owners: reports)),
            Route(.get, "/api/v1/reports/{id}", .anyOf(ReportOwners.permissions), GetReportRoute(owners: reports)),
            Route(
                .delete, "/api/v1/reports/{id}", .anyOf(ReportOwners.permissions), DeleteReportRoute(owners: reports)),
            Route(
                .get, "/api/v1/reports/{id}/file", .anyOf(ReportOwners.permissions),
                ReportFileRoute(owners: reports, budget: config.requestBudget)),
            Route(
                .post, "/api/v1/reports/{id}/query", .anyOf(ReportOwners.permissions),
                SaveReportQueryRoute(owners: reports)),
            Route(.get, "/api/v1/queries", .anyOf(ReportOwners.permissions), ListSavedQueriesRoute(owners: reports)),
            Route(.get, "/api/v1/queries/{id}", .anyOf(ReportOwners.permissions), GetSavedQueryRoute(owners: reports)),
            Route(
                .post, "/api/v1/queries/{id}/copy", .anyOf(ReportOwners.permissions),
                CopySavedQueryRoute(owners: reports)),
            Route(
                .delete, "/api/v1/queries/{id}", .anyOf(ReportOwners.permissions),
                DeleteSavedQueryRoute(owners: reports)),

            // Those who load data
            Route(.get, "/api/v1/imports", .anyOf([.dataWrite]), ImportPageRoute(owners: owners)),
            Route(
                .get, "/api/v1/imports/summary", .anyOf([.dataWrite]),
                ImportSummaryRoute(
                    owners: owners, intake: parts.intake, nowMicroseconds: parts.clocks.wallMicroseconds)),
            Route(.post, "/api/v1/imports/resubmit", .anyOf([.dataWrite]), ResubmitFromPageRoute(owners: owners)),
            Route(
                .get, "/api/v1/imports/{id}/file", .anyOf([.dataWrite]),
                ImportPayloadRoute(owners: owners, budget: config.requestBudget)),
            Route(.get, "/api/v1/coverage", .anyOf([.dataWrite]), CoverageRoute(intake: parts.intake)),
            Route(.get, "/api/v1/reconciliations", .anyOf([.dataWrite]), ReconciliationsRoute(intake: parts.intake)),
            Route(
                .post, "/api/v1/reconciliations", .anyOf([.dataWrite]),
                MakeReconciliationRoute(
                    intake: parts.intake, budget: config.uploadBudget, nowMicroseconds: parts.clocks.wallMicroseconds)),
            Route(
                .get, "/api/v1/reconciliations/{id}/file", .anyOf([.dataWrite]),
                ReconciliationFileRoute(intake: parts.intake, budget: config.requestBudget)),
            Route(
                .get, "/api/v1/exam-removals/count", .anyOf([.dataWrite]), CountExamsRoute(intake: parts.intake)),
            Route(
                .post, "/api/v1/exam-removals", .anyOf([.dataWrite]),
                RemoveExamsRoute(intake: parts.intake, budget: config.uploadBudget)),

            Route(.post, "/oauth2/token", .everyone, OAuthTokenRoute(identity: identity)),
            Route(
                .post, "/{scope}/imports", .scopeClient,
                SubmitImportRoute(
                    owners: owners, results: parts.submissions, limit: config.importLimit, budget: config.uploadBudget)),
            Route(
                .get, "/{scope}/imports", .scopeClient,
                ListImportsRoute(owners: owners, budget: config.requestBudget)),
            Route(.post, "/{scope}/imports/resubmit", .scopeClient, ResubmitImportsRoute(owners: owners)),
            Route(.get, "/imports/user", .client, ImportUserRoute()),
            Route(.get, "/imports/{id}", .statewideClient(.dataWrite), GetImportRoute(owners: owners)),
            Route(
                .get, "/imports/{id}/payload", .statewideClient(.dataWrite),
                ImportPayloadRoute(owners: owners, budget: config.requestBudget)),
            Route(
                .get, "/imports/{id}/files", .statewideClient(.dataWrite),
                ZipFilesRoute(owners: owners, budget: config.requestBudget)),
            Route(
                .get, "/imports/{id}/payload/properties", .statewideClient(.dataWrite),
                ImportPropertiesRoute(owners: owners)),
        ]
        // A production deployment has no way into a sandbox (DESIGN §1).
        if config.mode == .sandbox {
            routes.append(
                Route(
                    .post, "/api/v1/sandbox/sessions", .everyone,
                    EnterSandboxRoute(identity: identity, session: session, sessions: sessions, cookie: cookie)))
        }
        return routes
    }
}
