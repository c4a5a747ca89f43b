-- One key for one fact in conversations, notices and records.
UPDATE notification.notices SET key = 'engagement.did_not_take_place' WHERE key = 'engagement.not_held';
UPDATE notification.notices SET key = 'engagement.on_hold' WHERE key = 'engagement.held';
-- Events of core that were set aside, by their new names.
UPDATE parked_event SET record = jsonb_set(record, '{kind}', '"SessionDidNotTakePlace"')
    WHERE record ->> 'kind' = 'EngagementNotHeld';
UPDATE parked_event SET record = jsonb_set(record, '{kind}', '"EngagementPutOnHold"')
    WHERE record ->> 'kind' = 'EngagementHeld';
UPDATE parked_event SET record = jsonb_set(record, '{topic}', '"dojob.core.inquiry.v1"')
    WHERE record ->> 'kind' = 'InquiryOpened';
UPDATE parked_event SET record = jsonb_set(
        record #- '{data,held_at}', '{data,took_place_at}', record #> '{data,held_at}')
    WHERE record ->> 'kind' = 'HoursPosted';
