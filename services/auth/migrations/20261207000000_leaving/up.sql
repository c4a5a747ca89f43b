-- When the account is to be erased: somebody has asked for it, and may take it back until then. Null: it stays.
ALTER TABLE accounts ADD COLUMN erase_at timestamptz;

-- The erasure ledger: who was erased, by id alone. It outlives the account, and is what a restored backup is held against
-- (docs/runbooks/restore.md).
CREATE TABLE erasures (
    account_id uuid CONSTRAINT erasures_pkey PRIMARY KEY,
    requested_at timestamptz NOT NULL,
    -- Every other service has answered, and the account's own rows are gone.
    erased_at timestamptz
);

-- Which services have answered that nothing of the person is left with them.
CREATE TABLE erasure_receipts (
    account_id uuid NOT NULL CONSTRAINT erasure_receipts_account_id_fkey REFERENCES erasures,
    service text NOT NULL
        CONSTRAINT erasure_receipts_service_check CHECK (service IN ('core', 'chat', 'notify-address')),
    received_at timestamptz NOT NULL,
    CONSTRAINT erasure_receipts_pkey PRIMARY KEY (account_id, service)
);

-- One kind of mail more.
-- squawk-ignore ban-drop-constraint
ALTER TABLE mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE mails ADD CONSTRAINT mails_kind_check CHECK (kind IN (
    'verify_address', 'already_registered', 'reset_password', 'password_changed', 'confirm_new_address',
    'address_changed', 'new_device', 'too_many_devices', 'deletion_scheduled')) NOT VALID;
