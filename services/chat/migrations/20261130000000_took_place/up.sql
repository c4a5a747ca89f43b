-- One key for one fact in conversations, notices and records.
UPDATE message SET system_key = 'engagement.did_not_take_place' WHERE system_key = 'engagement.not_held';
-- Events of core that were set aside, by their new names.
UPDATE parked_event SET record = jsonb_set(record, '{kind}', '"SessionDidNotTakePlace"')
    WHERE record ->> 'kind' = 'EngagementNotHeld';
UPDATE parked_event SET record = jsonb_set(record, '{kind}', '"EngagementPutOnHold"')
    WHERE record ->> 'kind' = 'EngagementHeld';
UPDATE parked_event SET record = jsonb_set(record, '{topic}', '"dojob.core.inquiry.v1"')
    WHERE record ->> 'kind' = 'InquiryOpened';
