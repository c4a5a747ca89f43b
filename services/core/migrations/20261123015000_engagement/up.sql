-- Engagements, the busy times they take, the activity book, and inquiries.

-- Trusted since PostgreSQL 13: the owner of the database may add it. Lets the exclusion below compare member ids.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- One agreement of one donor with one recipient. `standing` is the state with what belongs to it (who is awaited, how
-- many minutes, why); `state` repeats its tag for indexes. The current terms are the row of `terms_version`.
CREATE TABLE engagements (
    id uuid PRIMARY KEY,
    listing_kind text NOT NULL CONSTRAINT engagements_listing_kind_check CHECK (listing_kind IN ('talent', 'need')),
    listing_id uuid NOT NULL,
    listing_title text NOT NULL,
    donor_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    state text NOT NULL,
    standing jsonb NOT NULL,
    hold text CONSTRAINT engagements_hold_check CHECK (hold IN ('dispute')),
    terms_version integer NOT NULL,
    answers jsonb NOT NULL,
    version integer NOT NULL,
    -- How many facts it has; the last one's sequence.
    facts integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT engagements_state_check CHECK (state = standing ->> 'state' AND state IN (
        'proposed', 'scheduled', 'in_progress', 'awaiting_outcome', 'completed', 'not_held', 'no_show', 'lapsed',
        'cancelled', 'declined', 'withdrawn', 'expired')),
    CONSTRAINT engagements_parties_check CHECK (donor_id <> recipient_id)
);
-- Two people have at most one open proposal about one listing.
CREATE UNIQUE INDEX engagements_open_listing_id_donor_id_recipient_id_key
    ON engagements (listing_id, donor_id, recipient_id) WHERE state = 'proposed';
-- What one member has under way with one listing.
CREATE INDEX engagements_listing_id_idx ON engagements (listing_id, state);

-- Every version of the terms that was ever put forward.
CREATE TABLE engagement_terms (
    engagement_id uuid NOT NULL CONSTRAINT engagement_terms_engagement_id_fkey REFERENCES engagements,
    version integer NOT NULL CONSTRAINT engagement_terms_version_check CHECK (version >= 1),
    starts_at timestamptz NOT NULL,
    minutes integer NOT NULL CONSTRAINT engagement_terms_minutes_check CHECK (minutes BETWEEN 15 AND 480),
    mode text NOT NULL CONSTRAINT engagement_terms_mode_check CHECK (mode IN ('in_person', 'online')),
    place text NOT NULL,
    bring text NOT NULL,
    put_by uuid NOT NULL,
    put_at timestamptz NOT NULL,
    CONSTRAINT engagement_terms_pkey PRIMARY KEY (engagement_id, version)
);

-- What happened, in order; only ever appended to.
CREATE TABLE engagement_facts (
    engagement_id uuid NOT NULL CONSTRAINT engagement_facts_engagement_id_fkey REFERENCES engagements,
    sequence integer NOT NULL,
    at timestamptz NOT NULL,
    -- 'donor', 'recipient', 'clock' or 'system'.
    actor text NOT NULL,
    kind text NOT NULL,
    terms_version integer,
    params jsonb NOT NULL,
    CONSTRAINT engagement_facts_pkey PRIMARY KEY (engagement_id, sequence)
);

-- Where an engagement stands for each of its two parties: what their lists are read from. `tray` holds it in exactly
-- one of their lists, sorted by `sort_at`; `record` is its line in the list of hours, once its session is over.
CREATE TABLE engagement_parties (
    engagement_id uuid NOT NULL CONSTRAINT engagement_parties_engagement_id_fkey REFERENCES engagements,
    member_id uuid NOT NULL,
    side text NOT NULL CONSTRAINT engagement_parties_side_check CHECK (side IN ('donor', 'recipient')),
    tray text NOT NULL CONSTRAINT engagement_parties_tray_check CHECK (tray IN ('turn', 'waiting', 'upcoming', 'past')),
    sort_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    record text CONSTRAINT engagement_parties_record_check
        CHECK (record IN ('held', 'waiting', 'hold', 'not_held', 'lapsed', 'no_show')),
    starts_at timestamptz NOT NULL,
    CONSTRAINT engagement_parties_pkey PRIMARY KEY (engagement_id, member_id)
);
CREATE INDEX engagement_parties_tray_idx ON engagement_parties (member_id, tray, sort_at, engagement_id);
CREATE INDEX engagement_parties_all_idx ON engagement_parties (member_id, updated_at, engagement_id);
CREATE INDEX engagement_parties_record_idx
    ON engagement_parties (member_id, starts_at, engagement_id) WHERE record IS NOT NULL;

-- Time that is taken, half open. Whoever writes here has locked both members in the order of their ids: without that,
-- rows in opposite order under one exclusion constraint end in deadlocks.
CREATE TABLE member_busy (
    member_id uuid NOT NULL,
    engagement_id uuid NOT NULL CONSTRAINT member_busy_engagement_id_fkey REFERENCES engagements,
    during tstzrange NOT NULL CONSTRAINT member_busy_during_check
        CHECK (lower_inc(during) AND NOT upper_inc(during) AND NOT isempty(during)),
    CONSTRAINT member_busy_pkey PRIMARY KEY (engagement_id, member_id),
    CONSTRAINT member_busy_member_id_during_excl EXCLUDE USING gist (member_id WITH =, during WITH &&)
);

-- The activity book: an immutable entry for every meeting of one donor, and its reversals.
CREATE TABLE journals (
    id uuid PRIMARY KEY,
    -- The meeting: with one donor and one recipient, the engagement itself.
    occurrence_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    revision integer NOT NULL,
    recipient_id uuid NOT NULL,
    minutes integer NOT NULL
        CONSTRAINT journals_minutes_check CHECK (minutes <> 0 AND minutes BETWEEN -1440 AND 1440),
    reverses uuid CONSTRAINT journals_reverses_fkey REFERENCES journals CONSTRAINT journals_reverses_key UNIQUE,
    held_at timestamptz NOT NULL,
    -- The day in Korea.
    local_date date NOT NULL,
    posted_at timestamptz NOT NULL,
    CONSTRAINT journals_occurrence_id_donor_id_revision_key UNIQUE (occurrence_id, donor_id, revision),
    CONSTRAINT journals_parties_check CHECK (donor_id <> recipient_id),
    CONSTRAINT journals_reversal_check CHECK ((minutes < 0) = (reverses IS NOT NULL))
);

-- The two lines of a journal: what one gave, the other received. Together they are zero.
CREATE TABLE postings (
    journal_id uuid NOT NULL CONSTRAINT postings_journal_id_fkey REFERENCES journals,
    account text NOT NULL CONSTRAINT postings_account_check CHECK (account IN ('given', 'received')),
    member_id uuid NOT NULL,
    minutes integer NOT NULL,
    CONSTRAINT postings_pkey PRIMARY KEY (journal_id, account)
);
CREATE INDEX postings_member_id_idx ON postings (member_id, account) INCLUDE (minutes);

-- A question about a listing; its id is the conversation's.
CREATE TABLE inquiries (
    id uuid PRIMARY KEY,
    listing_kind text NOT NULL CONSTRAINT inquiries_listing_kind_check CHECK (listing_kind IN ('talent', 'need')),
    listing_id uuid NOT NULL,
    asker_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT inquiries_listing_id_asker_id_key UNIQUE (listing_id, asker_id),
    CONSTRAINT inquiries_parties_check CHECK (asker_id <> owner_id)
);
