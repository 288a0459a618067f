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
            xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
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
        CREATE INDEX audit_xid ON audit (xid, id);
        CREATE INDEX audit_login ON audit (login, at);
        CREATE INDEX audit_students ON audit USING gin (student_ids);
        -- A seal covers the records of all transactions from from_xid up to, not including, to_xid.
        CREATE TABLE audit_seal (
            number bigint PRIMARY KEY,
            from_xid xid8 NOT NULL, to_xid xid8 NOT NULL,
            records bigint NOT NULL,
            hash bytea NOT NULL CONSTRAINT audit_seal_is_sha256 CHECK (length(hash) = 32),
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT audit_seal_order CHECK (from_xid < to_xid)
        );
        CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit records are only ever added';
        END $$;
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
        CREATE TRIGGER audit_seal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
        REVOKE ALL ON audit, audit_seal FROM \((writers + [sealer]).joined(separator: ", "));
        GRANT INSERT ON audit TO \(writers.joined(separator: ", "));
        GRANT SELECT ON audit TO \(sealer);
        GRANT SELECT, INSERT ON audit_seal TO \(sealer);
        """
    }
}
