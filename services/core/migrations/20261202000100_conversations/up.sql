-- One conversation of two people about one listing, whatever they do about it: ask, propose, propose again. The listing
-- has one owner, so it and the visitor name the two. Its id is that of what came first.
CREATE TABLE conversations (
    listing_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    id uuid NOT NULL,
    CONSTRAINT conversations_pkey PRIMARY KEY (listing_id, visitor_id)
);

-- Each inquiry and each engagement had one of its own. Those stay as they are; what comes goes on in the inquiry's, or
-- else in that of the latest engagement.
INSERT INTO conversations (listing_id, visitor_id, id) SELECT listing_id, asker_id, id FROM inquiries;
INSERT INTO conversations (listing_id, visitor_id, id)
SELECT DISTINCT ON (listing_id, visitor_id) listing_id, visitor_id, id
FROM (
    SELECT listing_id, CASE listing_kind WHEN 'need' THEN donor_id ELSE recipient_id END AS visitor_id, id
    FROM engagements
) AS former
ORDER BY listing_id, visitor_id, id DESC
ON CONFLICT DO NOTHING;

-- Null: one of its own, with the engagement's id.
ALTER TABLE engagements ADD COLUMN conversation_id uuid;
