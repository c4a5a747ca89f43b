-- People as their neighbours see them. The id is the account's.
CREATE TABLE members (
    id uuid PRIMARY KEY,
    -- Unset until the member says it; never unset again.
    name text CONSTRAINT members_name_check CHECK (char_length(name) BETWEEN 1 AND 20),
    bio text NOT NULL DEFAULT '' CONSTRAINT members_bio_check CHECK (char_length(bio) <= 600),
    -- A 읍면동 of today's table.
    region_code text CONSTRAINT members_region_code_check CHECK (region_code ~ '^[0-9]{10}$'),
    languages text[] NOT NULL DEFAULT '{}',
    -- Sums of the book of hours, moved in the transaction of each posting. The book is the truth.
    given_count integer NOT NULL DEFAULT 0 CONSTRAINT members_given_count_check CHECK (given_count >= 0),
    given_minutes integer NOT NULL DEFAULT 0 CONSTRAINT members_given_minutes_check CHECK (given_minutes >= 0),
    received_count integer NOT NULL DEFAULT 0 CONSTRAINT members_received_count_check CHECK (received_count >= 0),
    received_minutes integer NOT NULL DEFAULT 0 CONSTRAINT members_received_minutes_check CHECK (received_minutes >= 0),
    joined_at timestamptz NOT NULL,
    gone_at timestamptz,
    version bigint NOT NULL DEFAULT 0
);
