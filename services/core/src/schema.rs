//! Tables of membership and catalogue. The contexts around engagements keep theirs in `engagement/schema.rs`.

diesel::table! {
    members (id) { id -> Uuid, name -> Nullable<Text>, bio -> Text, region_code -> Nullable<Text>,
        languages -> Array<Text>, given_count -> Integer, given_minutes -> Integer, received_count -> Integer,
        received_minutes -> Integer, joined_at -> Timestamptz, gone_at -> Nullable<Timestamptz>,
        version -> BigInt, }
}
// Without what only a search reads (lat, lon, areas, tokens, title_tokens): a table of diesel ends at sixteen columns,
// and `catalogue/store.rs` writes those in one statement of its own.
diesel::table! {
    listings (id) { id -> Uuid, kind -> Text, owner_id -> Uuid, title -> Text, body -> Text, category -> Text,
        minutes -> Integer, mode -> Text, region_code -> Text, times -> Integer, bring -> Text, state -> Text,
        published_at -> Timestamptz, expires_at -> Timestamptz, revision -> Integer, version -> BigInt, }
}
