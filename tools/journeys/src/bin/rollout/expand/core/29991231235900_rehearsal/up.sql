-- The first of the three steps of a change: only added to, so that the version before works on it.
ALTER TABLE listings ADD COLUMN rehearsed text, ADD COLUMN rehearsals integer NOT NULL DEFAULT 0;
CREATE TABLE rehearsal (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL
);
