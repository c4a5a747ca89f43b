-- The time that a meeting on record took of each of its two: nobody is at two of them at once. A reversal takes its rows
-- away. Half open, as `member_busy` is; whoever writes here has locked both members, too.
CREATE TABLE recorded_hours (
    member_id uuid NOT NULL,
    occurrence_id uuid NOT NULL,
    during tstzrange NOT NULL CONSTRAINT recorded_hours_during_check
        CHECK (lower_inc(during) AND NOT upper_inc(during) AND NOT isempty(during)),
    CONSTRAINT recorded_hours_pkey PRIMARY KEY (occurrence_id, member_id),
    CONSTRAINT recorded_hours_member_id_during_excl EXCLUDE USING gist (member_id WITH =, during WITH &&)
);

-- What is on record stays there. Of two that overlap, from before this rule, the first takes the time.
INSERT INTO recorded_hours (member_id, occurrence_id, during)
SELECT p.member_id, j.occurrence_id, tstzrange(j.took_place_at, j.took_place_at + make_interval(mins => j.minutes))
FROM journals AS j
INNER JOIN postings AS p ON j.id = p.journal_id
WHERE j.minutes > 0 AND NOT EXISTS (SELECT 1 FROM journals AS r WHERE r.reverses = j.id)
ORDER BY j.posted_at, j.id
ON CONFLICT DO NOTHING;
