/// The table of jobs, made in its owner's schema by the owner's migrations.
public enum JobSchema {
    /// The script for a schema whose workers run as `role`. It runs with the schema as search_path.
    public static func sql(role: String) -> String {
        """
        -- Why:    work in the background that outlives the process that accepted it (DESIGN 2).
        -- Order:  before the code that queues jobs.
        -- Locks:  none, everything is new.
        CREATE TABLE job (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind text NOT NULL CONSTRAINT job_kind_short CHECK (length(kind) BETWEEN 1 AND 40),
            subject bigint NOT NULL,
            state text NOT NULL DEFAULT 'waiting'
                CONSTRAINT job_state_known CHECK (state IN ('waiting', 'running', 'dead')),
            attempts int NOT NULL DEFAULT 0 CONSTRAINT job_attempts_counted CHECK (attempts >= 0),
            due timestamptz NOT NULL,
            holder text NOT NULL DEFAULT '',
            lease_ends timestamptz,
            progress smallint NOT NULL DEFAULT 0 CONSTRAINT job_progress_percent CHECK (progress BETWEEN 0 AND 100),
            cancelled boolean NOT NULL DEFAULT false,
            reason text NOT NULL DEFAULT '',
            created timestamptz NOT NULL,
            UNIQUE (kind, subject),
            CONSTRAINT job_running_has_lease CHECK (state <> 'running' OR lease_ends IS NOT NULL)
        ) WITH (fillfactor = 70);
        COMMENT ON TABLE job IS 'A finished job has no row. A dead one stays, with its reason, for the operator.';
        CREATE INDEX job_due ON job (due) WHERE state = 'waiting';
        CREATE INDEX job_lease_ends ON job (lease_ends) WHERE state = 'running';
        GRANT SELECT, INSERT, UPDATE, DELETE ON job TO \(role);
        """
    }
}
