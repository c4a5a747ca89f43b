//! The chassis tables (`sql/*.sql`). Rows of events, jobs and replies are read and written by the floors above.

diesel::table! {
    event_log (position) { position -> BigInt, event_id -> Uuid, topic -> Text, kind -> Text, key -> Uuid,
        sequence -> BigInt, occurred_at -> Timestamptz, headers -> Jsonb, data -> Jsonb, }
}
diesel::table! { consumer_position (consumer, source) { consumer -> Text, source -> Text, position -> BigInt, } }
diesel::table! { processed_event (consumer, event_id) { consumer -> Text, event_id -> Uuid, } }
diesel::table! {
    parked_event (id) { id -> BigInt, consumer -> Text, key -> Uuid, event_id -> Uuid, record -> Jsonb,
        cause -> Text, parked_at -> Timestamptz, }
}
diesel::table! {
    idempotency (account_id, key) { account_id -> Uuid, key -> Text, operation -> Text, body_hash -> Binary,
        status -> SmallInt, location -> Nullable<Text>, body -> Nullable<Jsonb>, created_at -> Timestamptz, }
}
diesel::table! {
    job (id) { id -> Uuid, kind -> Text, key -> Text, run_at -> Timestamptz, payload -> Jsonb, attempts -> Integer,
        locked_until -> Nullable<Timestamptz>, last_error -> Nullable<Text>, }
}
