-- Why:    the first schema of GroupSvc: its copies of what Identity owns, kept by feeds.
-- Order:  first.
-- Locks:  none, everything is new.
CREATE TABLE groups.feed_position (
    feed text PRIMARY KEY,
    epoch bytea NOT NULL,
    change bigint NOT NULL
);
CREATE TABLE groups.organization (
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
CREATE INDEX organization_natural_id ON groups.organization (natural_id);
CREATE TABLE groups.school_year (
    year integer PRIMARY KEY CONSTRAINT school_year_range CHECK (year BETWEEN 2000 AND 2100),
    embargoed_by_default boolean NOT NULL
);
CREATE TABLE groups.state_setting (key text PRIMARY KEY, value text NOT NULL);
