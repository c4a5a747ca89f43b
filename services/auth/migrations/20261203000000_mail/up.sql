-- Since when we know that the address is the person's own. Accounts from before there was mail count as verified since the
-- day on which it came: their owners have used them, and nobody could have proved more. The default stands for processes of
-- the version before as well, which do not know the column; those of this one always write it.
ALTER TABLE accounts ADD COLUMN email_verified_at timestamptz DEFAULT '2026-12-03T00:00:00Z';

-- Until then nothing is sent to this account: a mail came back, or its address reaches nobody by design.
ALTER TABLE accounts ADD COLUMN unreachable_until timestamptz;

-- What a link in a mail does, once. The link's token is not kept: it follows from the id (src/mail/link.rs).
CREATE TABLE mail_links (
    id uuid CONSTRAINT mail_links_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT mail_links_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    purpose text NOT NULL CONSTRAINT mail_links_purpose_check CHECK (purpose IN ('verify', 'reset', 'change', 'undo')),
    -- The address that it is about: a link outlives no change of address.
    address text NOT NULL CONSTRAINT mail_links_address_check CHECK (char_length(address) <= 254),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX mail_links_account_id_idx ON mail_links (account_id);

-- Mails that were asked for: what notify-address pulls when it sends one. Rows go after a week.
CREATE TABLE mails (
    id uuid CONSTRAINT mails_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT mails_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT mails_kind_check CHECK (kind IN (
        'verify_address', 'already_registered', 'reset_password', 'password_changed', 'confirm_new_address',
        'address_changed', 'new_device', 'too_many_devices')),
    -- Where it goes when that is not the account's address: a new one before it is confirmed, the former one afterwards.
    address text CONSTRAINT mails_address_check CHECK (char_length(address) <= 254),
    link_id uuid CONSTRAINT mails_link_id_fkey REFERENCES mail_links ON DELETE CASCADE,
    -- "Chrome · Windows", where it is about a device.
    device text,
    requested_at timestamptz NOT NULL
);
CREATE INDEX mails_account_id_kind_idx ON mails (account_id, kind, requested_at);
CREATE INDEX mails_link_id_idx ON mails (link_id);
