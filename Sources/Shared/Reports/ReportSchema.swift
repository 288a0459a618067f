/// The tables of reports and saved queries, made in their owner's schema by the owner's migrations.
public enum ReportSchema {
    /// The script for a schema whose service runs as `role`. It runs with the schema as search_path.
    public static func sql(role: String) -> String {
        """
        -- Why:    reports that people asked for, what was made of them, and queries they keep (aggregates 4.7, 4.8).
        -- Order:  before the code that accepts reports.
        -- Locks:  none, everything is new.
        CREATE SEQUENCE report_number;
        CREATE TABLE report (
            id bigint PRIMARY KEY,
            user_id bigint NOT NULL, role text NOT NULL, session_id bytea NOT NULL,
            request_key text NOT NULL,
            name text NOT NULL CONSTRAINT report_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
            topic bytea NOT NULL,
            query bytea NOT NULL,
            status text NOT NULL DEFAULT 'PENDING' CONSTRAINT report_status_known CHECK (status IN
                ('PENDING', 'RUNNING', 'COMPLETED', 'NO_RESULTS', 'NOT_ENOUGH_RESULTS', 'FAILED', 'EXPIRED')),
            created timestamptz NOT NULL,
            finished timestamptz,
            data_as_of timestamptz,
            row_count bigint NOT NULL DEFAULT 0,
            empty_row_count bigint NOT NULL DEFAULT 0,
            layout bytea,
            CONSTRAINT report_once_per_request UNIQUE (user_id, request_key),
            CONSTRAINT report_finished_has_time CHECK ((status IN ('PENDING', 'RUNNING')) = (finished IS NULL))
        );
        COMMENT ON TABLE report IS
            'topic and query in the form of the contract; layout in that of the owner, while there is content.';
        CREATE INDEX report_of_user ON report (user_id, created DESC, id DESC);
        CREATE INDEX report_finished ON report (finished) WHERE status = 'COMPLETED';
        -- The content in pieces, in order. `last_place` says up to where a piece reaches, in the owner's own counting.
        CREATE TABLE report_part (
            report_id bigint NOT NULL REFERENCES report ON DELETE CASCADE, part int NOT NULL, last_place bigint NOT NULL,
            bytes bytea NOT NULL, PRIMARY KEY (report_id, part)
        );
        CREATE TABLE saved_query (
            id bigint PRIMARY KEY,
            user_id bigint NOT NULL,
            name text NOT NULL CONSTRAINT saved_query_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
            topic bytea NOT NULL,
            query bytea NOT NULL,
            created timestamptz NOT NULL,
            updated timestamptz NOT NULL
        );
        CREATE INDEX saved_query_of_user ON saved_query (user_id, updated DESC);
        GRANT USAGE ON SEQUENCE report_number TO \(role);
        GRANT SELECT, INSERT, UPDATE, DELETE ON report, report_part, saved_query TO \(role);
        """
    }
}
