-- Why:    programs outside the suite are told of changes by requests to their addresses (docs/embargo-notifications.md).
-- Order:  safe before the code that writes it.
-- Locks:  none, everything is new.
CREATE TABLE embargo.webhook (
    name text PRIMARY KEY CONSTRAINT webhook_name CHECK (name ~ '^[A-Za-z0-9-]{1,40}$'),
    epoch bytea NOT NULL DEFAULT '',
    sequence bigint NOT NULL DEFAULT 0 CONSTRAINT webhook_sequence CHECK (sequence >= 0),
    failures integer NOT NULL DEFAULT 0 CONSTRAINT webhook_failures CHECK (failures >= 0),
    problem text NOT NULL DEFAULT '',
    due timestamptz NOT NULL,
    holder text NOT NULL DEFAULT '',
    lease_ends timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE embargo.webhook IS
    'How far each webhook of the settings has been told: everything up to sequence of epoch was taken. Rule: Embargo R11.';
