-- Why:    programs outside the suite follow the embargoes by a log without gaps (docs/embargo-notifications.md).
-- Order:  safe before the code that writes it; changes from before are in the history, not in the log.
-- Locks:  instant.

-- One row per effective change. The sequence is taken under the lock under which changes are made, in the transaction of
-- the change: no number is ever skipped.
CREATE TABLE embargo.notification (
    sequence bigint PRIMARY KEY CONSTRAINT notification_sequence CHECK (sequence > 0),
    at timestamptz NOT NULL,
    school_year integer NOT NULL CONSTRAINT notification_year CHECK (school_year BETWEEN 2000 AND 2100),
    level smallint NOT NULL CONSTRAINT notification_level CHECK (level IN (1, 2)),
    natural_id text NOT NULL CONSTRAINT notification_natural_id CHECK (char_length(natural_id) BETWEEN 1 AND 40),
    kind smallint NOT NULL CONSTRAINT notification_kind CHECK (kind IN (1, 2)),
    value smallint NOT NULL CONSTRAINT notification_value CHECK (value IN (1, 2))
);
COMMENT ON TABLE embargo.notification IS
    'level 1 the State, 2 a district; kind 1 individual, 2 aggregate; value 1 embargoed, 2 released. Rule: Embargo R8.';
CREATE TRIGGER notification_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON embargo.notification
    FOR EACH STATEMENT EXECUTE FUNCTION embargo.refuse_change();

-- Where this database lives. Another place means that it was restored from a backup or that a standby took over: what was
-- told since then may be lost, so positions in the log and in the feed are void and a new epoch begins.
ALTER TABLE embargo.feed_head ADD COLUMN home text;
CREATE FUNCTION embargo.present_home() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                     (SELECT timeline_id FROM pg_control_checkpoint()),
                     (SELECT oid FROM pg_database WHERE datname = current_database()),
                     'embargo.notification'::regclass::oid)
$$;
COMMENT ON COLUMN embargo.feed_head.home IS
    'Cluster, timeline, database and table in which the epoch began; null before the first start. Set to an empty text by hand, it makes a new epoch begin.';

-- Null until the copy of the organizations, which is read again for it, has told it.
ALTER TABLE embargo.district ADD COLUMN natural_id text;
