-- Why:    the first schema of AggregateSvc: its copies of what Identity owns, kept by feeds.
-- Order:  first.
-- Locks:  none, everything is new.
CREATE TABLE aggregate.feed_position (
    feed text PRIMARY KEY,
    epoch bytea NOT NULL,
    change bigint NOT NULL
);
CREATE TABLE aggregate.organization (
    id bigint PRIMARY KEY,
    kind text NOT NULL
        CONSTRAINT organization_kind_known CHECK (kind IN ('DistrictGroup', 'District', 'SchoolGroup', 'School')),
    natural_id text NOT NULL,
    name text NOT NULL,
    external_id text NOT NULL,
    district_group_id bigint,
    district_id bigint,
    school_group_id bigint
);
CREATE INDEX organization_natural_id ON aggregate.organization (natural_id);
CREATE TABLE aggregate.school_year (
    year integer PRIMARY KEY CONSTRAINT school_year_range CHECK (year BETWEEN 2000 AND 2100),
    embargoed_by_default boolean NOT NULL
);
CREATE TABLE aggregate.state_setting (key text PRIMARY KEY, value text NOT NULL);
