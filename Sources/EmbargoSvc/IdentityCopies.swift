import Access
import Clocks
import Contracts
import Feed
import Logging
import Metrics
import Postgres

/// The copies of what Identity owns: districts, school years, settings of the state. Rule: Embargo R6.
struct IdentityCopies: Sendable {
    let organizations: FeedCopy<OrganizationRow>
    let settings: FeedCopy<SettingRow>

    /// - Parameters:
    ///   - organizations, settings: ask Identity for a page of its feeds.
    ///   - holder: names this replica to Identity, which waits for it to follow.
    ///   - hints: of changes of organizations, and of settings.
    init(
        in database: Database, organizations: @escaping FeedCopy<OrganizationRow>.Fetch,
        settings: @escaping FeedCopy<SettingRow>.Fetch, hints: (AsyncStream<Void>?, AsyncStream<Void>?) = (nil, nil),
        clocks: Clocks, holder: String = "", metrics: Metrics, log: Logger
    ) {
        // A position of its own: the one of before this copy held natural ids would not read them again.
        self.organizations = FeedCopy(
            "districts", database: database, schema: "embargo", clocks: clocks, hints: hints.0, holder: holder,
            metrics: metrics, log: log, fetch: organizations,
            apply: { session, rows in try Self.apply(rows, session) },
            clear: { session in try session.run("DELETE FROM embargo.district") })
        self.settings = FeedCopy(
            "settings", database: database, schema: "embargo", clocks: clocks, hints: hints.1, metrics: metrics,
            log: log,
            fetch: settings,
            apply: { session, rows in try Self.apply(rows, session) },
            clear: { session in
                try session.run("DELETE FROM embargo.school_year")
                try session.run("DELETE FROM embargo.state_setting")
            })
    }

    /// Read your writes: nil means "unknown", and may be said only after a pull that began after the request arrived.
    func knowing<T>(_ call: Call, _ answer: () async throws -> T?) async throws -> T? {
        if let known = try await answer() { return known }
        try await settings.pull(call)
        try await organizations.pull(call)
        return try await answer()
    }

    static func apply(_ rows: [OrganizationRow], _ session: borrowing Session) throws {
        let districts = rows.filter { $0.kind == "District" }
        let kept = districts.filter { !$0.deleted }
        try session.run("DELETE FROM embargo.district WHERE id = ANY (\(districts.filter(\.deleted).map(\.id)))")
        try session.run(
            """
            INSERT INTO embargo.district (id, name, district_group_id, natural_id)
            SELECT id, name, nullif(group_id, 0), natural_id
              FROM unnest(\(kept.map(\.id)), \(kept.map(\.name)), \(kept.map(\.districtGroupID)),
                          \(kept.map(\.naturalID))) AS new (id, name, group_id, natural_id)
            ON CONFLICT (id) DO UPDATE
               SET name = EXCLUDED.name, district_group_id = EXCLUDED.district_group_id,
                   natural_id = EXCLUDED.natural_id
            """)
    }

    static func apply(_ rows: [SettingRow], _ session: borrowing Session) throws {
        let years = rows.filter { $0.schoolYear != 0 }
        let openYears = years.filter { !$0.deleted }
        try session.run(
            "DELETE FROM embargo.school_year WHERE year = ANY (\(years.filter(\.deleted).map(\.schoolYear)))")
        try session.run(
            """
            INSERT INTO embargo.school_year (year, embargoed_by_default)
            SELECT * FROM unnest(\(openYears.map(\.schoolYear)), \(openYears.map(\.embargoedByDefault)))
            ON CONFLICT (year) DO UPDATE SET embargoed_by_default = EXCLUDED.embargoed_by_default
            """)
        let settings = rows.filter { $0.schoolYear == 0 }
        let kept = settings.filter { !$0.deleted }
        try session.run("DELETE FROM embargo.state_setting WHERE key = ANY (\(settings.filter(\.deleted).map(\.key)))")
        try session.run(
            """
            INSERT INTO embargo.state_setting (key, value)
            SELECT * FROM unnest(\(kept.map(\.key)), \(kept.map(\.value)))
            ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value
            """)
    }
}
