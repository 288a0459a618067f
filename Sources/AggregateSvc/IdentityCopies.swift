import Clocks
import Contracts
import Feed
import Logging
import Metrics
import Postgres

/// The copies of what Identity owns: organizations of all kinds, school years, settings of the state.
struct IdentityCopies: Sendable {
    let organizations: FeedCopy<OrganizationRow>
    let settings: FeedCopy<SettingRow>

    init(
        of identity: IdentityClient, in database: Database, hints: (AsyncStream<Void>?, AsyncStream<Void>?),
        clocks: Clocks, metrics: Metrics, log: Logger
    ) {
        organizations = FeedCopy(
            "organizations", database: database, schema: "aggregate", clocks: clocks, hints: hints.0, metrics: metrics,
            log: log,
            fetch: { ask, call in
                let answer = try await identity.organizationChanges(ask, call)
                return (answer.page ?? FeedPage(), answer.rows)
            },
            apply: { session, rows in try Self.apply(rows, session) },
            clear: { session in try session.run("DELETE FROM aggregate.organization") })
        settings = FeedCopy(
            "settings", database: database, schema: "aggregate", clocks: clocks, hints: hints.1, metrics: metrics, log: log,
            fetch: { ask, call in
                let answer = try await identity.settingChanges(ask, call)
                return (answer.page ?? FeedPage(), answer.rows)
            },
            apply: { session, rows in try Self.apply(rows, session) },
            clear: { session in
                try session.run("DELETE FROM aggregate.school_year")
                try session.run("DELETE FROM aggregate.state_setting")
            })
    }

    static func apply(_ rows: [OrganizationRow], _ session: borrowing Session) throws {
        let kept = rows.filter { !$0.deleted }
        try session.run("DELETE FROM aggregate.organization WHERE id = ANY (\(rows.filter(\.deleted).map(\.id)))")
        try session.run(
            """
            INSERT INTO aggregate.organization
                   (id, kind, natural_id, name, external_id, district_group_id, district_id, school_group_id)
            SELECT id, kind, natural_id, name, external_id, nullif(district_group, 0), nullif(district, 0),
                   nullif(school_group, 0)
              FROM unnest(\(kept.map(\.id)), \(kept.map(\.kind)), \(kept.map(\.naturalID)), \(kept.map(\.name)),
                          \(kept.map(\.externalID)), \(kept.map(\.districtGroupID)), \(kept.map(\.districtID)),
                          \(kept.map(\.schoolGroupID)))
                   AS new (id, kind, natural_id, name, external_id, district_group, district, school_group)
            ON CONFLICT (id) DO UPDATE
               SET kind = EXCLUDED.kind, natural_id = EXCLUDED.natural_id, name = EXCLUDED.name,
                   external_id = EXCLUDED.external_id, district_group_id = EXCLUDED.district_group_id,
                   district_id = EXCLUDED.district_id, school_group_id = EXCLUDED.school_group_id
            """)
    }

    static func apply(_ rows: [SettingRow], _ session: borrowing Session) throws {
        let years = rows.filter { $0.schoolYear != 0 }
        let openYears = years.filter { !$0.deleted }
        try session.run("DELETE FROM aggregate.school_year WHERE year = ANY (\(years.filter(\.deleted).map(\.schoolYear)))")
        try session.run(
            """
            INSERT INTO aggregate.school_year (year, embargoed_by_default)
            SELECT * FROM unnest(\(openYears.map(\.schoolYear)), \(openYears.map(\.embargoedByDefault)))
            ON CONFLICT (year) DO UPDATE SET embargoed_by_default = EXCLUDED.embargoed_by_default
            """)
        let settings = rows.filter { $0.schoolYear == 0 }
        let kept = settings.filter { !$0.deleted }
        try session.run("DELETE FROM aggregate.state_setting WHERE key = ANY (\(settings.filter(\.deleted).map(\.key)))")
        try session.run(
            """
            INSERT INTO aggregate.state_setting (key, value)
            SELECT * FROM unnest(\(kept.map(\.key)), \(kept.map(\.value)))
            ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value
            """)
    }
}
