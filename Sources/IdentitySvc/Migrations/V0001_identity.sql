-- Why:    the first schema of IdentitySvc: organizations, settings, school years, roles, accounts, sessions, tokens.
-- Order:  first.
-- Locks:  none, everything is new.

-- The feed: one counter for everything that others copy (DESIGN §3) ---------------------------------------------------
CREATE TABLE identity.feed_head (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_head_one CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    change bigint NOT NULL DEFAULT 0
);
INSERT INTO identity.feed_head DEFAULT VALUES;

-- Organizations (access §1) -------------------------------------------------------------------------------------------
-- The State is a setting, not a row. Ancestors stand on the row, so every test of a scope needs this row only.
CREATE TABLE identity.organization (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL
        CONSTRAINT organization_kind_known CHECK (kind IN ('DistrictGroup', 'District', 'SchoolGroup', 'School')),
    natural_id text NOT NULL CONSTRAINT organization_natural_id_length CHECK (char_length(natural_id) BETWEEN 1 AND 40),
    name text NOT NULL CONSTRAINT organization_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    external_id text NOT NULL DEFAULT ''
        CONSTRAINT organization_external_id_length CHECK (char_length(external_id) <= 40),
    district_group_id bigint REFERENCES identity.organization,
    district_id bigint REFERENCES identity.organization,
    school_group_id bigint REFERENCES identity.organization,
    change bigint NOT NULL,
    updated timestamptz NOT NULL DEFAULT now(),
    update_import_id bigint NOT NULL DEFAULT 0,
    CONSTRAINT organization_natural_id_unique UNIQUE (kind, natural_id),
    CONSTRAINT organization_ancestors_fit_kind CHECK (
        CASE kind
            WHEN 'DistrictGroup' THEN district_group_id IS NULL AND district_id IS NULL AND school_group_id IS NULL
            WHEN 'District' THEN district_id IS NULL AND school_group_id IS NULL
            WHEN 'SchoolGroup' THEN district_id IS NOT NULL AND school_group_id IS NULL
            ELSE district_id IS NOT NULL
        END)
);
CREATE UNIQUE INDEX organization_change ON identity.organization (change);
CREATE INDEX organization_district ON identity.organization (district_id);
COMMENT ON TABLE identity.organization IS
    'Ids are unique over all kinds. external_id is the federal identifier, empty when there is none. Rule: access 1.1.';

-- Settings of the state and school years ------------------------------------------------------------------------------
CREATE TABLE identity.setting (
    key text PRIMARY KEY CONSTRAINT setting_key_length CHECK (char_length(key) BETWEEN 1 AND 100),
    value text NOT NULL CONSTRAINT setting_value_length CHECK (char_length(value) <= 1000),
    change bigint NOT NULL
);
CREATE UNIQUE INDEX setting_change ON identity.setting (change);

CREATE TABLE identity.school_year (
    year integer PRIMARY KEY CONSTRAINT school_year_range CHECK (year BETWEEN 2000 AND 2100),
    embargoed_by_default boolean NOT NULL,
    change bigint NOT NULL
);
CREATE UNIQUE INDEX school_year_change ON identity.school_year (change);
COMMENT ON TABLE identity.school_year IS
    'embargoed_by_default is set once, when the year is opened, and never follows the current year. Rule: access 6.3.';

-- Role → function → permission (access §2.1, §2.2); filled by V0003_roles ---------------------------------------------
CREATE TABLE identity.function (
    name text PRIMARY KEY,
    aliases text[] NOT NULL DEFAULT '{}',
    web_logon boolean NOT NULL DEFAULT false,
    import_logon boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX function_name_without_case ON identity.function (lower(name));
COMMENT ON TABLE identity.function IS
    'web_logon, import_logon: may come in through the tenancy chain of a browser, of an import client. Rule: access 3.4.';

CREATE TABLE identity.function_permission (
    function text NOT NULL REFERENCES identity.function,
    permission text NOT NULL,
    PRIMARY KEY (function, permission)
);
CREATE TABLE identity.function_level (
    function text NOT NULL REFERENCES identity.function,
    level text NOT NULL CONSTRAINT function_level_known CHECK (level IN (
        'CLIENT', 'STATE_GROUP', 'STATE', 'DISTRICT_GROUP', 'DISTRICT', 'INSTITUTION_GROUP', 'INSTITUTION')),
    PRIMARY KEY (function, level)
);
CREATE TABLE identity.role (
    name text PRIMARY KEY,
    display_name text NOT NULL,
    program text NOT NULL DEFAULT '',
    sandbox boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX role_name_without_case ON identity.role (lower(name));
CREATE TABLE identity.role_function (
    role text NOT NULL REFERENCES identity.role,
    function text NOT NULL REFERENCES identity.function,
    PRIMARY KEY (role, function)
);
CREATE TABLE identity.role_level (
    role text NOT NULL REFERENCES identity.role,
    level text NOT NULL CONSTRAINT role_level_known CHECK (level IN (
        'CLIENT', 'STATE_GROUP', 'STATE', 'DISTRICT_GROUP', 'DISTRICT', 'INSTITUTION_GROUP', 'INSTITUTION')),
    PRIMARY KEY (role, level)
);

-- Accounts and what they hold (access §3.1, §3.5) ---------------------------------------------------------------------
CREATE TABLE identity.account (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    login text NOT NULL CONSTRAINT account_login_unique UNIQUE
        CONSTRAINT account_login_normal CHECK (login = lower(btrim(login)) AND char_length(login) BETWEEN 1 AND 200),
    first_name text NOT NULL DEFAULT '',
    last_name text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'active' CONSTRAINT account_status_known CHECK (status IN ('active', 'disabled')),
    verifier text NOT NULL,
    created timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN identity.account.verifier IS
    'Argon2id of the password in PHC form. Ids of sandbox visitors come from the same sequence and have no row here.';

CREATE TABLE identity.granted (
    account_id bigint NOT NULL REFERENCES identity.account ON DELETE CASCADE,
    role text NOT NULL,
    level text NOT NULL CONSTRAINT granted_level_known CHECK (level IN (
        'CLIENT', 'STATE_GROUP', 'STATE', 'DISTRICT_GROUP', 'DISTRICT', 'INSTITUTION_GROUP', 'INSTITUTION')),
    natural_id text NOT NULL,
    PRIMARY KEY (account_id, role, level, natural_id)
);
COMMENT ON TABLE identity.granted IS
    'A role, or a function by its own name, at an organization. The natural id may be of one not loaded yet.';

-- A program that may ask for access tokens; what it may do by itself are the grants of its account.
CREATE TABLE identity.import_client (
    client_id text PRIMARY KEY CONSTRAINT import_client_id_length CHECK (char_length(client_id) BETWEEN 1 AND 200),
    verifier text NOT NULL,
    account_id bigint NOT NULL UNIQUE REFERENCES identity.account,
    disabled boolean NOT NULL DEFAULT false,
    created timestamptz NOT NULL DEFAULT now()
);

-- Failed attempts by account and address together: nobody can lock a victim out.
CREATE TABLE identity.failed_attempt (
    key bytea PRIMARY KEY CONSTRAINT failed_attempt_key_size CHECK (octet_length(key) = 32),
    failures integer NOT NULL CONSTRAINT failed_attempt_count CHECK (failures > 0),
    since timestamptz NOT NULL
);
CREATE INDEX failed_attempt_since ON identity.failed_attempt (since);
COMMENT ON COLUMN identity.failed_attempt.key IS 'SHA-256 over client, account and address: no name is kept.';

-- Access tokens and sessions: only hashes of the secrets are stored ---------------------------------------------------
CREATE TABLE identity.access_token (
    hash bytea PRIMARY KEY CONSTRAINT access_token_hash_size CHECK (octet_length(hash) = 32),
    client_id text NOT NULL REFERENCES identity.import_client,
    account_id bigint NOT NULL REFERENCES identity.account ON DELETE CASCADE,
    claims bytea NOT NULL,
    issued timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    CONSTRAINT access_token_life CHECK (expires > issued AND expires <= issued + interval '1 hour')
);
CREATE INDEX access_token_expires ON identity.access_token (expires);
COMMENT ON COLUMN identity.access_token.claims IS 'CallerClaims without times: the rights as they were when issued.';

CREATE TABLE identity.session (
    hash bytea PRIMARY KEY CONSTRAINT session_hash_size CHECK (octet_length(hash) = 32),
    user_id bigint NOT NULL,
    login text NOT NULL,
    sandbox boolean NOT NULL,
    claims bytea NOT NULL,
    display_name text NOT NULL,
    organization_name text NOT NULL,
    started timestamptz NOT NULL,
    idle_ends timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    CONSTRAINT session_life CHECK (ends > started AND ends <= started + interval '12 hours' AND idle_ends <= ends)
);
CREATE INDEX session_idle_ends ON identity.session (idle_ends);
CREATE INDEX session_of_user ON identity.session (user_id);
COMMENT ON COLUMN identity.session.claims IS
    'CallerClaims without times: a change of roles counts from the next logon, a removal ends the session.';

-- What ended, for the copies: the gateway drops tokens, the others a visitor's data.
CREATE TABLE identity.session_end (
    session_id bytea PRIMARY KEY,
    user_id bigint NOT NULL,
    login text NOT NULL,
    sandbox boolean NOT NULL,
    ended timestamptz NOT NULL,
    change bigint NOT NULL
);
CREATE UNIQUE INDEX session_end_change ON identity.session_end (change);
CREATE INDEX session_end_ended ON identity.session_end (ended);
