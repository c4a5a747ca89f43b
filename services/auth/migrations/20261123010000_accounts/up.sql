-- Who has an account. The date of birth is kept, and not only the fact that somebody was old enough, because the age
-- rules go on: who is under 19 today is an adult on a day that only the date tells.
CREATE TABLE accounts (
    id uuid CONSTRAINT accounts_pkey PRIMARY KEY,
    email text NOT NULL CONSTRAINT accounts_email_key UNIQUE,
    birth_date date NOT NULL,
    locale text NOT NULL CONSTRAINT accounts_locale_check CHECK (locale IN ('ko', 'en')),
    -- What the issuer gave us to recognise the password by; for the local issuer an argon2id hash.
    credential text NOT NULL,
    -- Rises with every event of the account.
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT accounts_email_check CHECK (char_length(email) <= 254)
);

-- What somebody agreed to or took back, when, and to which text. Rows are only ever added.
CREATE TABLE consent_records (
    id uuid CONSTRAINT consent_records_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT consent_records_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    doc text NOT NULL CONSTRAINT consent_records_doc_check CHECK (doc IN ('terms', 'privacy', 'news')),
    version text NOT NULL,
    granted boolean NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX consent_records_account_id_doc_idx ON consent_records (account_id, doc, id);

-- A device that is, or was, logged in. Rows go when their time is over.
CREATE TABLE device_sessions (
    id uuid CONSTRAINT device_sessions_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT device_sessions_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    label text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- Recognises every refresh token that this session ever had; opens nothing.
    family_key bytea NOT NULL,
    -- SHA-256 of the one refresh token that counts.
    current_hash bytea NOT NULL,
    -- The token before it, and what leads from that one to the current one.
    previous_hash bytea,
    previous_salt bytea,
    rotated_at timestamptz,
    ended_at timestamptz,
    ended_cause text,
    CONSTRAINT device_sessions_previous_check CHECK (
        (previous_hash IS NULL) = (previous_salt IS NULL) AND (previous_hash IS NULL) = (rotated_at IS NULL)),
    CONSTRAINT device_sessions_ended_check CHECK ((ended_at IS NULL) = (ended_cause IS NULL)),
    CONSTRAINT device_sessions_ended_cause_check CHECK (
        ended_cause IN ('logout', 'logout_all', 'device_removed', 'password_changed', 'reuse'))
);
CREATE INDEX device_sessions_account_id_idx ON device_sessions (account_id, id);

-- Attempts that are counted for a while. The key is a keyed hash: no address and no e-mail can be read from it.
CREATE TABLE throttles (
    key bytea CONSTRAINT throttles_pkey PRIMARY KEY,
    attempts integer NOT NULL,
    since timestamptz NOT NULL,
    blocked_until timestamptz,
    forget_at timestamptz NOT NULL
);
