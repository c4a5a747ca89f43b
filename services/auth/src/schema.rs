//! The tables of this service, as in `migrations/`.

diesel::table! {
    accounts (id) { id -> Uuid, email -> Nullable<Text>, birth_date -> Date, locale -> Text,
        credential -> Nullable<Text>, version -> BigInt, created_at -> Timestamptz,
        strangers_until -> Nullable<Timestamptz>, email_verified_at -> Nullable<Timestamptz>,
        unreachable_until -> Nullable<Timestamptz>, sign_up_browser -> Nullable<Binary>,
        erase_at -> Nullable<Timestamptz>, may_act -> Bool, }
}
diesel::table! {
    authorization_requests (state_hash) { state_hash -> Binary, browser_hash -> Binary, provider -> Text,
        purpose -> Text, account_id -> Nullable<Uuid>, return_to -> Text, expires_at -> Timestamptz,
        arrived_at -> Nullable<Timestamptz>, }
}
diesel::table! {
    consent_records (id) { id -> Uuid, account_id -> Uuid, doc -> Text, version -> Text, granted -> Bool,
        recorded_at -> Timestamptz, }
}
diesel::table! {
    credentials (id) { id -> Uuid, account_id -> Uuid, issuer -> Text, subject -> Text, added_at -> Timestamptz,
        last_used_at -> Timestamptz, unlinked_at -> Nullable<Timestamptz>, }
}
diesel::table! {
    device_sessions (id) { id -> Uuid, account_id -> Uuid, label -> Nullable<Text>, created_at -> Timestamptz,
        last_seen_at -> Timestamptz, expires_at -> Timestamptz, family_key -> Binary, current_hash -> Binary,
        previous_hash -> Nullable<Binary>, previous_salt -> Nullable<Binary>, rotated_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>, ended_cause -> Nullable<Text>, proved_at -> Nullable<Timestamptz>, }
}
diesel::table! {
    erasure_receipts (account_id, service) { account_id -> Uuid, service -> Text, received_at -> Timestamptz, }
}
diesel::table! {
    erasures (account_id) { account_id -> Uuid, requested_at -> Timestamptz, erased_at -> Nullable<Timestamptz>, }
}
diesel::table! {
    mail_links (id) { id -> Uuid, account_id -> Uuid, purpose -> Text, address -> Text, created_at -> Timestamptz,
        expires_at -> Timestamptz, used_at -> Nullable<Timestamptz>, }
}
diesel::table! {
    mails (id) { id -> Uuid, account_id -> Uuid, kind -> Text, address -> Nullable<Text>, link_id -> Nullable<Uuid>,
        device -> Nullable<Text>, requested_at -> Timestamptz, }
}
diesel::table! {
    security_events (id) { id -> Uuid, account_id -> Uuid, kind -> Text, happened_at -> Timestamptz,
        last_at -> Timestamptz, times -> Integer, device -> Nullable<Text>, provider -> Nullable<Text>,
        network_hash -> Nullable<Binary>, }
}
diesel::table! {
    throttles (key) { key -> Binary, attempts -> Integer, since -> Timestamptz,
        blocked_until -> Nullable<Timestamptz>, forget_at -> Timestamptz, }
}
diesel::joinable!(mails -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, mail_links, mails);
