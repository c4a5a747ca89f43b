CREATE SCHEMA notification;

-- The address context looks regions up in a table that is compiled in; this is where its rows will live.
CREATE SCHEMA address;

-- A person as far as notices go. Made when first heard of; nothing about the person is kept here.
CREATE TABLE notification.accounts (
    account_id uuid CONSTRAINT accounts_pkey PRIMARY KEY,
    version bigint NOT NULL,
    last_notice_id uuid
);

-- What differs from "on". Security notices cannot be switched off.
CREATE TABLE notification.preferences (
    account_id uuid NOT NULL CONSTRAINT preferences_account_id_fkey REFERENCES notification.accounts,
    category text NOT NULL CONSTRAINT preferences_category_check CHECK (category IN ('engagement', 'listing', 'hours')),
    is_on boolean NOT NULL,
    CONSTRAINT preferences_pkey PRIMARY KEY (account_id, category)
);

-- The inbox. Ids rise per account in the order of commits, so "after this id" misses nothing.
CREATE TABLE notification.notices (
    account_id uuid NOT NULL CONSTRAINT notices_account_id_fkey REFERENCES notification.accounts,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    key text NOT NULL,
    category text NOT NULL
        CONSTRAINT notices_category_check CHECK (category IN ('engagement', 'listing', 'hours', 'security')),
    params jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT notices_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT notices_account_id_event_id_key UNIQUE (account_id, event_id)
);
CREATE INDEX notices_unread_idx ON notification.notices (account_id, id) WHERE read_at IS NULL;

-- Whether an engagement's two are to meet, as far as reminders go, whatever order its events arrive in.
CREATE TABLE notification.engagements (
    engagement_id uuid CONSTRAINT engagements_pkey PRIMARY KEY,
    -- The highest one heard of.
    sequence bigint NOT NULL,
    -- Set while they are to meet.
    starts_at timestamptz
);
