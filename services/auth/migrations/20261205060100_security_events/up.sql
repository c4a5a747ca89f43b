-- What happened to the ways into an account, for its owner to read. Rows are added, and go after half a year
-- (src/security_log/domain.rs); those of failed log-ins are added up within an hour.
CREATE TABLE security_events (
    id uuid CONSTRAINT security_events_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT security_events_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT security_events_kind_check CHECK (kind IN (
        'signed_up', 'logged_in', 'new_device', 'log_ins_failed', 'password_changed', 'password_reset', 'address_changed',
        'address_restored', 'provider_linked', 'provider_unlinked', 'device_ended', 'devices_ended', 'copy_detected')),
    happened_at timestamptz NOT NULL,
    -- Of what is added up: the latest, and how many.
    last_at timestamptz NOT NULL,
    times integer NOT NULL CONSTRAINT security_events_times_check CHECK (times > 0),
    -- "Chrome · Windows"
    device text,
    provider text,
    -- A keyed hash of account and network: it tells whether two entries of one account came from one network, and nothing else.
    network_hash bytea
);
CREATE INDEX security_events_account_id_idx ON security_events (account_id, id);
