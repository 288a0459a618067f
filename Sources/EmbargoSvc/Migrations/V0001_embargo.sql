-- Why:    the first schema of EmbargoSvc: settings with their history, holders of leases, copies of what Identity owns.
-- Order:  first.
-- Locks:  none, everything is new.

-- Copies of Identity's rows, kept by feeds ----------------------------------------------------------------------------
CREATE TABLE embargo.feed_position (
    feed text PRIMARY KEY,
    epoch bytea NOT NULL,
    change bigint NOT NULL
);
CREATE TABLE embargo.district (
    id bigint PRIMARY KEY CONSTRAINT district_is_not_the_state CHECK (id > 0),
    name text NOT NULL,
    district_group_id bigint
);
CREATE TABLE embargo.school_year (
    year integer PRIMARY KEY CONSTRAINT school_year_range CHECK (year BETWEEN 2000 AND 2100),
    embargoed_by_default boolean NOT NULL
);
CREATE TABLE embargo.state_setting (key text PRIMARY KEY, value text NOT NULL);

-- The settings (access §6.3) ------------------------------------------------------------------------------------------
CREATE TABLE embargo.feed_head (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_head_one CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    change bigint NOT NULL DEFAULT 0
);
INSERT INTO embargo.feed_head DEFAULT VALUES;

CREATE TABLE embargo.embargo_setting (
    school_year integer NOT NULL CONSTRAINT embargo_setting_year CHECK (school_year BETWEEN 2000 AND 2100),
    district_id bigint NOT NULL CONSTRAINT embargo_setting_district CHECK (district_id >= 0),
    kind smallint NOT NULL CONSTRAINT embargo_setting_kind CHECK (kind IN (1, 2)),
    value smallint NOT NULL CONSTRAINT embargo_setting_value CHECK (value IN (1, 2)),
    version bigint NOT NULL CONSTRAINT embargo_setting_version CHECK (version > 0),
    updated timestamptz NOT NULL,
    updated_by bigint NOT NULL,
    change bigint NOT NULL,
    PRIMARY KEY (school_year, district_id, kind)
);
CREATE UNIQUE INDEX embargo_setting_change ON embargo.embargo_setting (change);
COMMENT ON TABLE embargo.embargo_setting IS
    'District 0 is the State; kind 1 individual, 2 aggregate; value 1 embargoed, 2 released; no row is unset. Rule: access 6.3.';

-- Every effective change, once; never touched again (access §6.9, §8.1).
CREATE TABLE embargo.history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    user_id bigint NOT NULL,
    login text NOT NULL,
    school_year integer NOT NULL,
    district_id bigint NOT NULL,
    organization_name text NOT NULL,
    kind smallint NOT NULL,
    old_value smallint NOT NULL CONSTRAINT history_old_value CHECK (old_value IN (0, 1, 2)),
    new_value smallint NOT NULL CONSTRAINT history_new_value CHECK (new_value IN (1, 2) AND new_value <> old_value),
    old_effective smallint NOT NULL CONSTRAINT history_old_effective CHECK (old_effective IN (1, 2))
);
CREATE INDEX history_of_year ON embargo.history (school_year, id);
CREATE FUNCTION embargo.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of embargoes is only ever added to';
END $$;
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON embargo.history
    FOR EACH STATEMENT EXECUTE FUNCTION embargo.refuse_change();

-- Who uses the settings by lease, and up to which change (DESIGN §3) ---------------------------------------------------
CREATE TABLE embargo.holder (
    holder text PRIMARY KEY CONSTRAINT holder_length CHECK (char_length(holder) BETWEEN 1 AND 200),
    confirmed bigint NOT NULL,
    asked_at timestamptz NOT NULL
);
COMMENT ON TABLE embargo.holder IS
    'asked_at is the database''s clock, one for all replicas: never before the request was sent, so a lease of two seconds counted from the sending has run out when asked_at is two seconds old.';
