-- A conversation belongs to one inquiry or engagement and has its id. Who takes part never changes, so it stands on
-- the row that every message touches anyway.
CREATE TABLE conversation (
    id uuid PRIMARY KEY,
    kind text NOT NULL CONSTRAINT conversation_kind_check CHECK (kind IN ('inquiry', 'engagement')),
    listing_kind text NOT NULL,
    listing_id uuid NOT NULL,
    participants uuid[] NOT NULL CONSTRAINT conversation_participants_check CHECK (cardinality(participants) = 2),
    -- The newest message; messages are numbered 1, 2, 3 … without a gap, under this row's lock.
    last_seq bigint NOT NULL DEFAULT 0,
    -- Rises with every message and every cursor that moves.
    version bigint NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL
);

-- How far each of them has read.
CREATE TABLE participant (
    conversation_id uuid NOT NULL CONSTRAINT participant_conversation_id_fkey REFERENCES conversation (id),
    account_id uuid NOT NULL,
    read_seq bigint NOT NULL DEFAULT 0 CONSTRAINT participant_read_seq_check CHECK (read_seq >= 0),
    CONSTRAINT participant_pkey PRIMARY KEY (conversation_id, account_id)
);
CREATE INDEX participant_account_id_idx ON participant (account_id);

-- What was said, by a person (client_id, body) or by what happened (system_key, params; its author is who did it).
CREATE TABLE message (
    conversation_id uuid NOT NULL CONSTRAINT message_conversation_id_fkey REFERENCES conversation (id),
    seq bigint NOT NULL CONSTRAINT message_seq_check CHECK (seq > 0),
    id uuid NOT NULL,
    author_id uuid,
    client_id uuid,
    body text,
    system_key text,
    params jsonb,
    at timestamptz NOT NULL,
    CONSTRAINT message_pkey PRIMARY KEY (conversation_id, seq),
    CONSTRAINT message_conversation_id_author_id_client_id_key UNIQUE (conversation_id, author_id, client_id),
    CONSTRAINT message_kind_check CHECK (
        (system_key IS NULL AND author_id IS NOT NULL AND client_id IS NOT NULL AND body IS NOT NULL AND params IS NULL)
        OR (system_key IS NOT NULL AND client_id IS NULL AND body IS NULL AND params IS NOT NULL)
    )
);
-- The id of a system message is its event's: one event says one thing once.
CREATE UNIQUE INDEX message_system_id_idx ON message (id) WHERE system_key IS NOT NULL;
