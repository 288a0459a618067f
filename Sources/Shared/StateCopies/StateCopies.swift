import Contracts
import Feed
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Copies of what Identity owns: the state's organizations, settings and school years (DESIGN §3).
public struct StateCopies: Sendable {
    public let organizations: FeedCopy<OrganizationRow>
    public let settings: FeedCopy<SettingRow>

    /// The tables, for a schema that has none of them yet; runs with the schema as search_path.
    public static let sql = """
        -- Why:    copies of what Identity owns, kept by feeds (DESIGN 3).
        -- Order:  first.
        -- Locks:  none, everything is new.
        CREATE TABLE feed_position (feed text PRIMARY KEY, epoch bytea NOT NULL, change bigint NOT NULL);
        CREATE TABLE district (
            id bigint PRIMARY KEY, natural_id text NOT NULL, name text NOT NULL, district_group_id bigint
        );
        CREATE TABLE school (
            id bigint PRIMARY KEY, natural_id text NOT NULL UNIQUE, name text NOT NULL,
            district_id bigint NOT NULL, district_group_id bigint, school_group_id bigint
        );
        CREATE TABLE setting (key text PRIMARY KEY, value text NOT NULL);
        CREATE TABLE school_year (
            year int PRIMARY KEY CONSTRAINT school_year_range CHECK (year BETWEEN 2000 AND 2100),
            embargoed_by_default boolean NOT NULL
        );
        """

    public init(
        of identity: IdentityClient, events: [String], in database: Database, schema: String, _ parts: ServiceParts
    ) throws {
        organizations = FeedCopy(
            "organizations", database: database, schema: schema, clocks: parts.clocks,
            hints: try parts.hints(of: "organizations", at: events), holder: parts.replica, metrics: parts.metrics,
            log: parts.log,
            fetch: { ask, call in
                let page = try await identity.organizationChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: OrganizationCopy.apply, clear: OrganizationCopy.clear)
        settings = FeedCopy(
            "settings", database: database, schema: schema, clocks: parts.clocks,
            hints: try parts.hints(of: "settings", at: events), holder: parts.replica, metrics: parts.metrics,
            log: parts.log,
            fetch: { ask, call in
                let page = try await identity.settingChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: SettingCopy.apply, clear: SettingCopy.clear)
        parts.health.add("organizations") { [organizations] in organizations.obstacle }
        parts.health.add("settings") { [settings] in settings.obstacle }
    }

    public var services: [any Service] { [organizations, settings] }
}
