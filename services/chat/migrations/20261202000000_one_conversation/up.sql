-- A conversation is of two people about one listing, and outlives their engagements: the latest is the one to show.
-- Those of before had one engagement each, with the same id.
ALTER TABLE conversation ADD COLUMN engagement_id uuid;
UPDATE conversation SET engagement_id = id WHERE kind = 'engagement';

-- Messages of one person without a word of the other: who, how many, and since when.
ALTER TABLE conversation ADD COLUMN row_author_id uuid;
ALTER TABLE conversation ADD COLUMN row_length integer NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN row_since timestamptz;
