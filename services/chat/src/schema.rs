//! Tables of this service.

diesel::table! {
    conversation (id) { id -> Uuid, kind -> Text, listing_kind -> Text, listing_id -> Uuid, participants -> Array<Uuid>,
        last_seq -> BigInt, version -> BigInt, last_at -> Timestamptz, opened_at -> Timestamptz,
        engagement_id -> Nullable<Uuid>, row_author_id -> Nullable<Uuid>, row_length -> Integer,
        row_since -> Nullable<Timestamptz>, }
}
diesel::table! {
    participant (conversation_id, account_id) { conversation_id -> Uuid, account_id -> Uuid, read_seq -> BigInt, }
}
diesel::table! {
    message (conversation_id, seq) { conversation_id -> Uuid, seq -> BigInt, id -> Uuid, author_id -> Nullable<Uuid>,
        client_id -> Nullable<Uuid>, body -> Nullable<Text>, system_key -> Nullable<Text>, params -> Nullable<Jsonb>,
        at -> Timestamptz, }
}
diesel::joinable!(participant -> conversation (conversation_id));
diesel::allow_tables_to_appear_in_same_query!(conversation, participant, message);
