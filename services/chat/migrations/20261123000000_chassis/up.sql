-- The chassis tables of every service (crates/pg/sql/chassis.sql). Each service copies this text into its
-- first migration; a test compares the two.

-- Committed facts that wait for the relay. Emptied from the front, so it stays small: a queue, not a log.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    topic text NOT NULL,
    kind text NOT NULL,
    key uuid NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    headers jsonb NOT NULL,
    data jsonb NOT NULL
);

-- Everything this service ever said, in the order it was handed on. Written by the relay alone.
CREATE TABLE event_log (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL CONSTRAINT event_log_event_id_key UNIQUE,
    topic text NOT NULL,
    kind text NOT NULL,
    key uuid NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    headers jsonb NOT NULL,
    data jsonb NOT NULL
);

-- How far each consumer of this service has read each source's log; moves in the effect's transaction.
CREATE TABLE consumer_position (
    consumer text NOT NULL,
    source text NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT consumer_position_pkey PRIMARY KEY (consumer, source)
);

-- An event's effect happens once per consumer, however often it is delivered.
CREATE TABLE processed_event (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT processed_event_pkey PRIMARY KEY (consumer, event_id)
);

-- Events whose reaction failed for good, and those of the same key that came after them, in order.
CREATE TABLE parked_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer text NOT NULL,
    key uuid NOT NULL,
    event_id uuid NOT NULL,
    record jsonb NOT NULL,
    cause text NOT NULL,
    parked_at timestamptz NOT NULL,
    CONSTRAINT parked_event_consumer_event_id_key UNIQUE (consumer, event_id)
);
CREATE INDEX parked_event_consumer_key_idx ON parked_event (consumer, key);

-- The first answer to an Idempotency-Key, kept for a day.
CREATE TABLE idempotency (
    account_id uuid NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    body_hash bytea NOT NULL,
    status smallint NOT NULL,
    location text,
    body jsonb,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_created_at_idx ON idempotency (created_at);

-- Timers. One row per (kind, key): scheduling again moves it.
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL,
    run_at timestamptz NOT NULL,
    payload jsonb NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    last_error text,
    CONSTRAINT job_kind_key_key UNIQUE (kind, key)
);
CREATE INDEX job_run_at_idx ON job (run_at);
