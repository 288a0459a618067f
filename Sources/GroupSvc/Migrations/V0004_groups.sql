-- Why:    assigned groups with their members, uploads of groups, and the feed of memberships (access 4).
-- Order:  after the ledger, whose imports the uploads are.
-- Locks:  import and its index, while the tables are empty.
-- Runs with search_path = groups.

-- The feed of memberships: its numbers, and who uses it by lease (DESIGN 3) ------------------------------------------
CREATE TABLE feed_head (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_head_one CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    change bigint NOT NULL DEFAULT 0
);
INSERT INTO feed_head DEFAULT VALUES;
CREATE TABLE holder (
    holder text PRIMARY KEY CONSTRAINT holder_length CHECK (char_length(holder) BETWEEN 1 AND 200),
    confirmed bigint NOT NULL,
    asked_at timestamptz NOT NULL
);

-- A copy of ResultsSvc's subjects, kept by its feed -------------------------------------------------------------------
CREATE TABLE subject (id int PRIMARY KEY, code text NOT NULL);

-- Assigned groups (access 4.2) ----------------------------------------------------------------------------------------
-- Members stand in the row: a group is read, replaced and told to others as a whole, and a file of a hundred thousand
-- members is a few thousand rows.
CREATE TABLE student_group (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    school_id bigint NOT NULL,
    school_year int NOT NULL CONSTRAINT student_group_year CHECK (school_year BETWEEN 2000 AND 2100),
    name text NOT NULL CONSTRAINT student_group_name CHECK (char_length(name) BETWEEN 1 AND 255),
    name_key text NOT NULL,                      -- the name in lower case, as the service writes it
    subject_id int,                              -- NULL: all subjects
    active boolean NOT NULL DEFAULT true,
    deleted boolean NOT NULL DEFAULT false,      -- an upload of the same key makes it live again
    creator text NOT NULL,                       -- login; empty for groups that results named
    student_ids bigint[] NOT NULL DEFAULT '{}',  -- ascending, each once
    logins text[] NOT NULL DEFAULT '{}',         -- lower case, each once
    import_id bigint, update_import_id bigint,
    created timestamptz NOT NULL DEFAULT now(), updated timestamptz NOT NULL DEFAULT now(),
    change bigint NOT NULL,
    CONSTRAINT student_group_key UNIQUE (school_id, school_year, name_key)
);
CREATE UNIQUE INDEX student_group_change ON student_group (change);
CREATE INDEX student_group_logins ON student_group USING gin (logins) WHERE active AND NOT deleted;
-- What was before an upload or a deletion: old memberships for the audit (access 4.7).
CREATE TABLE group_history (
    at timestamptz NOT NULL DEFAULT now(), by_import_id bigint, by_user_id bigint NOT NULL,
    action text NOT NULL CONSTRAINT group_history_action CHECK (action IN ('update', 'delete')),
    student_group student_group NOT NULL
);
CREATE INDEX group_history_id ON group_history (((student_group).id));

-- Members of groups that results named, each taken over once: what an upload removes later does not come back when the
-- feed is read again (ingest 3.13).
CREATE TABLE found_member (
    school_id bigint NOT NULL, school_year int NOT NULL, name_key text NOT NULL, student_id bigint NOT NULL,
    PRIMARY KEY (school_id, school_year, name_key, student_id)
);

-- Uploads (access 4.10): every file of the web page is an import of its own; of the import API the same bytes are one --
ALTER TABLE import ADD COLUMN web boolean NOT NULL DEFAULT false;
DROP INDEX import_digest;
CREATE UNIQUE INDEX import_digest ON import (digest, content) WHERE NOT web;
CREATE TABLE upload (
    import_id bigint PRIMARY KEY REFERENCES import,
    file_name text NOT NULL,
    -- Who answers for it, and where they may manage groups: processing it again uses the same rights.
    user_id bigint NOT NULL, login text NOT NULL, role text NOT NULL, session_id bytea NOT NULL,
    statewide boolean NOT NULL, district_group_ids bigint[] NOT NULL, district_ids bigint[] NOT NULL,
    school_group_ids bigint[] NOT NULL, scope_school_ids bigint[] NOT NULL,
    school_ids bigint[] NOT NULL,                -- of the file
    all_schools_known boolean NOT NULL,          -- no row named a school that the uploader may not manage
    applied bigint                               -- the feed's number of its changes; NULL until it is carried out
);
CREATE INDEX upload_user ON upload (user_id, import_id);
