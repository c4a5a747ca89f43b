-- Somebody who was sent to an identity provider and has not come back: ten minutes, one use. Neither the state nor the
-- browser's mark can be read from their hashes; nonce and PKCE verifier are derived from the state and stored nowhere.
-- Of a person that may have no account nothing is kept.
CREATE TABLE authorization_requests (
    state_hash bytea CONSTRAINT authorization_requests_pkey PRIMARY KEY,
    browser_hash bytea NOT NULL,
    provider text NOT NULL,
    purpose text NOT NULL,
    -- Whose log-in it is to be added to or proved by.
    account_id uuid CONSTRAINT authorization_requests_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    return_to text NOT NULL,
    expires_at timestamptz NOT NULL,
    -- The provider has sent the browser back; the code is spent.
    arrived_at timestamptz,
    CONSTRAINT authorization_requests_purpose_check CHECK (purpose IN ('log_in', 'link', 'prove')),
    CONSTRAINT authorization_requests_account_id_check CHECK ((purpose = 'log_in') = (account_id IS NULL))
);
CREATE INDEX authorization_requests_account_id_idx ON authorization_requests (account_id);
