//! Tables of engagement; see the migration for what each column means.

diesel::table! {
    engagements (id) { id -> Uuid, listing_kind -> Text, listing_id -> Uuid, listing_title -> Text, donor_id -> Uuid,
        recipient_id -> Uuid, state -> Text, standing -> Jsonb, hold -> Nullable<Text>, terms_version -> Integer,
        answers -> Jsonb, version -> Integer, facts -> Integer, created_at -> Timestamptz, updated_at -> Timestamptz,
        conversation_id -> Nullable<Uuid>, }
}
diesel::table! {
    engagement_terms (engagement_id, version) { engagement_id -> Uuid, version -> Integer, starts_at -> Timestamptz,
        minutes -> Integer, mode -> Text, place -> Text, bring -> Text, put_by -> Uuid, put_at -> Timestamptz, }
}
diesel::table! {
    engagement_facts (engagement_id, sequence) { engagement_id -> Uuid, sequence -> Integer, at -> Timestamptz,
        actor -> Text, kind -> Text, terms_version -> Nullable<Integer>, params -> Jsonb, }
}
diesel::table! {
    engagement_parties (engagement_id, member_id) { engagement_id -> Uuid, member_id -> Uuid, side -> Text,
        tray -> Text, sort_at -> Timestamptz, updated_at -> Timestamptz, record -> Nullable<Text>,
        starts_at -> Timestamptz, }
}
diesel::table! {
    member_busy (engagement_id, member_id) { member_id -> Uuid, engagement_id -> Uuid, during -> Tstzrange, }
}
diesel::allow_tables_to_appear_in_same_query!(engagements, engagement_terms, engagement_parties);
