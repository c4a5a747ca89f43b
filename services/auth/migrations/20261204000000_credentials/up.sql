-- Ways to log in besides the password: who somebody is at an identity provider. Found by (issuer, subject) and never by an
-- e-mail address. The password stays where it is, in accounts.credential; an account may have none, and no address either.
CREATE TABLE credentials (
    id uuid CONSTRAINT credentials_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT credentials_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    -- The claims iss and sub of the provider's id_token.
    issuer text NOT NULL,
    subject text NOT NULL,
    added_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    CONSTRAINT credentials_issuer_subject_key UNIQUE (issuer, subject),
    -- One of each provider, so that "unlink Kakao" says which.
    CONSTRAINT credentials_account_id_issuer_key UNIQUE (account_id, issuer),
    CONSTRAINT credentials_issuer_check CHECK (char_length(issuer) BETWEEN 1 AND 255),
    CONSTRAINT credentials_subject_check CHECK (char_length(subject) BETWEEN 1 AND 255)
);

-- No version that reads them as never null was released.
-- squawk-ignore ban-drop-not-null
ALTER TABLE accounts ALTER COLUMN email DROP NOT NULL;
-- squawk-ignore ban-drop-not-null
ALTER TABLE accounts ALTER COLUMN credential DROP NOT NULL;

-- When whoever is on this device last proved who they are, by password or at a provider.
ALTER TABLE device_sessions ADD COLUMN proved_at timestamptz;
