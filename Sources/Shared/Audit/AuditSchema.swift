/// The tables of an audit trail, made in their owner's schema by the owner's migrations.
public enum AuditSchema {
    /// The script for a schema; `writers` are the roles that record, `sealer` the one that seals. Runs with the schema as
    /// search_path. Nobody may change or remove a record: not even the owner, while the triggers stand.
    public static func sql(writers: [String], sealer: String) -> String {
        """
        -- Why:    who looked at or changed what (access 8.1), written in the transaction that reads or changes it.
        -- Order:  before the code that records.
        -- Locks:  none, everything is new.
        CREATE TABLE audit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            event text NOT NULL CONSTRAINT audit_event_short CHECK (length(event) BETWEEN 1 AND 60),
            user_id bigint NOT NULL,
            login text NOT NULL,
            role text NOT NULL,
            session_id bytea NOT NULL,
            request_id bytea NOT NULL,
            student_ids bigint[] NOT NULL,
            details jsonb NOT NULL
        );
        CREATE INDEX audit_login ON audit (login, at);
        CREATE INDEX audit_students ON audit USING gin (student_ids);
        -- Records that no seal covers yet. Filled by a trigger, so that no writer can leave a record out of it.
        CREATE TABLE audit_unsealed (id bigint PRIMARY KEY);
        -- A seal covers the records with these ids. Ids come in any order, so they are named one by one, not by a limit.
        CREATE TABLE audit_seal (
            number bigint PRIMARY KEY CONSTRAINT audit_seal_number CHECK (number > 0),
            ids int8multirange NOT NULL,
            records bigint NOT NULL CONSTRAINT audit_seal_of_something CHECK (records > 0),
            hash bytea NOT NULL CONSTRAINT audit_seal_is_sha256 CHECK (length(hash) = 32),
            at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        CREATE FUNCTION audit_note_unsealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT AS $$
        BEGIN
            INSERT INTO audit_unsealed (id) VALUES (NEW.id);
            RETURN NULL;
        END $$;
        CREATE TRIGGER audit_is_noted AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_note_unsealed();
        CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit records are only ever added';
        END $$;
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
        CREATE TRIGGER audit_seal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
        REVOKE ALL ON audit, audit_seal, audit_unsealed FROM \((writers + [sealer]).joined(separator: ", "));
        GRANT INSERT ON audit TO \(writers.joined(separator: ", "));
        GRANT SELECT ON audit TO \(sealer);
        GRANT SELECT, INSERT ON audit_seal TO \(sealer);
        GRANT SELECT, DELETE ON audit_unsealed TO \(sealer);
        """
    }
}
