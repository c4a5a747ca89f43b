-- Words that cannot be taken for their opposite: what happened *took place* or *did not take place*, and only what
-- waits for a decision is *on hold*. Inquiries have a topic of their own. Nothing is launched: rows are rewritten once.
ALTER TABLE engagements DROP CONSTRAINT engagements_state_check;
UPDATE engagements SET state = 'did_not_take_place', standing = jsonb_set(standing, '{state}', '"did_not_take_place"')
    WHERE state = 'not_held';
UPDATE engagements SET answers =
    replace(replace(answers::text, '"not_held"', '"did_not_take_place"'), '"held"', '"took_place"')::jsonb;
ALTER TABLE engagements ADD CONSTRAINT engagements_state_check CHECK (state = standing ->> 'state' AND state IN (
    'proposed', 'scheduled', 'in_progress', 'awaiting_outcome', 'completed', 'did_not_take_place', 'no_show', 'lapsed',
    'cancelled', 'declined', 'withdrawn', 'expired'));

UPDATE engagement_facts SET kind = 'did_not_take_place' WHERE kind = 'not_held';
UPDATE engagement_facts SET params =
    replace(replace(params::text, '"not_held"', '"did_not_take_place"'), '"held"', '"took_place"')::jsonb;

ALTER TABLE engagement_parties DROP CONSTRAINT engagement_parties_record_check;
UPDATE engagement_parties SET record = CASE record
    WHEN 'held' THEN 'took_place' WHEN 'hold' THEN 'on_hold' WHEN 'not_held' THEN 'did_not_take_place' ELSE record END;
ALTER TABLE engagement_parties ADD CONSTRAINT engagement_parties_record_check
    CHECK (record IN ('took_place', 'waiting', 'on_hold', 'did_not_take_place', 'lapsed', 'no_show'));

ALTER TABLE journals RENAME COLUMN held_at TO took_place_at;

UPDATE event_log SET kind = 'SessionDidNotTakePlace' WHERE kind = 'EngagementNotHeld';
UPDATE event_log SET kind = 'EngagementPutOnHold', data = data - 'hold' || jsonb_build_object('kind', data -> 'hold')
    WHERE kind = 'EngagementHeld';
UPDATE event_log SET data = jsonb_set(data, '{result}', '"did_not_take_place"')
    WHERE kind = 'SessionResolved' AND data ->> 'result' = 'not_held';
UPDATE event_log SET data = data - 'held_at' || jsonb_build_object('took_place_at', data -> 'held_at')
    WHERE kind = 'HoursPosted';
UPDATE event_log SET topic = 'dojob.core.inquiry.v1' WHERE kind = 'InquiryOpened';

UPDATE outbox SET kind = 'SessionDidNotTakePlace' WHERE kind = 'EngagementNotHeld';
UPDATE outbox SET kind = 'EngagementPutOnHold', data = data - 'hold' || jsonb_build_object('kind', data -> 'hold')
    WHERE kind = 'EngagementHeld';
UPDATE outbox SET data = jsonb_set(data, '{result}', '"did_not_take_place"')
    WHERE kind = 'SessionResolved' AND data ->> 'result' = 'not_held';
UPDATE outbox SET data = data - 'held_at' || jsonb_build_object('took_place_at', data -> 'held_at')
    WHERE kind = 'HoursPosted';
UPDATE outbox SET topic = 'dojob.core.inquiry.v1' WHERE kind = 'InquiryOpened';
-- Replies that are kept for a day would repeat the old words.
DELETE FROM idempotency;
