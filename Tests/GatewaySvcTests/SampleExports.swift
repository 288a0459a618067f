import Contracts

/// Exports as the gateway's tests need them.
extension SampleIdentity {
    func findOrganizations(_ ask: FindOrganizationsRequest, _ call: Call) async throws -> FoundOrganizations {
        try all.ask("findOrganizations", call)
        let school = FoundOrganization.with {
            ($0.id, $0.kind, $0.naturalID) = (5, "School", "88800120012001")
            ($0.name, $0.districtName) = ("\(ask.permission)|\(ask.search)|\(ask.limit)|\(ask.ids)", "Demo District")
        }
        return .with {
            $0.organizations = [
                .with { ($0.id, $0.kind, $0.naturalID, $0.name) = (3, "District", "88800120000000", "Demo District") },
                school,
            ]
            ($0.total, $0.districts) = (2, 1)
            $0.onlySchool = ask.search == "only" ? school : nil
        }
    }
}

extension SampleResults {
    func createExport(_ ask: ExportQuery, _ call: Call) async throws -> Report {
        try all.ask("createExport", call)
        all.exportQueries.withLock { $0.append(ask) }
        return try .with {
            ($0.id, $0.name, $0.status) = (11, ask.name, "PENDING")
            $0.topic = .with {
                $0.kind = "DistrictSchoolExport"
                $0.schoolYears = [ask.schoolYear]
            }
            $0.query = try ask.serialized()
        }
    }

    func replaceExportQuery(_ ask: ReplaceExportQueryRequest, _ call: Call) async throws -> SavedQuery {
        try all.ask("replaceExportQuery", call)
        let query = ask.query ?? ExportQuery()
        all.exportQueries.withLock { $0.append(query) }
        return try .with {
            ($0.id, $0.name) = (ask.id, query.name)
            $0.topic = .with { $0.kind = "DistrictSchoolExport" }
            $0.query = try query.serialized()
        }
    }
}
