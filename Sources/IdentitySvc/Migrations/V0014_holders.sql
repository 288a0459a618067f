-- Why:    an import of organizations is done when everybody who holds a copy has followed (DESIGN 3, read your writes).
-- Order:  before the code that remembers who asks.
-- Locks:  none, everything is new.
CREATE TABLE identity.holder (
    holder text PRIMARY KEY CONSTRAINT holder_length CHECK (char_length(holder) BETWEEN 1 AND 200),
    confirmed bigint NOT NULL,
    asked_at timestamptz NOT NULL
);
COMMENT ON TABLE identity.holder IS 'Replicas that copy the organizations: up to which change, and when they last asked.';
