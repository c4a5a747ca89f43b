-- Talents that are offered and needs that are asked for. They differ in words, expiry and ends, not in shape.
CREATE TABLE listings (
    id uuid PRIMARY KEY,
    kind text NOT NULL CONSTRAINT listings_kind_check CHECK (kind IN ('talent', 'need')),
    owner_id uuid NOT NULL CONSTRAINT listings_owner_id_fkey REFERENCES members (id),
    title text NOT NULL CONSTRAINT listings_title_check CHECK (char_length(title) BETWEEN 2 AND 60),
    body text NOT NULL CONSTRAINT listings_body_check CHECK (char_length(body) BETWEEN 10 AND 2000),
    category text NOT NULL,
    minutes integer NOT NULL CONSTRAINT listings_minutes_check CHECK (minutes BETWEEN 15 AND 480),
    mode text NOT NULL CONSTRAINT listings_mode_check CHECK (mode IN ('in_person', 'online', 'either')),
    -- A 읍면동, its point and the numbers of the 시군구 and 시도 above it (the first five digits of their codes).
    region_code text NOT NULL CONSTRAINT listings_region_code_check CHECK (region_code ~ '^[0-9]{10}$'),
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    areas integer[] NOT NULL,
    -- Bit 3 · weekday + band, Monday morning first. 0: to be agreed.
    times integer NOT NULL CONSTRAINT listings_times_check CHECK (times BETWEEN 0 AND 2097151),
    bring text NOT NULL CONSTRAINT listings_bring_check CHECK (char_length(bring) <= 200),
    -- A talent's 'open' is called "published" outside. Only needs are filled or closed.
    state text NOT NULL CONSTRAINT listings_state_check CHECK (
        state IN ('open', 'paused', 'expired') OR (kind = 'need' AND state IN ('filled', 'closed'))),
    published_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CONSTRAINT listings_expires_at_check CHECK (expires_at > published_at),
    -- Rises with each edit; what an editor must have seen.
    revision integer NOT NULL,
    -- Rises with each change; the sequence of its events.
    version bigint NOT NULL,
    -- Codes of pairs of letters and of initial consonants: of everything, and of title and category alone.
    tokens integer[] NOT NULL,
    title_tokens integer[] NOT NULL
);
CREATE INDEX listings_owner_id_idx ON listings (owner_id, kind, published_at DESC, id DESC);
-- The four ways into a search: by time, by 동, online by time, and by letters or area.
CREATE INDEX listings_newest_idx ON listings (kind, published_at DESC, id DESC) WHERE state = 'open';
CREATE INDEX listings_region_code_idx ON listings (kind, region_code, published_at DESC, id DESC)
    WHERE state = 'open' AND mode <> 'online';
CREATE INDEX listings_online_idx ON listings (kind, published_at DESC, id DESC)
    WHERE state = 'open' AND mode = 'online';
CREATE INDEX listings_talent_tokens_idx ON listings USING gin (tokens, areas) WITH (fastupdate = off)
    WHERE state = 'open' AND kind = 'talent';
CREATE INDEX listings_need_tokens_idx ON listings USING gin (tokens, areas) WITH (fastupdate = off)
    WHERE state = 'open' AND kind = 'need';
